/**
 * Sets `key` as an own property even when it is `__proto__`, which plain assignment would treat as the prototype.
 * User-given keys (ConfigMap data, patches) may be any string, so every copy by key goes through here.
 */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** The own value of a user-given key: never what every object inherits (`constructor`). */
export function getOwn<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

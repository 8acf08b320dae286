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

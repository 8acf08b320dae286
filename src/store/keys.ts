/** The first key after every key that starts with `prefix`; '': there is none. Order is that of UTF-8 bytes. */
export function prefixEnd(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  if (last < highUnit) return prefix.slice(0, -1) + String.fromCharCode(last + 1);
  const points = Array.from(prefix);
  for (let index = points.length - 1; index >= 0; index--) {
    const point = points[index]!.codePointAt(0)!;
    if (point === 0x10ffff) continue;
    // U+D800..U+DFFF are not characters: the one after U+D7FF is U+E000.
    const next = point === highUnit ? 0xe000 : point + 1;
    return points.slice(0, index).join('') + String.fromCodePoint(next);
  }
  return '';
}

/** Keys are non-empty text that survives UTF-8; anything else is a bug of the caller. */
export function assertKey(key: string): void {
  if (key === '' || !key.isWellFormed()) throw new TypeError(`not a key: ${JSON.stringify(key)}`);
}

/** The last code unit whose successor is a character of its own, one unit long. */
const highUnit = 0xd7ff;

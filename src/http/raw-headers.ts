/** Reading Node's flat list of header names and values as they came: [name, value, name, value, ...]. */

const NONE: readonly string[] = [];

/** The first value of a header that came more than once. Node joins repeated values, which Go's servers do not. */
export function firstValue(raw: readonly string[], name: string): string | undefined {
  for (let i = 0; i < raw.length; i += 2) if (sameName(raw[i]!, name)) return raw[i + 1];
  return undefined;
}

export function allValues(raw: readonly string[], name: string): readonly string[] {
  let values: string[] | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    if (!sameName(raw[i]!, name)) continue;
    const value = utf8Of(raw[i + 1]!);
    if (values === null) values = [value];
    else values.push(value);
  }
  return values ?? NONE;
}

/** Names in lower case, in the order in which they came; repeated ones each time. */
export function eachHeader(raw: readonly string[], visit: (name: string, value: string) => void): void {
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    if (name.charCodeAt(0) !== COLON) visit(name.toLowerCase(), utf8Of(raw[i + 1]!));
  }
}

const COLON = 0x3a;

/** Node gives each byte of a value as a character; what is meant is UTF-8, as every client of this API writes it. */
export function utf8Of(value: string): string {
  for (let i = 0; i < value.length; i++) {
    if (value.charCodeAt(i) >= 0x80) return Buffer.from(value, 'latin1').toString('utf8');
  }
  return value;
}

function sameName(given: string, name: string): boolean {
  return given === name || (given.length === name.length && given.toLowerCase() === name);
}

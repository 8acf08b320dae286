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
    if (values === null) values = [raw[i + 1]!];
    else values.push(raw[i + 1]!);
  }
  return values ?? NONE;
}

function sameName(given: string, name: string): boolean {
  return given === name || (given.length === name.length && given.toLowerCase() === name);
}

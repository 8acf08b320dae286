/**
 * How Go prints and reads a few simple things. Messages on the wire were made by Go's formatting, and clients compare them.
 */

const INT64_MAX = 9223372036854775807n;
const INT64_MIN = -9223372036854775808n;
const UINT64_MAX = 18446744073709551615n;

/** `%q`: the text in double quotes, with Go's escapes. */
export function goQuote(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return quoteSlowly(text);
  }
  return `"${text}"`;
}

/** How Go's package time quotes: every byte beyond ASCII and every control character as `\x..`. */
export function goTimeQuote(text: string): string {
  let out = '"';
  for (const byte of Buffer.from(text)) {
    if (byte < 0x20 || byte > 0x7f) out += `\\x${byte.toString(16).padStart(2, '0')}`;
    else if (byte === 0x22 || byte === 0x5c) out += `\\${String.fromCharCode(byte)}`;
    else out += String.fromCharCode(byte);
  }
  return `${out}"`;
}

/** `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isGoPrintable(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

/** `%#v` of a list of strings: `[]string{"a", "b"}`. */
export function goStringList(list: readonly string[]): string {
  return `[]string{${list.map(goQuote).join(', ')}}`;
}

/** `strconv.ParseInt(text, 10, 64)`: the number (rounded beyond 2^53), or Go's error text. */
export function goParseInt64(text: string): number | string {
  if (!isDecimal(text, true)) return `strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`;
  if (text.length <= 15) return Number(text) + 0;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value > INT64_MAX || value < INT64_MIN) return `strconv.ParseInt: parsing ${goQuote(text)}: value out of range`;
  return Number(value);
}

/** `strconv.ParseUint(text, 10, 64)`: the number (rounded beyond 2^53), or Go's error text. */
export function goParseUint64(text: string): number | string {
  if (!isDecimal(text, false)) return `strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`;
  if (text.length <= 15) return Number(text);
  const value = BigInt(text);
  if (value > UINT64_MAX) return `strconv.ParseUint: parsing ${goQuote(text)}: value out of range`;
  return Number(value);
}

function isDecimal(text: string, signed: boolean): boolean {
  let start = 0;
  if (signed && text.length > 0 && (text[0] === '-' || text[0] === '+')) start = 1;
  if (start === text.length) return false;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

const SHORT_ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

function quoteSlowly(text: string): string {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const short = SHORT_ESCAPES[code];
    if (short !== undefined) out += short;
    else if (code >= 0xd800 && code <= 0xdfff) out += '\ufffd';
    else if (isGoPrintable(character)) out += character;
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, '0')}`;
    else out += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${out}"`;
}

const HTML = /[<>&\u2028\u2029]/;

/** Go's encoder escapes in JSON what would be markup if a browser took the answer for a page. */
export function escapeHtml(json: string): string {
  if (!HTML.test(json)) return json;
  return json.replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Says what is wrong with a text that is not JSON, in the words of Go's encoding/json. Slow and exact: it runs only after
 * `JSON.parse` has refused a text, or to find what `JSON.parse` hides.
 */

import { atOnce, type Stages } from './turns.ts';

const WHITESPACE = ' \t\r\n';
const VALUES_PER_YIELD = 8192;

/** The first syntax error of the text; null: the text is JSON. `depthMax`: arrays and objects inside each other. */
export function jsonSyntaxError(text: string, depthMax: number): string | null {
  return atOnce(syntaxStages(text, depthMax));
}

/** `jsonSyntaxError` of a text that may be long. */
export function* syntaxStages(text: string, depthMax: number): Stages<string | null> {
  const scanner = new Scanner(text, depthMax);
  try {
    yield* scanner.document();
    return null;
  } catch (error) {
    if (error instanceof Found) return error.message;
    throw error;
  }
}

class Found extends Error {}

class Scanner {
  readonly #text: string;
  readonly #depthMax: number;
  #at = 0;

  constructor(text: string, depthMax: number) {
    this.#text = text;
    this.#depthMax = depthMax;
  }

  *document(): Stages<void> {
    // Containers that are open: true for an object. A list instead of recursion, so that depth costs no stack.
    const open: boolean[] = [];
    let expectsValue = true;
    for (let values = 0; expectsValue || open.length > 0; ) {
      if (expectsValue) expectsValue = this.#value(open);
      else expectsValue = this.#afterValue(open);
      if (++values % VALUES_PER_YIELD === 0) yield;
    }
    if (this.#peek() !== '') this.#fail('after top-level value');
  }

  /** Reads a value's beginning. True: it opened a container whose first value follows. */
  #value(open: boolean[]): boolean {
    const character = this.#peek();
    switch (character) {
      case '{':
      case '[':
        return this.#open(open, character);
      case '"':
        this.#string();
        return false;
      case 't':
        this.#literal('true');
        return false;
      case 'f':
        this.#literal('false');
        return false;
      case 'n':
        this.#literal('null');
        return false;
      default:
        if (character === '-' || isDigit(character)) this.#number();
        else this.#fail('looking for beginning of value');
        return false;
    }
  }

  #open(open: boolean[], bracket: '{' | '['): boolean {
    open.push(bracket === '{');
    if (open.length > this.#depthMax) this.#fail('exceeded max depth');
    this.#at++;
    if (bracket === '[') {
      if (this.#peek() !== ']') return true;
    } else if (this.#peek() !== '}') {
      this.#key();
      return true;
    }
    this.#at++;
    open.pop();
    return false;
  }

  /** Reads what follows a complete value inside a container. True: another value follows. */
  #afterValue(open: boolean[]): boolean {
    const inObject = open[open.length - 1]!;
    const character = this.#peek();
    if (character === ',') {
      this.#at++;
      if (inObject) {
        this.#peek();
        this.#key();
      }
      return true;
    }
    if (character !== (inObject ? '}' : ']'))
      this.#fail(inObject ? 'after object key:value pair' : 'after array element');
    this.#at++;
    open.pop();
    return false;
  }

  #key(): void {
    if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string');
    this.#string();
    if (this.#peek() !== ':') this.#fail('after object key');
    this.#at++;
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || character < ' ') this.#fail('in string literal');
      if (character === '\\') {
        this.#at++;
        this.#escape();
      } else {
        this.#at++;
        if (character === '"') return;
      }
    }
  }

  #escape(): void {
    const character = this.#text[this.#at];
    if (character === undefined || !'bfnrt\\/"u'.includes(character)) this.#fail('in string escape code', true);
    this.#at++;
    if (character !== 'u') return;
    for (let i = 0; i < 4; i++) {
      const digit = this.#text[this.#at];
      if (digit === undefined || !/^[0-9a-fA-F]$/.test(digit)) this.#fail('in \\u hexadecimal character escape', true);
      this.#at++;
    }
  }

  #literal(word: 'true' | 'false' | 'null'): void {
    for (let i = 0; i < word.length; i++) {
      if (this.#text[this.#at] !== word[i]) this.#fail(`in literal ${word} (expecting '${word[i]}')`, true);
      this.#at++;
    }
  }

  #number(): void {
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else this.#digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at++;
      this.#digits('after decimal point in numeric literal');
    }
    if (this.#text[this.#at] === 'e' || this.#text[this.#at] === 'E') {
      this.#at++;
      if (this.#text[this.#at] === '+' || this.#text[this.#at] === '-') this.#at++;
      this.#digits('in exponent of numeric literal');
    }
  }

  #digits(context: string): void {
    if (!isDigit(this.#text[this.#at] ?? '')) this.#fail(context, true);
    while (isDigit(this.#text[this.#at] ?? '')) this.#at++;
  }

  /** The next character that is not white space, where the scanner then stands; '' at the end. */
  #peek(): string {
    while (this.#at < this.#text.length && WHITESPACE.includes(this.#text[this.#at]!)) this.#at++;
    return this.#text[this.#at] ?? '';
  }

  /** `inToken`: within a number, a word or an escape, where Go meets the end of the text as if it were a space. */
  #fail(context: string, inToken = false): never {
    const character = this.#text[this.#at] ?? (inToken ? ' ' : undefined);
    if (character === undefined) throw new Found('unexpected end of JSON input');
    throw new Found(`invalid character ${quoteByte(character)} ${context}`);
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}

/** Go looks at bytes: of a character beyond ASCII, the first byte of its UTF-8 form is named. */
function quoteByte(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  const code = character.charCodeAt(0);
  if (code > 0x7e) {
    const byte = code === 0x7f ? code : Buffer.from(character)[0]!;
    return byte < 0xa0 ? `'\\u${byte.toString(16).padStart(4, '0')}'` : `'${String.fromCharCode(byte)}'`;
  }
  if (code >= 0x20) return code === 0x5c ? "'\\\\'" : `'${character}'`;
  const short: Readonly<Record<number, string>> = { 7: 'a', 8: 'b', 9: 't', 10: 'n', 11: 'v', 12: 'f', 13: 'r' };
  const letter = short[code];
  return letter === undefined ? `'\\x${code.toString(16).padStart(2, '0')}'` : `'\\${letter}'`;
}

/** YAML responses, written as upstream writes them: sorted members, two spaces, lists not indented, lines folded at 80. */
import { formOf, isSimpleName, writeScalar } from './yaml-scalar-write.ts';
import { goFloat } from './yaml-value.ts';

/** `value`: JSON data. Ends in a line feed. */
export function yamlOf(value: unknown): string {
  const writer = new Writer();
  writer.node(value, 0, false);
  return writer.text();
}

class Writer {
  readonly #parts: string[] = [];
  /** In characters; what follows a line feed begins at 0. */
  #column = 0;

  text(): string {
    this.#endLine();
    return this.#parts.join('');
  }

  /** `indent`: of the node's own lines. `inList`: the first line follows `- ` or `? `, and so has its indentation. */
  node(value: unknown, indent: number, inline: boolean): void {
    if (Array.isArray(value) && value.length > 0) this.#list(value, indent, inline);
    else if (isMembers(value) && Object.keys(value).length > 0) this.#members(value, indent, inline);
    else this.#scalar(value, indent, true);
  }

  #list(list: readonly unknown[], indent: number, inline: boolean): void {
    list.forEach((item, i) => {
      this.#startLine(indent, inline && i === 0);
      this.#put('-');
      this.#item(item, indent);
    });
  }

  /** What follows `-`, `?` or `:` at the beginning of a line. */
  #item(item: unknown, indent: number): void {
    if (isCollection(item)) {
      this.#put(' ');
      this.node(item, indent + 2, true);
    } else {
      this.#put(' ');
      this.#scalar(item, indent + 2, true);
    }
  }

  #members(members: Readonly<Record<string, unknown>>, indent: number, inline: boolean): void {
    Object.keys(members)
      .sort(compareNames)
      .forEach((name, i) => {
        this.#startLine(indent, inline && i === 0);
        const value = members[name];
        if (!isSimpleName(name)) this.#explicit(name, value, indent);
        else this.#member(name, value, indent);
      });
  }

  #member(name: string, value: unknown, indent: number): void {
    this.#put(writeScalar(name, formOf(name), { column: this.#column, indent: indent + 2, folds: false }));
    this.#put(':');
    if (isCollection(value)) {
      this.#endLine();
      // A list stands at its member's own indentation.
      this.node(value, Array.isArray(value) ? indent : indent + 2, false);
    } else {
      this.#put(' ');
      this.#scalar(value, indent + 2, true);
    }
  }

  /** A name that is long or has several lines: `? name` and `: value`. */
  #explicit(name: string, value: unknown, indent: number): void {
    this.#put('?');
    this.#item(name, indent);
    this.#startLine(indent, false);
    this.#put(':');
    this.#item(value, indent);
  }

  #scalar(value: unknown, indent: number, folds: boolean): void {
    if (typeof value === 'string')
      this.#put(writeScalar(value, formOf(value), { column: this.#column, indent: Math.max(indent, 2), folds }));
    else if (typeof value === 'number') this.#put(numberText(value));
    else if (typeof value === 'object' && value !== null) this.#put(Array.isArray(value) ? '[]' : '{}');
    else this.#put(value === undefined || value === null ? 'null' : String(value));
  }

  #startLine(indent: number, inline: boolean): void {
    if (inline) return;
    this.#endLine();
    this.#put(' '.repeat(indent));
  }

  #endLine(): void {
    if (this.#column > 0) this.#put('\n');
  }

  #put(text: string): void {
    if (text === '') return;
    this.#parts.push(text);
    const lineFeed = text.lastIndexOf('\n');
    const rest = lineFeed < 0 ? text : text.slice(lineFeed + 1);
    this.#column = (lineFeed < 0 ? this.#column : 0) + [...rest].length;
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCollection(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isMembers(value) && Object.keys(value).length > 0;
}

function numberText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : goFloat(value);
}

/** Natural order: numbers inside of names count as numbers, and letters come last. */
function compareNames(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] === b[i]) continue;
    const [aLetter, bLetter] = [isLetter(a[i]!), isLetter(b[i]!)];
    if (aLetter && bLetter) return a[i]!.codePointAt(0)! - b[i]!.codePointAt(0)!;
    if (aLetter || bLetter) return bLetter ? -1 : 1;
    return compareNumbers(a, b, i);
  }
  return a.length - b.length;
}

function compareNumbers(a: readonly string[], b: readonly string[], at: number): number {
  // A zero within a number weighs as a digit, one in front of it does not.
  const weight = (a[at] === '0' || b[at] === '0') && followsNonZero(a, at) ? 1n : 0n;
  const [aNumber, aEnd] = readNumber(a, at, weight);
  const [bNumber, bEnd] = readNumber(b, at, weight);
  if (aNumber !== bNumber) return aNumber < bNumber ? -1 : 1;
  return aEnd - bEnd || a[at]!.codePointAt(0)! - b[at]!.codePointAt(0)!;
}

function followsNonZero(text: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && isDigit(text[i]!); i--) if (text[i] !== '0') return true;
  return false;
}

/** The number and where it ends. Names are up to 253 long, so that it can be larger than any number type. */
function readNumber(text: readonly string[], at: number, start: bigint): [bigint, number] {
  let end = at;
  while (end < text.length && isDigit(text[end]!)) end++;
  const digits = text.slice(at, end).join('');
  return [BigInt(`${start}${digits}`), end];
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}

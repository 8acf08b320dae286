/** The query part of a request's URL, read without a URL object. */
import { goQuote } from '../base/go-text.ts';
import { badRequest } from './status.ts';

export interface Query {
  /** The first value; null when the parameter is absent. */
  get(name: string): string | null;
  /** Every value in order; empty when the parameter is absent. */
  getAll(name: string): readonly string[];
}

const ABSENT: readonly string[] = Object.freeze([]);
const EMPTY: Query = Object.freeze({ get: () => null, getAll: () => ABSENT });

/**
 * `text`: what follows the `?`, '' for none. Throws 400 for what upstream would drop with its parameter: a broken escape
 * in a selector must not widen what a request touches.
 */
export function parseQuery(text: string): Query {
  return text === '' ? EMPTY : new Pairs(text);
}

/** Requests carry few parameters: two lists searched from the start are cheaper than a map. */
class Pairs implements Query {
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  constructor(text: string) {
    if (text.includes(';')) throw badRequest('invalid semicolon separator in query');
    for (let start = 0; start <= text.length; ) {
      let end = text.indexOf('&', start);
      if (end < 0) end = text.length;
      if (end > start) this.#add(text, start, end);
      start = end + 1;
    }
  }

  #add(text: string, start: number, end: number): void {
    const equals = text.indexOf('=', start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    this.#names.push(decoded(text.slice(start, nameEnd)));
    this.#values.push(nameEnd === end ? '' : decoded(text.slice(nameEnd + 1, end)));
  }

  get(name: string): string | null {
    const at = this.#names.indexOf(name);
    return at < 0 ? null : this.#values[at]!;
  }

  getAll(name: string): readonly string[] {
    if (!this.#names.includes(name)) return ABSENT;
    return this.#values.filter((_, at) => this.#names[at] === name);
  }
}

function decoded(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    const broken = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(spaced)?.[0];
    throw badRequest(
      broken === undefined
        ? `invalid URL escape: ${goQuote(spaced)} is not UTF-8`
        : `invalid URL escape ${goQuote(broken)}`,
    );
  }
}

/** The Warning headers of one response (RFC 9111 section 5.5 as Kubernetes uses it: code 299, agent `-`). */
import { Buffer } from 'node:buffer';
import { warningCharactersMax, warningCutCharacters } from '../base/limits.ts';

/** The warnings of one response: each once, and no more than its headers could hold. */
export class Warnings {
  readonly #texts = new Set<string>();
  #characters = 0;
  #cutCharacters = 0;

  /** In the order in which they were given. */
  get texts(): readonly string[] {
    return [...this.#texts];
  }

  add(text: string): void {
    if (this.#cutCharacters >= warningCharactersMax && this.#characters > warningCharactersMax) return;
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    if (!isSendable(text)) return;
    const length = lengthOf(text);
    this.#characters += length;
    this.#cutCharacters += Math.min(length, warningCutCharacters);
  }
}

/**
 * The values of the headers for these texts, which differ from each other: `299 - "text"`. When the texts together are
 * too long, each is cut, and what is beyond the budget even so is dropped; so are texts with control characters. UTF-8
 * bytes stand as Latin-1 characters, the form in which Node takes headers.
 */
export function warningHeaders(texts: readonly string[]): string[] {
  const sendable = texts.filter((text) => text !== '' && isSendable(text));
  let characters = 0;
  for (const text of sendable) characters += lengthOf(text);
  if (characters <= warningCharactersMax) return sendable.map(warningHeader);
  const headers: string[] = [];
  let written = 0;
  for (const text of sendable) {
    if (written >= warningCharactersMax) break;
    const shown = lengthOf(text) > warningCutCharacters ? [...text].slice(0, warningCutCharacters).join('') : text;
    written += lengthOf(shown);
    headers.push(warningHeader(shown));
  }
  return headers;
}

function warningHeader(text: string): string {
  return Buffer.from(`299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`).toString('latin1');
}

/** In characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) length--;
  return length;
}

function isSendable(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}

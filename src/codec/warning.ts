/** The Warning headers of one response (RFC 9111 section 5.5 as Kubernetes uses it: code 299, agent `-`). */
import { Buffer } from 'node:buffer';
import { warningCharactersMax, warningCutCharacters } from '../base/limits.ts';

export interface WarningRecorder {
  /** Empty and repeated texts are dropped, and those with control characters. */
  add(text: string): void;
  /** Values of the Warning headers, ready to be sent: UTF-8 bytes as Latin-1 characters, as Node takes headers. */
  headers(): readonly string[];
}

/** Null-object cost for a response without warnings: nothing is allocated before the first one. */
export function createWarningRecorder(): WarningRecorder {
  let texts: string[] | null = null;
  let headers: string[] | null = null;
  let written = 0;
  let cutting = false;

  function write(text: string): void {
    const characters = [...text];
    const shown =
      cutting && characters.length > warningCutCharacters ? characters.slice(0, warningCutCharacters).join('') : text;
    if (isControl(shown)) return;
    headers ??= [];
    headers.push(warningHeader(shown));
    written += Math.min(characters.length, cutting ? warningCutCharacters : characters.length);
  }

  return {
    add(text) {
      if (text === '' || (cutting && written >= warningCharactersMax)) return;
      texts ??= [];
      if (texts.includes(text)) return;
      texts.push(text);
      if (cutting || written + [...text].length <= warningCharactersMax) return write(text);
      // Over the budget: all that was said is said again, shorter.
      cutting = true;
      written = 0;
      headers = null;
      for (const each of texts) write(each);
    },
    headers: () => headers ?? NONE,
  };
}

const NONE: readonly string[] = Object.freeze([]);

/** `299 - "text"`. */
function warningHeader(text: string): string {
  return Buffer.from(`299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`).toString('latin1');
}

function isControl(text: string): boolean {
  return /\p{Cc}/u.test(text) || !text.isWellFormed();
}

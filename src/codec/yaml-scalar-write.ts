/** How a text is written as a YAML scalar: plain, in single or double quotes, or as a literal block. */
import { resolvePlain } from './yaml-scalar.ts';

export type ScalarForm = 'plain' | 'single' | 'double' | 'literal';

export interface ScalarPlace {
  /** Where the scalar begins, in characters. */
  readonly column: number;
  /** Of its further lines. */
  readonly indent: number;
  /** Whether it may go on in a further line. */
  readonly folds: boolean;
}

const WIDTH = 80;
/** Longer names are written in the explicit form. */
const NAME_BYTES_MAX = 128;
const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const BREAK = /[\r\n\u0085\u2028\u2029]/;

/** Whether a member can be written as `name: value`. */
export function isSimpleName(name: string): boolean {
  return Buffer.byteLength(name) <= NAME_BYTES_MAX && !BREAK.test(name);
}

/** The form that says the text with the fewest marks. */
export function formOf(text: string): ScalarForm {
  if (text.includes('\n')) return allowsBlock(text) ? 'literal' : 'double';
  // What would be read as a number, a truth value or nothing; also what older readers take for a number.
  if (resolvePlain(text).kind !== 'string' || SEXAGESIMAL.test(text)) return 'double';
  if (hasSpecial(text)) return 'double';
  const spaceAround = text.startsWith(' ') || text.endsWith(' ');
  if (!spaceAround && !BREAK.test(text) && !looksLikeSyntax(text)) return 'plain';
  return / [\u2028\u2029]|[\u2028\u2029] /.test(text) ? 'double' : 'single';
}

/** The scalar as it stands in the document. A literal block ends in the line feed of its last line, if that has one. */
export function writeScalar(text: string, form: ScalarForm, place: ScalarPlace): string {
  switch (form) {
    case 'plain':
      return folded(text, place, '');
    case 'single':
      return folded(text, place, "'");
    case 'double':
      return doubleQuoted(text, place);
    case 'literal':
      return literal(text, place.indent);
  }
}

function allowsBlock(text: string): boolean {
  return !text.endsWith(' ') && !/ [\r\n\u0085\u2028\u2029]/.test(text) && !hasSpecial(text);
}

/** Characters that need an escape: controls, the byte order mark, everything beyond the basic plane. */
function hasSpecial(text: string): boolean {
  return /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text);
}

/** Whether a plain scalar would be taken for something else. */
function looksLikeSyntax(text: string): boolean {
  if (text.startsWith('---') || text.startsWith('...')) return true;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text)) return true;
  if (/^[?:-](?:[ \u2028\u2029]|$)/.test(text)) return true;
  return /:(?:[ \u2028\u2029]|$)/.test(text) || /[ \u2028\u2029]#/.test(text);
}

/** Plain or in single quotes; a line is ended at the first single space behind the width. */
function folded(text: string, place: ScalarPlace, quote: '' | "'"): string {
  const characters = [...text];
  let out: string = quote;
  let column = place.column + quote.length;
  let afterSpace = false;
  let afterBreak = false;
  characters.forEach((character, i) => {
    if (character === ' ') {
      const inside = quote === '' || (i > 0 && i < characters.length - 1);
      if (place.folds && !afterSpace && column > WIDTH && inside && characters[i + 1] !== ' ') {
        out += `\n${' '.repeat(place.indent)}`;
        column = place.indent;
      } else {
        out += character;
        column++;
      }
      afterSpace = true;
      return;
    }
    if (character === '\u2028' || character === '\u2029') {
      out += character;
      column = 0;
      afterBreak = true;
      return;
    }
    if (afterBreak) {
      out += ' '.repeat(place.indent);
      column = place.indent;
    }
    const written = quote !== '' && character === "'" ? "''" : character;
    out += written;
    column += written.length;
    afterSpace = false;
    afterBreak = false;
  });
  return out + quote;
}

const ESCAPES: Readonly<Record<number, string>> = {
  0: '0',
  7: 'a',
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  27: 'e',
  34: '"',
  92: '\\',
  133: 'N',
  160: '_',
  8232: 'L',
  8233: 'P',
};

function doubleQuoted(text: string, place: ScalarPlace): string {
  const characters = [...text];
  // Upstream escapes every character of a text that begins with a byte order mark.
  const escapesAll = text.startsWith('\ufeff');
  let out = '"';
  let column = place.column + 1;
  let afterSpace = false;
  characters.forEach((character, i) => {
    if (escapesAll || hasSpecial(character) || BREAK.test(character) || character === '"' || character === '\\') {
      const escaped = escapeText(character.codePointAt(0)!);
      out += escaped;
      column += escaped.length;
      afterSpace = false;
    } else if (
      character === ' ' &&
      place.folds &&
      !afterSpace &&
      column > WIDTH &&
      i > 0 &&
      i < characters.length - 1
    ) {
      // A space that begins a line would be lost, unless it is escaped.
      out += `\n${' '.repeat(place.indent)}${characters[i + 1] === ' ' ? '\\' : ''}`;
      column = place.indent + (characters[i + 1] === ' ' ? 1 : 0);
      afterSpace = true;
    } else {
      out += character;
      column++;
      afterSpace = character === ' ';
    }
  });
  return `${out}"`;
}

function escapeText(code: number): string {
  const short = ESCAPES[code];
  if (short !== undefined) return `\\${short}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function literal(text: string, indent: number): string {
  const hint = /^[ \r\n\u2028\u2029]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const margin = ' '.repeat(indent);
  const lines = text.split('\n').map((line) => (line === '' ? '' : margin + line));
  return `|${hint}${chomp}\n${lines.join('\n')}`;
}

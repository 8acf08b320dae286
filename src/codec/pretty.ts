/** JSON for people: what `?pretty=true` answers. */
import { Buffer } from 'node:buffer';
import { closingQuote } from './json-scan.ts';

/**
 * The same JSON, each member and element on a line of its own, two spaces per level, as Go's json.MarshalIndent: no line
 * feed at the end. Works on the text, so that numbers and the order of members stay what they are. `json` is compact.
 */
export function prettyJson(json: Buffer): Buffer {
  const text = json.toString();
  const parts: string[] = [];
  let lineBreak = '\n';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = closingQuote(text, i + 1);
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (isClosing(text.charCodeAt(i + 1))) {
          i++;
          break;
        }
        lineBreak += '  ';
        parts.push(text.slice(start, i + 1), lineBreak);
        start = i + 1;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        lineBreak = lineBreak.slice(0, -2);
        parts.push(text.slice(start, i), lineBreak);
        start = i;
        break;
      case 0x2c: // ,
        parts.push(text.slice(start, i + 1), lineBreak);
        start = i + 1;
        break;
      case 0x3a: // :
        parts.push(text.slice(start, i + 1), ' ');
        start = i + 1;
        break;
      case 0x0a: // the line feed at the end of an encoded object
        parts.push(text.slice(start, i));
        start = i + 1;
        break;
    }
  }
  parts.push(text.slice(start));
  return Buffer.from(parts.join(''));
}

function isClosing(code: number): boolean {
  return code === 0x7d || code === 0x5d;
}

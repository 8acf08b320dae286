/** What a look at the characters of a JSON text tells before the engine's own parser reads it. */
import { nestingDepthMax } from '../base/limits.ts';

/** The largest double has 309 digits: a shorter number without exponent cannot overflow. */
const LONG_NUMBER = 300;

/** Items or members that are parsed together. */
export interface Run {
  /** Where the comma, the closing bracket or the end of the text behind them stands; -1: the first is too long a container. */
  readonly end: number;
  /** Of all objects in them, repeated ones included. */
  readonly members: number;
  /** A number may be too large for a double. */
  readonly mayOverflow: boolean;
}

/**
 * From `from` on, as many whole items or members as are about `lengthMax` characters long. Null: not JSON, or too deep.
 * `depthAround`: containers that are open already. What is no JSON may also give a run: it is refused when it is parsed.
 */
export function runFrom(text: string, from: number, depthAround: number, lengthMax: number): Run | null {
  let depth = 0;
  let members = 0;
  let mayOverflow = false;
  let mark = from;
  // Behind the last whole item or member.
  let cut = -1;
  let cutMembers = 0;
  for (let i = from; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = closingQuote(text, i + 1);
        mark = i;
        break;
      case 0x3a: // :
        members++;
        mark = i;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (depthAround + ++depth > nestingDepthMax) return null;
        mark = i;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (i - mark > LONG_NUMBER) mayOverflow = true;
        if (--depth < 0) return { end: i, members, mayOverflow };
        mark = i;
        break;
      case 0x2c: // ,
        if (i - mark > LONG_NUMBER) mayOverflow = true;
        mark = i;
        if (depth > 0) break;
        cut = i;
        cutMembers = members;
        break;
      case 0x45: // E
      case 0x65: // e, which also ends `true` and `false`
        if (text.charCodeAt(i - 1) <= 0x39) mayOverflow = true;
        break;
    }
    if (i - from <= lengthMax) continue;
    if (cut >= 0) return { end: cut, members: cutMembers, mayOverflow };
    if (depth > 0) return { end: -1, members: 0, mayOverflow: false };
  }
  if (text.length - mark > LONG_NUMBER) mayOverflow = true;
  return depth === 0 ? { end: text.length, members, mayOverflow } : null;
}

/** Of the string that began before `from`; the end of a text that has none. */
export function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i;
    if (code === 0x5c) i++;
  }
  return text.length;
}

export function holdsInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsInfinity);
}

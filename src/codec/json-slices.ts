/**
 * Long JSON texts, parsed piece by piece so that other work has its turn in between: the engine's own parser reads runs of
 * members and items of a bounded length, and only what holds more than that is taken apart here.
 */
import { setOwn } from '../base/own.ts';
import type { Stages } from '../base/turns.ts';
import { closingQuote, holdsInfinity, runFrom } from './json-scan.ts';

export interface SlicedJson {
  /** Members named `__proto__` are own properties. */
  readonly value: unknown;
  /** Members of all objects in the text, repeated ones included. */
  readonly memberCount: number;
}

/** Characters that the engine's parser gets at once: less than a millisecond's work. */
const PIECE_LENGTH = 16 * 1024;

/** Null for what is no JSON, too deep, or holds a number beyond a double: whoever wants to know why looks at the whole. */
export function* parseInSlices(text: string): Stages<SlicedJson | null> {
  const root: Open = { list: [], object: null, name: '' };
  const open = [root];
  let current = root;
  let memberCount = 0;
  let isAfterComma = false;
  for (let at = 0; at < text.length; yield) {
    const run = runFrom(text, at, open.length - 1, PIECE_LENGTH);
    if (run === null) return null;
    if (run.end < 0) {
      const child = childAt(text, at, current);
      if (child === null) return null;
      if (current.object !== null) memberCount++;
      current = child.open;
      open.push(current);
      at = child.at;
      isAfterComma = false;
      continue;
    }
    const taken = take(current, text.slice(at, run.end), run.mayOverflow);
    if (taken < 0 || (taken === 0 && (isAfterComma || text[run.end] === ','))) return null;
    memberCount += run.members;
    // What closes may be the last item of what is around it, which then closes too.
    for (at = run.end; at < text.length && text[at] !== ','; ) {
      const around = open[open.length - 2];
      if (around === undefined || text[at] !== (current.object === null ? ']' : '}')) return null;
      put(around, current);
      open.pop();
      current = around;
      at = afterSpace(text, at + 1);
    }
    if (at >= text.length) break;
    if (current === root) return null;
    at++;
    isAfterComma = true;
  }
  return current === root && root.list.length === 1 ? { value: root.list[0], memberCount } : null;
}

/** A container that is longer than a piece. The text itself is the one item of the outermost. */
interface Open {
  readonly list: unknown[];
  /** Null: it is a list. */
  readonly object: Record<string, unknown> | null;
  /** As a member of the object around it. */
  readonly name: string;
}

const SPACE = ' \t\r\n';

/** The container that begins at `at`, behind its name when it is a member; null: it does not. */
function childAt(text: string, at: number, around: Open): { readonly open: Open; readonly at: number } | null {
  let start = afterSpace(text, at);
  let name = '';
  if (around.object !== null) {
    const end = closingQuote(text, start + 1);
    const parsed = parsedOr(text.slice(start, end + 1));
    if (typeof parsed !== 'string') return null;
    name = parsed;
    start = afterSpace(text, end + 1);
    if (text[start] !== ':') return null;
    start = afterSpace(text, start + 1);
  }
  const bracket = text[start];
  if (bracket !== '{' && bracket !== '[') return null;
  return { open: { list: [], object: bracket === '{' ? {} : null, name }, at: start + 1 };
}

function put(around: Open, { list, object, name }: Open): void {
  if (around.object === null) around.list.push(object ?? list);
  else setOwn(around.object, name, object ?? list);
}

/** Adds the items or members in `piece`; how many, -1 when they are none. */
function take({ list, object }: Open, piece: string, mayOverflow: boolean): number {
  if (object === null) {
    const items = parsedOr(`[${piece}]`);
    if (!Array.isArray(items) || (mayOverflow && holdsInfinity(items))) return -1;
    for (const item of items) list.push(item);
    return items.length;
  }
  const members = parsedOr(`{${piece}}`) as Record<string, unknown> | undefined;
  if (members === undefined || (mayOverflow && holdsInfinity(members))) return -1;
  const names = Object.keys(members);
  for (const name of names) setOwn(object, name, members[name]);
  return names.length;
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACE.includes(text[at] as string)) at++;
  return at;
}

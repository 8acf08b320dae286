/**
 * The difference of two texts by lines, as Go's port of Python's difflib writes it: hunks with three lines around each change, no
 * file names. https://docs.python.org/3/library/difflib.html#difflib.unified_diff
 */

const CONTEXT = 3;
/** Texts of fewer lines have no popular lines: those that are too many to align by. */
const POPULAR_FROM = 200;
/** Pairs of equal lines that are looked at; beyond, what is left counts as replaced: pairs grow with the square of the lines. */
const PAIRS_MAX = 2_000_000;
/** Of the difference; what follows is left out. */
const CHARACTERS_MAX = 512 * 1024;

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** `replaced` may have one empty side: a deletion or an insertion. */
interface Step {
  readonly equal: boolean;
  readonly a1: number;
  readonly a2: number;
  readonly b1: number;
  readonly b2: number;
}

/** '' for equal texts; else each line ends with a line feed. */
export function unifiedDiff(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  let out = '';
  for (const hunk of hunks(steps(a, b))) {
    const first = hunk[0]!;
    const last = hunk.at(-1)!;
    out += `@@ -${range(first.a1, last.a2)} +${range(first.b1, last.b2)} @@\n`;
    for (const { equal, a1, a2, b1, b2 } of hunk) {
      for (let i = a1; i < a2; i++) out += `${equal ? ' ' : '-'}${a[i]}\n`;
      if (!equal) for (let i = b1; i < b2; i++) out += `+${b[i]}\n`;
      if (out.length > CHARACTERS_MAX) return out.slice(0, CHARACTERS_MAX);
    }
  }
  return out;
}

function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

function hunks(all: readonly Step[]): Step[][] {
  const found: Step[][] = [];
  let hunk: Step[] = [];
  all.forEach((step, i) => {
    if (!step.equal) {
      hunk.push(step);
      return;
    }
    const { a1, a2, b1, b2 } = step;
    const isFirst = i === 0;
    const isLast = i === all.length - 1;
    if (!isFirst && !isLast && a2 - a1 <= 2 * CONTEXT) {
      hunk.push(step);
      return;
    }
    if (!isFirst) hunk.push({ equal: true, a1, a2: Math.min(a2, a1 + CONTEXT), b1, b2: Math.min(b2, b1 + CONTEXT) });
    if (isLast) return;
    if (hunk.length > 0) found.push(hunk);
    hunk = [{ equal: true, a1: Math.max(a1, a2 - CONTEXT), a2, b1: Math.max(b1, b2 - CONTEXT), b2 }];
  });
  if (hunk.some((step) => !step.equal)) found.push(hunk);
  return found;
}

function steps(a: readonly string[], b: readonly string[]): Step[] {
  const found: Step[] = [];
  let i = 0;
  let j = 0;
  for (const block of [...matchingBlocks(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < block.a || j < block.b) found.push({ equal: false, a1: i, a2: block.a, b1: j, b2: block.b });
    i = block.a + block.size;
    j = block.b + block.size;
    if (block.size > 0) found.push({ equal: true, a1: block.a, a2: i, b1: block.b, b2: j });
  }
  return found;
}

/** The longest equal run, then those before and behind it, and so on; runs that touch are one. */
function matchingBlocks(a: readonly string[], b: readonly string[]): Block[] {
  const places = unpopularPlaces(b);
  const budget = { pairs: PAIRS_MAX };
  const found: Block[] = [];
  const pending: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
    const [aLow, aHigh, bLow, bHigh] = range;
    const block = longestMatch(a, b, places, range, budget);
    if (block.size === 0) continue;
    found.push(block);
    if (aLow < block.a && bLow < block.b) pending.push([aLow, block.a, bLow, block.b]);
    const aNext = block.a + block.size;
    const bNext = block.b + block.size;
    if (aNext < aHigh && bNext < bHigh) pending.push([aNext, aHigh, bNext, bHigh]);
  }
  found.sort((x, y) => x.a - y.a || x.b - y.b);
  const joined: Block[] = [];
  for (const block of found) {
    const last = joined.at(-1);
    if (last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b) {
      joined[joined.length - 1] = { ...last, size: last.size + block.size };
    } else joined.push(block);
  }
  return joined;
}

function unpopularPlaces(b: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  b.forEach((line, i) => {
    const at = places.get(line);
    if (at === undefined) places.set(line, [i]);
    else at.push(i);
  });
  if (b.length < POPULAR_FROM) return places;
  const most = Math.floor(b.length / 100) + 1;
  for (const [line, at] of places) if (at.length > most) places.delete(line);
  return places;
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  [aLow, aHigh, bLow, bHigh]: readonly [number, number, number, number],
  budget: { pairs: number },
): Block {
  let best: Block = { a: aLow, b: bLow, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = aLow; i < aHigh && budget.pairs > 0; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i]!) ?? []) {
      budget.pairs--;
      if (j < bLow) continue;
      if (j >= bHigh) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  let { a: start, b: startB, size } = best;
  for (; start > aLow && startB > bLow && a[start - 1] === b[startB - 1]; size++) {
    start--;
    startB--;
  }
  while (start + size < aHigh && startB + size < bHigh && a[start + size] === b[startB + size]) size++;
  return { a: start, b: startB, size };
}

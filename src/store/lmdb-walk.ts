/**
 * Walks one B-tree of an LMDB file and holds every page against what LMDB relies on: number, kind, transaction, bounds,
 * order of keys, counts, and that no page is used twice. After that LMDB cannot go astray in it.
 */
import { StoreDamagedError } from './errors.ts';
import { type LmdbFile, pageFlags, pageHeaderBytes, readWord, type TreeHead } from './lmdb-file.ts';

export interface Walk {
  readonly file: LmdbFile;
  readonly used: PageSet;
}

export interface Entry {
  readonly key: Buffer;
  /** Bytes of a tree's own description rather than a value. */
  readonly isTree: boolean;
  /** Valid until the next entry. */
  readonly data: Buffer;
}

export interface PageSet {
  /** False: it was in the set, or is no page for data. */
  add(page: number): boolean;
  size(): number;
}

interface Counts {
  branchPages: number;
  leafPages: number;
  overflowPages: number;
  entries: number;
}

interface TreeWalk extends Walk {
  readonly name: string;
  readonly depth: number;
  readonly compare: Compare;
  readonly visit: (entry: Entry) => void;
  readonly counts: Counts;
}

interface Node {
  readonly key: Buffer;
  readonly flags: number;
  /** Of a leaf's data. */
  readonly size: number;
  readonly at: number;
}

export type Compare = (a: Buffer, b: Buffer) => number;

const metaPages = 2;
const nodeHeaderBytes = 8;
const overflowReferenceBytes = 24;
const nodeFlags = { overflow: 1, tree: 2 } as const;
/** Far more levels than a file can have. */
const depthMax = 32;

export function createPageSet(lastPage: number): PageSet {
  const bits = new Uint8Array((lastPage >>> 3) + 1);
  let size = 0;
  return {
    add(page) {
      if (!Number.isSafeInteger(page) || page < metaPages || page > lastPage) return false;
      const mask = 1 << (page & 7);
      if ((bits[page >>> 3]! & mask) !== 0) return false;
      bits[page >>> 3]! |= mask;
      size++;
      return true;
    },
    size: () => size,
  };
}

/** Calls `visit` for every entry in order. Throws StoreDamagedError. */
export function walkTree(
  walk: Walk,
  name: string,
  head: TreeHead,
  compare: Compare,
  visit: (entry: Entry) => void,
): void {
  const counts: Counts = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
  const { depth } = head;
  const tree: TreeWalk = { ...walk, name, depth, compare, visit, counts };
  if (head.root === null ? depth !== 0 : depth < 1 || depth > depthMax) fail(tree, `a depth of ${depth}`);
  if (head.root !== null) walkPage(tree, head.root, 1, null, null);
  for (const key of ['branchPages', 'leafPages', 'overflowPages', 'entries'] as const) {
    if (counts[key] !== head[key]) fail(tree, `${counts[key]} ${key}, not ${head[key]}`);
  }
}

function walkPage(tree: TreeWalk, number: number, level: number, low: Buffer | null, high: Buffer | null): void {
  if (!tree.used.add(number)) fail(tree, `page ${number}, which is none or is used twice`);
  const isLeaf = level === tree.depth;
  // A copy: what is read below it takes its place.
  const page = Buffer.from(tree.file.read(number, tree.file.pageSize));
  checkHeader(tree, page, number, isLeaf ? pageFlags.leaf : pageFlags.branch);
  const nodes = parseNodes(tree, page, number, isLeaf);
  const first = isLeaf ? 0 : 1;
  for (let index = first; index < nodes.length; index++) {
    const { key } = nodes[index]!;
    const previous = index === first ? low : nodes[index - 1]!.key;
    const order = previous === null ? 1 : tree.compare(key, previous);
    if (order < 0 || (order === 0 && !(isLeaf && index === first))) fail(tree, `keys out of order in page ${number}`);
    if (high !== null && tree.compare(key, high) >= 0) fail(tree, `keys out of order in page ${number}`);
  }
  if (isLeaf) {
    tree.counts.leafPages++;
    for (const node of nodes) visitNode(tree, page, number, node);
    return;
  }
  tree.counts.branchPages++;
  for (let index = 0; index < nodes.length; index++) {
    const { key, at } = nodes[index]!;
    const child = page.readUInt32LE(at) + page.readUInt16LE(at + 4) * 2 ** 32;
    walkPage(tree, child, level + 1, index === 0 ? low : key, nodes[index + 1]?.key ?? high);
  }
}

function checkHeader(tree: TreeWalk, page: Buffer, number: number, flags: number): void {
  if (readWord(page, 0) !== number) fail(tree, `page ${number}, which says that it is page ${readWord(page, 0)}`);
  if (page.readUInt16LE(18) !== flags) fail(tree, `page ${number}, which is of another kind`);
  // LMDB writes in place into pages that it takes for those of the present transaction.
  if (readWord(page, 8) > tree.file.transaction) fail(tree, `page ${number}, which is of a later transaction`);
}

/** The nodes fill the page's end without a gap; their places stand after its header. */
function parseNodes(tree: TreeWalk, page: Buffer, number: number, isLeaf: boolean): Node[] {
  const room = page.length - pageHeaderBytes;
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  const broken = (): never => fail(tree, `page ${number}, whose nodes are not in place`);
  if (lower % 2 !== 0 || lower === 0 || lower > upper || upper > room) broken();
  const nodes: Node[] = [];
  let filled = 0;
  for (let at = pageHeaderBytes; at < pageHeaderBytes + lower; at += 2) {
    const place = page.readUInt16LE(at);
    if (place % 2 !== 0 || place < upper || place + nodeHeaderBytes > room) broken();
    const node = parseNode(page, pageHeaderBytes + place, isLeaf);
    const length = node.at - pageHeaderBytes - place + nodeLength(node, isLeaf);
    if (place + length > room) broken();
    filled += length + (length % 2);
    nodes.push(node);
  }
  if (filled !== room - upper) broken();
  return nodes;
}

function parseNode(page: Buffer, start: number, isLeaf: boolean): Node {
  const keyStart = start + nodeHeaderBytes;
  const keyEnd = keyStart + page.readUInt16LE(start + 6);
  return {
    key: page.subarray(keyStart, keyEnd),
    flags: page.readUInt16LE(start + 4),
    size: page.readUInt32LE(start),
    // In a branch the child's number stands where a leaf has size and flags.
    at: isLeaf ? keyEnd : start,
  };
}

function nodeLength({ key, flags, size }: Node, isLeaf: boolean): number {
  if (!isLeaf) return nodeHeaderBytes + key.length;
  return flags === nodeFlags.overflow ? overflowReferenceBytes : size;
}

function visitNode(tree: TreeWalk, page: Buffer, number: number, { key, flags, size, at }: Node): void {
  tree.counts.entries++;
  if (flags === nodeFlags.overflow) {
    const data = readOverflow(tree, page.subarray(at, at + overflowReferenceBytes), size);
    tree.visit({ key, isTree: false, data });
  } else if (flags === 0 || flags === nodeFlags.tree) {
    tree.visit({ key, isTree: flags === nodeFlags.tree, data: page.subarray(at, at + size) });
  } else {
    fail(tree, `page ${number}, which has nodes of an unknown kind`);
  }
}

function readOverflow(tree: TreeWalk, reference: Buffer, size: number): Buffer {
  const { file, counts, used } = tree;
  const first = readWord(reference, 0);
  const count = Math.floor((pageHeaderBytes - 1 + size) / file.pageSize) + 1;
  if (readWord(reference, 16) !== count) fail(tree, `a value of ${readWord(reference, 16)} pages, not ${count}`);
  counts.overflowPages += count;
  for (let page = first; page < first + count; page++) {
    if (!used.add(page)) fail(tree, `page ${page}, which is none or is used twice`);
  }
  const bytes = file.read(first, pageHeaderBytes + size);
  checkHeader(tree, bytes, first, pageFlags.overflow);
  if (bytes.readUInt32LE(20) !== count) fail(tree, `page ${first}, which counts its pages wrong`);
  return bytes.subarray(pageHeaderBytes);
}

function fail({ file, name }: Pick<TreeWalk, 'file' | 'name'>, what: string): never {
  throw new StoreDamagedError(file.path, `${name} has ${what}`);
}

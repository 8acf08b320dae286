/**
 * Sets of field paths (KEP-555). A set is its FieldsV1 tree itself: no conversion between what is stored and what is
 * computed with. A node that is `{}` or has `.` is a member; the root never is, an empty root is the empty set. Trees are
 * never changed, results share nodes with their operands, and an operation that takes nothing away returns its operand.
 */
import type { FieldsV1 } from '../meta/object.ts';
import { compareElements, normalElement } from './field-element.ts';

/** A member without children. */
export const LEAF: FieldsV1 = Object.freeze({});
export const EMPTY_SET: FieldsV1 = LEAF;

const MEMBER = '.';
/** No API type nests this deep; FieldsV1 of clients may. */
const DEPTH_MAX = 256;

export function isEmptySet(set: FieldsV1): boolean {
  for (const element in set) if (element !== MEMBER) return false;
  return true;
}

export function isMember(node: FieldsV1): boolean {
  if (node[MEMBER] !== undefined) return true;
  for (const _ in node) return false;
  return true;
}

export function hasPath(set: FieldsV1, path: readonly string[]): boolean {
  let node: FieldsV1 | undefined = set;
  for (const element of path) {
    node = node[element];
    if (node === undefined) return false;
  }
  return path.length > 0 && isMember(node);
}

export function union(a: FieldsV1, b: FieldsV1): FieldsV1 {
  if (isEmptySet(b)) return a;
  if (isEmptySet(a)) return b;
  return unionChildren(a, b, false);
}

/** In pairs, so that no member is copied more often than the logarithm of the sets' number. */
export function unionOf(sets: readonly FieldsV1[]): FieldsV1 {
  let left = sets;
  while (left.length > 1) {
    const joined: FieldsV1[] = [];
    for (let i = 0; i < left.length; i += 2) joined.push(union(left[i] as FieldsV1, left[i + 1] ?? EMPTY_SET));
    left = joined;
  }
  return left[0] ?? EMPTY_SET;
}

/** Members of `a` that are not members of `b`: parents survive their children, and children their parents. */
export function difference(a: FieldsV1, b: FieldsV1): FieldsV1 {
  return isEmptySet(b) ? a : (differenceChildren(a, b, false, differenceNode) ?? EMPTY_SET);
}

/** As difference, but a member of `b` takes everything below it along. */
export function recursiveDifference(a: FieldsV1, b: FieldsV1): FieldsV1 {
  return isEmptySet(b) ? a : (differenceChildren(a, b, false, recursiveDifferenceNode) ?? EMPTY_SET);
}

export function intersection(a: FieldsV1, b: FieldsV1): FieldsV1 {
  return intersectChildren(a, b, false) ?? EMPTY_SET;
}

/** Calls `visit` for every member: those of a node before those below it. The path is reused between calls. */
export function forEachPath(set: FieldsV1, visit: (path: readonly string[]) => void): void {
  visitPaths(set, [], visit);
}

/** `['status', 'metadata.labels']` as a set. */
export function setOfPaths(paths: readonly string[]): FieldsV1 {
  let set = EMPTY_SET;
  for (const path of paths) {
    let node = LEAF;
    for (const name of path.split('.').reverse()) node = { [`f:${name}`]: node };
    set = union(set, node);
  }
  return set;
}

/** The canonical tree of FieldsV1 from a client: elements ordered, unknown kinds left out. Throws SyntaxError for others. */
export function normalSet(value: unknown): FieldsV1 {
  const children = normalChildren(value, 0);
  return children === null ? EMPTY_SET : nodeOf(children, false);
}

/** A node of children in any order. Neither members nor children make a leaf: callers have at least one of both. */
export function nodeOf(children: [element: string, node: FieldsV1][], member: boolean): FieldsV1 {
  if (children.length === 0) return LEAF;
  if (children.length > 1) children.sort(compareEntries);
  const node: FieldsV1 = {};
  if (member) node[MEMBER] = LEAF;
  for (const [element, child] of children) node[element] = child;
  return node;
}

/** The same node without its own membership, null when nothing is left. */
export function withoutSelf(node: FieldsV1): FieldsV1 | null {
  if (node[MEMBER] === undefined) return isMember(node) ? null : node;
  const rest: FieldsV1 = {};
  for (const element in node) if (element !== MEMBER) rest[element] = node[element] as FieldsV1;
  return isEmptySet(rest) ? null : rest;
}

type Difference = (a: FieldsV1, b: FieldsV1) => FieldsV1 | null;

function compareEntries(a: readonly [string, FieldsV1], b: readonly [string, FieldsV1]): number {
  return compareElements(a[0], b[0]);
}

function unionChildren(a: FieldsV1, b: FieldsV1, member: boolean): FieldsV1 {
  const left = childElements(a);
  const right = childElements(b);
  const out: FieldsV1 = {};
  if (member) out[MEMBER] = LEAF;
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const ours = left[i];
    const theirs = right[j];
    const order = ours === undefined ? 1 : theirs === undefined ? -1 : compareElements(ours, theirs);
    if (ours !== undefined && order <= 0) {
      const node = a[ours] as FieldsV1;
      out[ours] = order === 0 ? unionNode(node, b[ours] as FieldsV1) : node;
      i++;
      if (order === 0) j++;
    } else if (theirs !== undefined) {
      out[theirs] = b[theirs] as FieldsV1;
      j++;
    }
  }
  return out;
}

function unionNode(a: FieldsV1, b: FieldsV1): FieldsV1 {
  if (a === b) return a;
  const member = isMember(a) || isMember(b);
  return isEmptySet(a) && isEmptySet(b) ? LEAF : unionChildren(a, b, member);
}

function differenceNode(a: FieldsV1, b: FieldsV1): FieldsV1 | null {
  return differenceChildren(a, b, true, differenceNode);
}

function recursiveDifferenceNode(a: FieldsV1, b: FieldsV1): FieldsV1 | null {
  return isMember(b) ? null : differenceChildren(a, b, true, recursiveDifferenceNode);
}

/** `inner`: the nodes stand for themselves too. Returns `a` itself when it loses nothing, null when it loses all. */
function differenceChildren(a: FieldsV1, b: FieldsV1, inner: boolean, below: Difference): FieldsV1 | null {
  const wasMember = inner && isMember(a);
  const member = wasMember && !isMember(b);
  let lost = wasMember !== member;
  let left = 0;
  const out: FieldsV1 = {};
  if (member) out[MEMBER] = LEAF;
  for (const element in a) {
    if (element === MEMBER) continue;
    const node = a[element] as FieldsV1;
    const other = b[element];
    const rest = other === undefined ? node : below(node, other);
    if (rest !== node) lost = true;
    if (rest === null) continue;
    out[element] = rest;
    left++;
  }
  if (!lost) return a;
  if (left > 0) return out;
  return member ? LEAF : null;
}

function intersectChildren(a: FieldsV1, b: FieldsV1, inner: boolean): FieldsV1 | null {
  const member = inner && isMember(a) && isMember(b);
  let left = 0;
  const out: FieldsV1 = {};
  if (member) out[MEMBER] = LEAF;
  for (const element in a) {
    const other = b[element];
    if (element === MEMBER || other === undefined) continue;
    const common = intersectChildren(a[element] as FieldsV1, other, true);
    if (common === null) continue;
    out[element] = common;
    left++;
  }
  if (left > 0) return out;
  return member ? LEAF : null;
}

function visitPaths(node: FieldsV1, path: string[], visit: (path: readonly string[]) => void): void {
  for (const element in node) {
    if (element === MEMBER || !isMember(node[element] as FieldsV1)) continue;
    path.push(element);
    visit(path);
    path.pop();
  }
  for (const element in node) {
    const child = node[element] as FieldsV1;
    if (element === MEMBER || isEmptySet(child)) continue;
    path.push(element);
    visitPaths(child, path, visit);
    path.pop();
  }
}

function childElements(node: FieldsV1): string[] {
  const elements = Object.keys(node);
  return elements[0] === MEMBER ? elements.slice(1) : elements;
}

function normalChildren(value: unknown, depth: number): [string, FieldsV1][] | null {
  if (value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value) || depth > DEPTH_MAX) {
    throw new SyntaxError('a node of FieldsV1 must be an object');
  }
  const children = new Map<string, FieldsV1>();
  for (const [key, given] of Object.entries(value as Record<string, unknown>)) {
    if (key === MEMBER) continue;
    const element = normalElement(key);
    if (element === null) continue;
    const below = normalChildren(given, depth + 1);
    const member = below === null || below.length === 0 || Object.hasOwn(given as object, MEMBER);
    const node = nodeOf(below ?? [], member);
    const twin = children.get(element);
    children.set(element, twin === undefined ? node : unionNode(twin, node));
  }
  return [...children];
}

import { jsonPatchCopyBytesMax, jsonPatchOperationsMax, nestingDepthMax } from '../base/limits.ts';
import { setOwn } from '../base/own.ts';
import {
  insertItem,
  itemAt,
  LONG_LIST_MIN,
  type LongList,
  removeItem,
  replaceItem,
  toLongList,
  writeItems,
} from './long-list.ts';
import { badRequest, requestEntityTooLarge, StatusError } from './status.ts';

/**
 * JSON patch (RFC 6902) with the liberties of upstream: negative indices count from the end, and replace adds a missing
 * member. Changes neither document nor patch: copies are made along the changed paths, the rest is shared with both.
 * Throws 400 for what is no patch, 413 for too many operations, 422 for a patch that does not apply.
 */
export function applyJsonPatch(document: object, patch: unknown): object {
  const operations = operationsOf(patch);
  const state: State = { root: document as Container, owned: new Set(), long: new Map(), copiedBytes: 0 };
  for (const operation of operations) applyOperation(state, operation);
  for (const list of state.long.keys()) settle(state, list);
  return state.root;
}

/** `json patch unknown field "[0].foo"`: what field validation says about the patch itself. */
export function unknownJsonPatchFields(patch: unknown): string[] {
  const unknown: string[] = [];
  for (const [i, operation] of (Array.isArray(patch) ? patch : []).entries()) {
    for (const key of Object.keys((operation as object | null) ?? {})) {
      if (!MEMBERS.includes(key)) unknown.push(`json patch unknown field ${JSON.stringify(`[${i}].${key}`)}`);
    }
  }
  return unknown;
}

type Container = unknown[] | Record<string, unknown>;

interface Operation {
  readonly op: string;
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly value: unknown;
}

interface State {
  root: Container;
  /** Containers made by this patch, which may be changed in place. */
  readonly owned: Set<Container>;
  /** What long lists of this patch's own have become: they themselves are out of date until they are settled. */
  readonly long: Map<unknown[], LongList>;
  copiedBytes: number;
}

/** The container that holds the last part of a path. */
interface Place {
  readonly container: Container;
  readonly key: string;
}

const MEMBERS = ['op', 'path', 'from', 'value'];

function operationsOf(patch: unknown): Operation[] {
  if (patch === null) return [];
  if (!Array.isArray(patch)) throw wrongType(patch, 'Go value of type []handlers.jsonPatchOp');
  if (patch.length > jsonPatchOperationsMax) {
    throw requestEntityTooLarge(
      `The allowed maximum operations in a JSON patch is ${jsonPatchOperationsMax}, got ${patch.length}`,
    );
  }
  return patch.map(operationOf);
}

function operationOf(given: unknown): Operation {
  if (given !== null && (typeof given !== 'object' || Array.isArray(given))) {
    throw wrongType(given, 'Go value of type handlers.jsonPatchOp');
  }
  const members = (given ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
    throw wrongType(value, `Go struct field jsonPatchOp.${name} of type string`);
  };
  return { op: text('op') ?? '', path: text('path'), from: text('from'), value: members['value'] };
}

function wrongType(value: unknown, into: string): StatusError {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return badRequest(`error decoding patch: json: cannot unmarshal ${kind} into ${into}`);
}

/** Upstream does not tell the client which operation failed. */
function doesNotApply(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function applyOperation(state: State, { op, path, from, value }: Operation): void {
  if (path === undefined) throw doesNotApply();
  if (op === 'add') add(state, find(state, path), valueOrNull(value));
  else if (op === 'remove') remove(state, find(state, path));
  else if (op === 'replace' && path === '') replaceRoot(state, value);
  else if (op === 'replace') replace(state, find(state, path), valueOrNull(value));
  else if (op === 'move') move(state, from, path);
  else if (op === 'copy') copy(state, from, path);
  else if (op === 'test') test(state, path, valueOrNull(value));
  else throw doesNotApply();
}

function valueOrNull(value: unknown): unknown {
  return value === undefined ? null : value;
}

/** Finds the container of a path and makes it, and those above it, this patch's own. */
function find(state: State, path: string): Place {
  const parts = path.split('/');
  if (parts.length < 2 || parts.length > nestingDepthMax) throw doesNotApply();
  state.root = own(state, state.root);
  let container = state.root;
  for (let i = 1; i < parts.length - 1; i++) {
    const key = decodePart(parts[i] ?? '');
    const child = get(state, container, key);
    if (typeof child !== 'object' || child === null) throw doesNotApply();
    const owned = own(state, child as Container);
    if (owned !== child) set(state, container, key, owned);
    container = owned;
  }
  return { container, key: decodePart(parts[parts.length - 1] ?? '') };
}

function own(state: State, container: Container): Container {
  if (state.owned.has(container)) return container;
  const copied = Array.isArray(container) ? [...(container as unknown[])] : { ...container };
  state.owned.add(copied);
  return copied;
}

function decodePart(part: string): string {
  return part.includes('~') ? part.replaceAll('~1', '/').replaceAll('~0', '~') : part;
}

/** The index that a key means in an array of which `length` places can be named. */
function indexOf(key: string, length: number): number {
  if (!/^[+-]?[0-9]{1,15}$/.test(key)) throw doesNotApply();
  const index = Number(key);
  if (index >= length || index < -length) throw doesNotApply();
  return index < 0 ? index + length : index;
}

/** The list as it is to be changed, when it is long. */
function longOf(state: State, list: unknown[]): LongList | undefined {
  const known = state.long.get(list);
  if (known !== undefined || list.length < LONG_LIST_MIN) return known;
  const long = toLongList(list);
  state.long.set(list, long);
  return long;
}

/** Brings a list up to date, at the cost of its length. */
function settle(state: State, list: unknown[]): void {
  const long = state.long.get(list);
  if (long === undefined) return;
  writeItems(long, list);
  state.long.delete(list);
}

function lengthOf(state: State, list: readonly unknown[]): number {
  return (state.long.get(list as unknown[]) ?? list).length;
}

/** Undefined for a missing member. */
function get(state: State, container: Container, key: string): unknown {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  const index = indexOf(key, lengthOf(state, container));
  const long = state.long.get(container);
  return long === undefined ? container[index] : itemAt(long, index);
}

function set(state: State, container: Container, key: string, value: unknown): void {
  if (!Array.isArray(container)) {
    setOwn(container, key, value);
    return;
  }
  const index = indexOf(key, lengthOf(state, container));
  const long = state.long.get(container);
  if (long === undefined) container[index] = value;
  else replaceItem(long, index, value);
}

function add(state: State, { container, key }: Place, value: unknown): void {
  if (!Array.isArray(container)) {
    setOwn(container, key, value);
    return;
  }
  const length = lengthOf(state, container);
  const index = key === '-' ? length : indexOf(key, length + 1);
  const long = longOf(state, container);
  if (long === undefined) container.splice(index, 0, value);
  else insertItem(long, index, value);
}

function remove(state: State, { container, key }: Place): void {
  if (Array.isArray(container)) {
    const index = indexOf(key, lengthOf(state, container));
    const long = longOf(state, container);
    if (long === undefined) container.splice(index, 1);
    else removeItem(long, index);
  } else {
    if (!Object.hasOwn(container, key)) throw doesNotApply();
    delete container[key];
  }
}

function replace(state: State, { container, key }: Place, value: unknown): void {
  set(state, container, key, value);
}

function replaceRoot(state: State, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw doesNotApply();
  state.root = value as Container;
}

function move(state: State, from: string | undefined, path: string): void {
  if (from === undefined) throw doesNotApply();
  const source = find(state, from);
  const value = get(state, source.container, source.key);
  if (value === undefined) throw doesNotApply();
  remove(state, source);
  add(state, find(state, path), value);
}

function copy(state: State, from: string | undefined, path: string): void {
  if (from === undefined) throw doesNotApply();
  const source = find(state, from);
  const value = valueOrNull(get(state, source.container, source.key));
  settleAll(state, value, 0);
  const text = textOf(value);
  state.copiedBytes += text.length;
  if (state.copiedBytes > jsonPatchCopyBytesMax) throw doesNotApply();
  add(state, find(state, path), JSON.parse(text));
}

/** Brings the lists within a value up to date: costs no more than its text. */
function settleAll(state: State, value: unknown, depth: number): void {
  if (state.long.size === 0 || typeof value !== 'object' || value === null) return;
  if (depth > nestingDepthMax) throw doesNotApply();
  if (Array.isArray(value)) settle(state, value);
  for (const child of Object.values(value)) settleAll(state, child, depth + 1);
}

/** Moves can nest values deeper than the stack allows. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw doesNotApply();
  }
}

function test(state: State, path: string, wanted: unknown): void {
  const actual = path === '' ? state.root : valueAt(state, path);
  if (!equal(state, valueOrNull(actual), wanted, 0)) throw doesNotApply();
}

/** As find and get, without making anything this patch's own. */
function valueAt(state: State, path: string): unknown {
  const parts = path.split('/');
  if (parts.length < 2) throw doesNotApply();
  let value: unknown = state.root;
  for (let i = 1; i < parts.length; i++) {
    if (typeof value !== 'object' || value === null) throw doesNotApply();
    value = get(state, value as Container, decodePart(parts[i] ?? ''));
  }
  return value;
}

/** `a` is the document's. Lists of other lengths are told apart before they are settled, which keeps many tests cheap. */
function equal(state: State, a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || depth > nestingDepthMax) return false;
  if (Array.isArray(a)) {
    if (lengthOf(state, a) !== (b as unknown[]).length) return false;
    settle(state, a);
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false;
    if (!equal(state, (a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], depth + 1))
      return false;
  }
  return true;
}

import { nestingDepthMax } from '../base/limits.ts';
import { setOwn } from './own.ts';
import { badRequest, requestEntityTooLarge, StatusError } from './status.ts';

export const JSON_PATCH_OPERATIONS_MAX = 10_000;
/** Bytes of JSON that the copies of one patch may add. */
export const JSON_PATCH_COPY_BYTES_MAX = 3 * 1024 * 1024;

/**
 * JSON patch (RFC 6902) with the liberties of upstream: negative indices count from the end, and replace adds a missing
 * member. Changes neither document nor patch: copies are made along the changed paths, the rest is shared with both.
 * Throws 400 for what is no patch, 413 for too many operations, 422 for a patch that does not apply.
 */
export function applyJsonPatch(document: object, patch: unknown): object {
  const operations = operationsOf(patch);
  const state: State = { root: document as Container, owned: new Set(), copiedBytes: 0 };
  for (const operation of operations) applyOperation(state, operation);
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
  if (patch.length > JSON_PATCH_OPERATIONS_MAX) {
    throw requestEntityTooLarge(
      `The allowed maximum operations in a JSON patch is ${JSON_PATCH_OPERATIONS_MAX}, got ${patch.length}`,
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
  if (op === 'add') add(find(state, path), valueOrNull(value));
  else if (op === 'remove') remove(find(state, path));
  else if (op === 'replace' && path === '') replaceRoot(state, value);
  else if (op === 'replace') replace(find(state, path), valueOrNull(value));
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
    const child = get(container, key);
    if (typeof child !== 'object' || child === null) throw doesNotApply();
    const owned = own(state, child as Container);
    if (owned !== child) set(container, key, owned);
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

/** Undefined for a missing member. */
function get(container: Container, key: string): unknown {
  if (Array.isArray(container)) return container[indexOf(key, container.length)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function set(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container)) container[indexOf(key, container.length)] = value;
  else setOwn(container, key, value);
}

function add({ container, key }: Place, value: unknown): void {
  if (!Array.isArray(container)) setOwn(container, key, value);
  else if (key === '-') container.push(value);
  else container.splice(indexOf(key, container.length + 1), 0, value);
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) {
    container.splice(indexOf(key, container.length), 1);
  } else {
    if (!Object.hasOwn(container, key)) throw doesNotApply();
    delete container[key];
  }
}

function replace({ container, key }: Place, value: unknown): void {
  set(container, key, value);
}

function replaceRoot(state: State, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw doesNotApply();
  state.root = value as Container;
}

function move(state: State, from: string | undefined, path: string): void {
  if (from === undefined) throw doesNotApply();
  const source = find(state, from);
  const value = get(source.container, source.key);
  if (value === undefined) throw doesNotApply();
  remove(source);
  add(find(state, path), value);
}

function copy(state: State, from: string | undefined, path: string): void {
  if (from === undefined) throw doesNotApply();
  const source = find(state, from);
  const text = textOf(valueOrNull(get(source.container, source.key)));
  state.copiedBytes += text.length;
  if (state.copiedBytes > JSON_PATCH_COPY_BYTES_MAX) throw doesNotApply();
  add(find(state, path), JSON.parse(text));
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
  if (!equal(valueOrNull(actual), wanted, 0)) throw doesNotApply();
}

/** As find and get, without making anything this patch's own. */
function valueAt(state: State, path: string): unknown {
  const parts = path.split('/');
  if (parts.length < 2) throw doesNotApply();
  let value: unknown = state.root;
  for (let i = 1; i < parts.length; i++) {
    if (typeof value !== 'object' || value === null) throw doesNotApply();
    value = get(value as Container, decodePart(parts[i] ?? ''));
  }
  return value;
}

function equal(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || depth > nestingDepthMax) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false;
    if (!equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

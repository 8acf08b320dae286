import { setOwn } from '../base/own.ts';
import { checkDepth } from './depth.ts';
import { badRequest } from './status.ts';

/**
 * JSON merge patch (RFC 7386). Changes neither the document nor the patch: the result shares what the patch does not touch
 * with `document`, and what it brings with `patch`. Throws 400 unless the patch is an object.
 */
export function applyMergePatch(document: object, patch: unknown): object {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isObject(patch)) {
    const kind = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    );
  }
  return merge(document as JsonObject, patch, 0);
}

type JsonObject = Readonly<Record<string, unknown>>;

function merge(target: JsonObject, patch: JsonObject, depth: number): JsonObject {
  checkDepth(depth);
  let merged: Record<string, unknown> | null = null;
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    const old = Object.hasOwn(target, key) ? target[key] : undefined;
    const next = value === null ? undefined : mergeValue(old, value, depth);
    if (next === old) continue;
    merged ??= { ...target };
    if (next === undefined) delete merged[key];
    else setOwn(merged, key, next);
  }
  return merged ?? target;
}

function mergeValue(old: unknown, value: unknown, depth: number): unknown {
  return isObject(value) && isObject(old) ? merge(old, value, depth + 1) : withoutNulls(value, depth + 1);
}

/** A value that stands for itself brings no nulls as members, in lists neither; items of lists may be null. */
function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  checkDepth(depth);
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1));
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== null) setOwn(kept, key, withoutNulls(member, depth + 1));
  }
  return kept;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** From a request body to an object in storage form: decode strictly, convert, default. */

import { goQuote } from '../base/go-text.ts';
import { atOnce, type Stages } from '../base/turns.ts';
import { duplicateMembers, jsonKindOf, summarizeBody, TYPE_META_ERROR } from '../codec/json.ts';
import type { KubeObject } from '../meta/object.ts';
import { badRequest } from '../meta/status.ts';
import type { FieldValidation } from '../meta/write-options.ts';
import { appliedProblems } from '../schema/applied-problems.ts';
import { DecodeError, decodeObject } from '../schema/decode.ts';
import { kindTable } from '../schema/kinds.ts';
import { notTyped } from '../schema/managed-fields.ts';
import { judged } from './judge.ts';
import type { Caller } from './registry.ts';
import type { Resource } from './resource.ts';

/** A parsed body; `text` is the JSON it came from, kept to find duplicate members, null when it came from elsewhere. */
export interface ParsedBody {
  readonly value: unknown;
  readonly text: string | null;
  /** Members of all objects in `text`, repeated ones included. */
  readonly memberCount: number;
  /** Duplicate members that the parser itself met (YAML). */
  readonly duplicates: readonly string[];
}

/**
 * The object of a body in the storage version's form, defaulted. Throws 400 for another kind, wrong types, or, when
 * Strict, for unknown and duplicate fields.
 */
export function objectOf(
  resource: Resource,
  body: ParsedBody,
  validation: FieldValidation,
  caller: Caller,
): KubeObject {
  return atOnce(objectStages(resource, body, validation, caller, false));
}

/** `objectOf`; `isLong`: in stages. */
export function* objectStages(
  resource: Resource,
  body: ParsedBody,
  validation: FieldValidation,
  caller: Caller,
  isLong: boolean,
): Stages<KubeObject> {
  const given = body.value;
  if (!isObject(given)) throw unrecognized(resource, body, `${jsonKindOf(given)} into Go value of type ${TYPE_META}`);
  for (const field of ['apiVersion', 'kind']) {
    const value = given[field] ?? '';
    if (typeof value !== 'string')
      throw unrecognized(resource, body, `${jsonKindOf(value)} into Go struct field .${field} of type string`);
  }
  checkKind(resource, given);
  const { object, unknown, members } = decodeObject(resource.type, given, {
    unknownFields: validation === 'Ignore' ? 'ignore' : 'collect',
  });
  if (isLong) yield;
  if (validation !== 'Ignore') {
    const duplicates = yield* duplicatesOf(body, members);
    // What was parsed elsewhere has told of its duplicates before its fields are looked at.
    report(body.text === null ? [...duplicates, ...unknown] : [...unknown, ...duplicates], validation, caller);
  }
  object['metadata'] ??= {};
  if (isLong) yield;
  return toStorage(resource, object as KubeObject);
}

/**
 * The object of an apply's body: decoded, neither converted nor defaulted. Throws 500 for what the kind's schema does not
 * know, whatever the field validation: who applies would own it.
 */
export function* appliedStages(
  resource: Resource,
  body: ParsedBody,
  validation: FieldValidation,
  caller: Caller,
  isLong: boolean,
): Stages<KubeObject> {
  const given = body.value;
  if (!isObject(given) || !isText(given['apiVersion']) || !isText(given['kind']))
    throw badRequest('invalid object type: apiVersion and kind must be set');
  checkKind(resource, given);
  // Looked for in the body as it was sent: decoding drops what it does not know.
  const problem = appliedProblems(resource.type, given);
  const untyped = problem === '' ? null : notTyped(given, problem);
  if (isLong) yield;
  let decoded: ReturnType<typeof decodeObject>;
  try {
    decoded = decodeObject(resource.type, given, { unknownFields: 'collect' });
  } catch (error) {
    throw error instanceof DecodeError && untyped !== null ? untyped : error;
  }
  if (isLong) yield;
  if (validation !== 'Ignore') report(yield* duplicatesOf(body, decoded.members), validation, caller);
  if (untyped !== null) throw untyped;
  const { object } = decoded;
  object['metadata'] ??= {};
  return object as KubeObject;
}

function* duplicatesOf(body: ParsedBody, members: number): Stages<readonly string[]> {
  return body.text === null ? body.duplicates : yield* duplicateMembers(body.text, members, body.memberCount);
}

/**
 * What a JSON or merge patch made, as upstream reads it: an object of the version that it names, in one that names none no field is
 * known, its name neither.
 */
export function versioned(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { apiVersion = null, kind = null } = value;
  return apiVersion === null || apiVersion === '' ? { kind } : value;
}

/** Storage form with defaults; may reuse `object`. */
export function toStorage(resource: Resource, object: KubeObject): KubeObject {
  const stored = resource.conversion === null ? object : resource.conversion.toStorage(object);
  stored.kind = resource.kind;
  stored.apiVersion = resource.storage === null ? resource.apiVersion : resource.storage.wireApiVersion;
  const setDefaults = resource.storage?.behavior.setDefaults ?? null;
  if (setDefaults !== null) judged(resource.groupKind, stored.metadata.name ?? '', () => setDefaults(stored));
  return stored;
}

function checkKind(resource: Resource, object: Record<string, unknown>): void {
  const { kind, apiVersion } = object;
  const givenKind = typeof kind === 'string' && kind !== '' ? kind : resource.kind;
  const given = typeof apiVersion === 'string' && apiVersion !== '' ? apiVersion : resource.apiVersion;
  if (givenKind !== resource.kind || given !== resource.apiVersion) refuseKind(resource, givenKind, given);
  object['kind'] = resource.kind;
  object['apiVersion'] = resource.apiVersion;
}

function unrecognized(resource: Resource, body: ParsedBody, why: string): Error {
  const bytes = Buffer.from(body.text ?? JSON.stringify(body.value));
  return unrecognizedBody(resource.kind, bytes, `${TYPE_META_ERROR}json: cannot unmarshal ${why}`);
}

/** 400 for a body whose kind and version cannot be read: upstream looks for them before all else. */
export function unrecognizedBody(kind: string, bytes: Buffer, why: string): Error {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summarizeBody(bytes)})`);
}

const TYPE_META = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

/** In the words of upstream's decoder, which looks for the kind, converts it to the internal one and compares versions. */
function refuseKind(resource: Resource, kind: string, apiVersion: string): never {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const refusal = (why: string) =>
    badRequest(`${kind} in version ${goQuote(version)} cannot be handled as a ${resource.kind}: ${why}`);
  const kinds = kindTable();
  const isBuiltIn = kinds[resource.apiVersion]?.[resource.kind] !== undefined;
  if (isBuiltIn && !(Object.hasOwn(kinds, apiVersion) && Object.hasOwn(kinds[apiVersion]!, kind))) {
    throw refusal(
      `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  if (kind !== resource.kind) {
    throw refusal(
      `converting (${version}.${kind}) to (${internalPackage(resource.group)}.${resource.kind}): unknown conversion`,
    );
  }
  throw badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${resource.apiVersion})`,
  );
}

/** The Go package of a group's internal types: `core`, `apps`, `rbac`. */
function internalPackage(group: string): string {
  return group === '' ? 'core' : group.split('.', 1)[0]!;
}

function report(problems: readonly string[], validation: FieldValidation, caller: Caller): void {
  if (problems.length === 0) return;
  if (validation === 'Strict') throw badRequest(`strict decoding error: ${problems.join(', ')}`);
  for (const problem of problems) caller.warn(problem);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

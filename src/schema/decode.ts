import { nestingDepthMax } from '../base/limits.ts';
import { setOwn } from '../base/own.ts';
import { DEPTH_TEXT } from '../meta/depth.ts';
import { StatusError } from '../meta/status.ts';
import { type CompiledType, EMPTY_STRUCT, type Field, readField, scalarType } from './compile.ts';
import { decodeScalar, TypeMismatch } from './decode-scalar.ts';

/** As upstream, so that a hostile body cannot make a long answer. */
const UNKNOWN_MAX = 100;

export interface DecodeOptions {
  readonly unknownFields: 'ignore' | 'collect';
}

export interface Decoded {
  /** `unknown field "spec.containers[0].foo"`, in the order of the text, at most 100. */
  readonly unknown: string[];
  /** Object members seen, unknown ones included: a text with more members has duplicates. */
  readonly members: number;
}

/** 400 with Go's words; `detail` is what follows `cannot be handled as a Pod: `, for patches (422). */
export class DecodeError extends StatusError {
  readonly detail: string;

  constructor(message: string, detail: string) {
    super(400, 'BadRequest', message);
    this.detail = detail;
  }
}

/** An empty list here is a wish: to forget all owners. */
const MANAGED_FIELDS = 'managedFields';

interface Context {
  readonly collect: boolean;
  readonly unknown: string[];
  members: number;
  depth: number;
}

/**
 * Makes freshly parsed JSON an object of `type`, in place: unknown fields, nulls and values that Go omits when empty are
 * dropped, quantities and times take their canonical text. Throws DecodeError where a value has the wrong JSON type; enums
 * and required fields are validation's. The error names the kind by the `kind` and `apiVersion` of the object.
 */
export function decode(type: CompiledType, value: unknown, options: DecodeOptions): Decoded {
  const decoded = decodeObject(type, value, options);
  if (decoded.object !== value) replaceMembers(value as Record<string, unknown>, decoded.object);
  return decoded;
}

/** `decode`, which may give another object than `value`: whose members are then of no use. */
export function decodeObject(
  type: CompiledType,
  value: unknown,
  options: DecodeOptions,
): Decoded & { readonly object: Record<string, unknown> } {
  const context: Context = { collect: options.unknownFields === 'collect', unknown: [], members: 0, depth: 0 };
  const before = kindText(value);
  let object: Record<string, unknown>;
  try {
    if (!isObject(value)) throw new TypeMismatch(value, type);
    object = decodeStruct(type, value, context);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const detail = error.text();
    throw new DecodeError(`${before} cannot be handled as a ${type.goName.split('.').pop()}: ${detail}`, detail);
  }
  const texts = new Set(context.unknown.map((path) => `unknown field ${JSON.stringify(path)}`));
  return { object, unknown: [...texts].slice(0, UNKNOWN_MAX), members: context.members };
}

/** The canonical value, undefined when it is to be dropped. Callers other than decode's own walk pass fresh contexts. */
function decodeValue(type: CompiledType, value: unknown, context: Context): unknown {
  switch (type.kind) {
    case 'scalar':
      return type.scalar === 'any' || type.scalar === 'fieldsV1'
        ? decodeAny(type, value, context)
        : decodeScalar(type, value);
    case 'struct':
      if (!isObject(value)) throw new TypeMismatch(value, type);
      return decodeStruct(type, value, context);
    case 'list':
      if (!Array.isArray(value)) throw new TypeMismatch(value, type);
      return decodeList(type, value, context);
    case 'map':
      if (!isObject(value)) throw new TypeMismatch(value, type);
      return decodeMap(type, value, context);
    case 'deduced':
      enter(context);
      countMembers(value, context);
      context.depth--;
      return value;
    default:
      throw new Error(`unknown kind ${type.kind as string}`);
  }
}

function decodeStruct(type: CompiledType, value: Record<string, unknown>, context: Context): Record<string, unknown> {
  enter(context);
  let dropped = false;
  let members = 0;
  for (const key in value) {
    members++;
    const given = value[key];
    const field = type.fields.get(key);
    if (field === undefined) {
      if (!keepUnnamed(type, key, given, context)) dropped = true;
    } else if (given === null) {
      value[key] = undefined;
      dropped = true;
    } else {
      const kept = decodeField(type, field, given, context);
      if (kept !== given) value[key] = kept;
      if (kept === undefined) dropped = true;
    }
  }
  context.members += members;
  context.depth--;
  return dropped ? keptMembers(type, value) : value;
}

function decodeField(type: CompiledType, field: Field, given: unknown, context: Context): unknown {
  const mark = context.unknown.length;
  let kept: unknown;
  try {
    kept = decodeValue(field.type, given, context);
  } catch (error) {
    if (error instanceof TypeMismatch) error.within(type, field);
    throw error;
  }
  if (context.unknown.length > mark) prefixUnknown(context.unknown, mark, field.name);
  return field.omitEmpty && !field.pointer && isEmptyValue(field.type, kept) && field.name !== MANAGED_FIELDS
    ? undefined
    : kept;
}

/** A member that the struct does not name: kept when the type says so (preserve-unknown-fields), else noted and dropped. */
function keepUnnamed(type: CompiledType, key: string, given: unknown, context: Context): boolean {
  countMembers(given, context);
  if (type.element !== null) return true;
  if (context.collect && context.unknown.length < UNKNOWN_MAX) context.unknown.push(key);
  return false;
}

function decodeList(type: CompiledType, value: unknown[], context: Context): unknown[] {
  enter(context);
  const element = type.element ?? type;
  for (let i = 0; i < value.length; i++) {
    const given = value[i];
    if (given === null) {
      value[i] = zeroItem(element);
      continue;
    }
    const mark = context.unknown.length;
    const kept = decodeValue(element, given, context);
    if (kept !== given) value[i] = kept;
    if (context.unknown.length > mark) prefixUnknown(context.unknown, mark, `[${i}]`);
  }
  context.depth--;
  return value;
}

function decodeMap(type: CompiledType, value: Record<string, unknown>, context: Context): Record<string, unknown> {
  enter(context);
  const element = type.element ?? type;
  let members = 0;
  for (const key in value) {
    members++;
    const given = value[key];
    const mark = context.unknown.length;
    const kept = given === null ? zeroItem(element) : decodeValue(element, given, context);
    if (kept !== given) setOwn(value, key, kept);
    if (context.unknown.length > mark) prefixUnknown(context.unknown, mark, key);
  }
  context.members += members;
  context.depth--;
  return value;
}

/** RawExtension and JSON hold anything; JSON null in a field was dropped before. */
function decodeAny(type: CompiledType, value: unknown, context: Context): unknown {
  if (type.element !== null) return decodeSchemaUnion(type, type.element, value, context);
  if (type.scalar === 'fieldsV1' && !isObject(value)) throw new TypeMismatch(value, type);
  countMembers(value, context);
  return value;
}

/**
 * A JSON schema or what may stand for one: a boolean, a list of schemas, a list of texts. Go decodes these by a function of their
 * own, which looks for no unknown fields, and takes what is neither object nor list for an empty list.
 */
function decodeSchemaUnion(type: CompiledType, schema: CompiledType, value: unknown, context: Context): unknown {
  if (type.goName.endsWith('OrBool')) {
    if (typeof value === 'boolean') return value;
    if (!isObject(value)) throw new TypeMismatch(value, type, 'boolean or JSON schema expected');
  }
  if (typeof value !== 'object') return [];
  const within: Context = { collect: false, unknown: [], members: 0, depth: context.depth };
  const isTexts = Array.isArray(value) && type.goName.endsWith('OrStringArray');
  const element = isTexts ? TEXT : schema;
  try {
    const kept = Array.isArray(value)
      ? decodeList({ ...type, element }, value, within)
      : decodeStruct(schema, value as Record<string, unknown>, within);
    context.members += within.members;
    return kept;
  } catch (error) {
    if (error instanceof TypeMismatch) error.leaveCustomDecoder();
    throw error;
  }
}

const TEXT = scalarType('string');

function countMembers(value: unknown, context: Context): void {
  if (typeof value !== 'object' || value === null) return;
  enter(context);
  if (Array.isArray(value)) {
    for (const item of value) countMembers(item, context);
  } else {
    for (const key in value) {
      context.members++;
      countMembers((value as Record<string, unknown>)[key], context);
    }
  }
  context.depth--;
}

function enter(context: Context): void {
  if (++context.depth > nestingDepthMax) throw new TypeMismatch(null, TEXT, DEPTH_TEXT);
}

/** Go's zero value: what a null item of a list or map becomes. */
function zeroItem(type: CompiledType): unknown {
  if (type.kind === 'struct') return {};
  switch (type.scalar) {
    case 'string':
    case 'bytes':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    default:
      return null;
  }
}

function isEmptyValue(type: CompiledType, value: unknown): boolean {
  switch (type.kind) {
    case 'list':
      return (value as unknown[]).length === 0;
    case 'map':
      for (const _ in value as object) return false;
      return true;
    case 'scalar':
      if (type.scalar === 'intOrString' || type.scalar === 'any') return false;
      return value === '' || value === 0 || value === false;
    default:
      return false;
  }
}

/** A copy instead of deletes: deleting would turn the object into a slow dictionary. Looks at the few fields, not at the many members. */
function keptMembers(type: CompiledType, value: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  if (type.element === null) {
    for (const field of type.ordered) keep(kept, field.name, readField(value, field));
  } else {
    for (const key in value) keep(kept, key, value[key]);
  }
  return kept;
}

function keep(kept: Record<string, unknown>, key: string, member: unknown): void {
  if (member !== undefined) setOwn(kept, key, member);
}

function replaceMembers(value: Record<string, unknown>, kept: Record<string, unknown>): void {
  for (const key of Object.keys(value)) if (!Object.hasOwn(kept, key)) delete value[key];
}

function prefixUnknown(unknown: string[], from: number, prefix: string): void {
  for (let i = from; i < unknown.length; i++) {
    const path = unknown[i] ?? '';
    unknown[i] = path.startsWith('[') ? `${prefix}${path}` : `${prefix}.${path}`;
  }
}

/** `Deployment in version "v1"` */
function kindText(value: unknown): string {
  const { kind, apiVersion } = isObject(value) ? value : EMPTY_STRUCT;
  const version = typeof apiVersion === 'string' ? (apiVersion.split('/').pop() ?? '') : '';
  return `${typeof kind === 'string' ? kind : ''} in version ${JSON.stringify(version)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Request bodies: read under a limit, parsed by their Content-Type. */

import { requestBodyBytesMax } from '../../base/limits.ts';
import { afterwards, inStages, isLongWork } from '../../base/turns.ts';
import { DecodeError } from '../../codec/decode-error.ts';
import { duplicateMembers, readJson, readJsonText, TYPE_META_ERROR } from '../../codec/json.ts';
import { mediaTypeOf } from '../../codec/negotiate.ts';
import { badRequest, unsupportedMediaType } from '../../meta/status.ts';
import { type ParsedBody, unrecognizedBody } from '../../registry/body.ts';
import type { PatchType } from '../../registry/patch.ts';
import type { RequestContext } from '../context.ts';
import type { Call } from './call.ts';
import { DELETE_OPTIONS, PROTOBUF_TYPE, protobufBody } from './protobuf.ts';

const BODY_TYPES = ['application/json', 'application/yaml', PROTOBUF_TYPE];
const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};
const OPENING_BRACE = 0x7b;

export interface BodySource {
  readonly bytes: number;
  /** Gives the body, parsed anew at each call: whoever takes it may change it. A promise: it is long. */
  readonly parse: () => ParsedBody | Promise<ParsedBody>;
}

/** The body of a create or update, in the form its Content-Type says; none means JSON. `typeName`: what it must be. */
export async function readObject(call: Call, typeName: string): Promise<BodySource> {
  const { ctx, services } = call;
  const type = mediaTypeOf(ctx.exchange.header('content-type'));
  if (type !== '' && !BODY_TYPES.includes(type)) throw unsupportedMediaType(BODY_TYPES);
  const bytes = await ctx.exchange.readBody(requestBodyBytesMax);
  if (type === PROTOBUF_TYPE)
    return { bytes: bytes.length, parse: () => protobufBody(services.messages, typeName, bytes) };
  const kind = typeName.slice(typeName.lastIndexOf('.') + 1);
  return type === 'application/yaml'
    ? yamlSource(call, bytes, (why) => unrecognizedBody(kind, bytes, why))
    : { bytes: bytes.length, parse: () => objectBody(kind, bytes) };
}

export function patchTypeOf(ctx: RequestContext): PatchType {
  const type = mediaTypeOf(ctx.exchange.header('content-type'));
  const known = Object.hasOwn(PATCH_TYPES, type) ? PATCH_TYPES[type] : undefined;
  if (known === undefined) throw unsupportedMediaType(Object.keys(PATCH_TYPES));
  return known;
}

/** Apply takes YAML, and so JSON, which is far cheaper to parse; all other patches are JSON. */
export async function readPatch(call: Call, type: PatchType): Promise<BodySource> {
  const bytes = await call.ctx.exchange.readBody(requestBodyBytesMax);
  const prefix = type === 'strategic' ? '' : 'error decoding patch: ';
  if (type !== 'apply') {
    const parse = () =>
      afterwards(
        jsonBody(bytes, (why) => badRequest(`${prefix}${why}`)),
        withDuplicates,
      );
    return { bytes: bytes.length, parse };
  }
  const refuse = (why: string) => badRequest(`error decoding YAML: error converting YAML to JSON: ${why}`);
  return bytes[0] === OPENING_BRACE
    ? { bytes: bytes.length, parse: () => jsonBody(bytes, refuse) }
    : yamlSource(call, bytes, refuse);
}

/** The body of a delete, decoded; null without one. */
export async function readOptions(call: Call): Promise<unknown> {
  const { ctx, services } = call;
  const bytes = await ctx.exchange.readBody(requestBodyBytesMax);
  if (bytes.length === 0) return null;
  const type = mediaTypeOf(ctx.exchange.header('content-type'));
  if (type !== '' && !BODY_TYPES.includes(type)) throw unsupportedMediaType(BODY_TYPES);
  if (type === PROTOBUF_TYPE) return protobufBody(services.messages, DELETE_OPTIONS, bytes).value;
  if (type !== 'application/yaml') return (await objectBody('DeleteOptions', bytes)).value;
  const source = await yamlSource(call, bytes, (why) => unrecognizedBody('DeleteOptions', bytes, why));
  return (await source.parse()).value;
}

function objectBody(kind: string, bytes: Buffer): ParsedBody | Promise<ParsedBody> {
  return jsonBody(bytes, (why) => unrecognizedBody(kind, bytes, `${TYPE_META_ERROR}${why}`));
}

/** `refuse`: the error for a text that is no JSON, made from what is wrong with it. */
function jsonBody(bytes: Buffer, refuse: (why: string) => Error): ParsedBody | Promise<ParsedBody> {
  const refused = (error: unknown): never => {
    throw error instanceof DecodeError ? refuse(error.message) : error;
  };
  try {
    const parsed = readJson(bytes);
    return parsed instanceof Promise
      ? parsed.then((json) => ({ ...json, duplicates: [] }), refused)
      : { ...parsed, duplicates: [] };
  } catch (error) {
    return refused(error);
  }
}

/** A patch's own repeated members: the object it makes has other ones, so they are looked for here. */
function withDuplicates(body: ParsedBody): ParsedBody | Promise<ParsedBody> {
  const { text, value, memberCount } = body;
  if (text === null) return body;
  const looking = duplicateMembers(text, countOf(value), memberCount);
  return afterwards(inStages(isLongWork(text.length), looking), (duplicates) => ({ ...body, duplicates }));
}

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countOf(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  return members.length + countOf(members);
}

/** YAML is parsed once, since that is slow; further calls copy what it meant. */
async function yamlSource({ ctx, services }: Call, bytes: Buffer, refuse: (why: string) => Error): Promise<BodySource> {
  try {
    const { json, isBody, duplicates } = await services.readYaml(bytes, (cancel) => ctx.exchange.onClose(cancel));
    const parse = () =>
      afterwards(readJsonText(json), (parsed) => ({ ...parsed, text: isBody ? json : null, duplicates }));
    return { bytes: bytes.length, parse };
  } catch (error) {
    throw error instanceof DecodeError ? refuse(error.message) : error;
  }
}

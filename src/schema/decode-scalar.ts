import { canonicalQuantity, QUANTITY_FORMAT_TEXT } from '../meta/quantity.ts';
import { type CompiledType, type Field, scalarType } from './compile.ts';
import { canonicalDuration, canonicalTime } from './decode-time.ts';
import { goNameOf, goPath } from './go-names.ts';

/** Where a value stood: a field of a struct. */
interface Place {
  readonly struct: CompiledType;
  readonly field: Field;
}

/** A JSON value that does not fit its Go type. The path grows while the error passes the structs on its way up. */
export class TypeMismatch extends Error {
  readonly #given: unknown;
  readonly #type: CompiledType;
  /** The whole text of errors of custom decoders (times, quantities); '' otherwise. */
  readonly #text: string;
  /** Outermost first. */
  readonly #path: Place[] = [];
  /** Whose name Go gives: the innermost, unless a custom decoder decoded that one anew. */
  #place: Place | null = null;

  constructor(given: unknown, type: CompiledType, text = '') {
    super(text);
    this.#given = given;
    this.#type = type;
    this.#text = text;
  }

  within(struct: CompiledType, field: Field): void {
    const place = { struct, field };
    this.#place ??= place;
    this.#path.unshift(place);
  }

  /** Passes a custom decoder, which has lost the struct around it: Go names that one then. */
  leaveCustomDecoder(): void {
    this.#place = null;
  }

  /** What Go says: `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`. */
  text(): string {
    if (this.#text !== '') return this.#text;
    const innermost = this.#path.at(-1);
    const goName =
      innermost === undefined ? this.#type.goName : goNameOf(innermost.struct, innermost.field, this.#type);
    const struct = this.#place === null ? '' : (this.#place.struct.goName.split('.').pop() ?? '');
    const path = this.#path.flatMap((place) => goPath(place.struct, place.field)).join('.');
    const into = struct === '' ? 'Go value' : `Go struct field ${struct}.${path}`;
    return `json: cannot unmarshal ${jsonKind(this.#given, goName)} into ${into} of type ${goName}`;
  }
}

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** What custom decoders ask the JSON decoder for. */
const TEXT = scalarType('string');
const INT32 = scalarType('int32');

/** The canonical value of a scalar that is not null. */
export function decodeScalar(type: CompiledType, value: unknown): unknown {
  switch (type.scalar) {
    case 'string':
      if (typeof value !== 'string') throw new TypeMismatch(value, type);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw new TypeMismatch(value, type);
      return value;
    case 'int32':
      if (!isInt32(value)) throw new TypeMismatch(value, type);
      return value;
    case 'int64':
      if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 2 ** 63) {
        throw new TypeMismatch(value, type);
      }
      return value;
    case 'double':
      if (typeof value !== 'number') throw new TypeMismatch(value, type);
      return value;
    default:
      return decodeMarshaled(type, value);
  }
}

function decodeMarshaled(type: CompiledType, value: unknown): unknown {
  switch (type.scalar) {
    case 'bytes':
      if (typeof value !== 'string') throw new TypeMismatch(value, type);
      return canonicalBase64(value);
    case 'quantity':
      return decodeQuantity(value);
    case 'time':
    case 'microtime':
      if (typeof value !== 'string') throw new TypeMismatch(value, TEXT);
      return canonicalTime(value, type.scalar === 'microtime', fail);
    case 'duration':
      if (typeof value !== 'string') throw new TypeMismatch(value, TEXT);
      return canonicalDuration(value, fail);
    case 'intOrString':
      if (typeof value !== 'string' && !isInt32(value)) throw new TypeMismatch(value, INT32);
      return value;
    default:
      throw new Error(`no decoder for ${type.goName}`);
  }
}

function decodeQuantity(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') fail(QUANTITY_FORMAT_TEXT);
  const text = typeof value === 'number' ? String(value).replace('e+', 'e') : (value as string).trim();
  return canonicalQuantity(text) ?? fail(QUANTITY_FORMAT_TEXT);
}

function isInt32(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= INT32_MIN && (value as number) <= INT32_MAX;
}

/** Go skips line ends in base64 and writes it without them. */
function canonicalBase64(text: string): string {
  const joined = text.includes('\n') || text.includes('\r') ? text.replaceAll(/[\r\n]/g, '') : text;
  if (joined.length % 4 !== 0 || !BASE64.test(joined)) fail(`illegal base64 data at input byte ${badByte(joined)}`);
  return joined.endsWith('=') ? Buffer.from(joined, 'base64').toString('base64') : joined;
}

function badByte(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/]/);
  return at >= 0 ? at : text.length;
}

function fail(text: string): never {
  throw new TypeMismatch(null, TEXT, text);
}

/** Go names the number when a number was wanted, so that ranges and fractions explain themselves. */
function jsonKind(value: unknown, goName: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' && goName.startsWith('int')) return `number ${value}`;
  return typeof value;
}

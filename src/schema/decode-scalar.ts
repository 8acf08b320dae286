import { canonicalQuantity, QUANTITY_FORMAT_TEXT } from '../meta/quantity.ts';
import type { CompiledType } from './compile.ts';
import { canonicalDuration, canonicalTime } from './decode-time.ts';

/** A JSON value that does not fit its Go type. The path grows while the error passes the structs on its way up. */
export class TypeMismatch extends Error {
  /** `string`, `number 1.5`, `object` …: what stood there. */
  readonly given: string;
  readonly goName: string;
  /** The whole text of errors of custom decoders (times, quantities); '' otherwise. */
  readonly text: string;
  /** The innermost struct, without its package. */
  struct = '';
  readonly path: string[] = [];

  constructor(given: unknown, goName: string, text = '') {
    super(text);
    this.given = jsonKind(given, goName);
    this.goName = goName;
    this.text = text;
  }

  within(structName: string, field: string): void {
    if (this.struct === '') this.struct = structName.split('.').pop() ?? '';
    this.path.unshift(field);
  }
}

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The canonical value of a scalar that is not null. */
export function decodeScalar(type: CompiledType, value: unknown): unknown {
  switch (type.scalar) {
    case 'string':
      if (typeof value !== 'string') throw new TypeMismatch(value, 'string');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw new TypeMismatch(value, 'bool');
      return value;
    case 'int32':
      if (!isInt32(value)) throw new TypeMismatch(value, 'int32');
      return value;
    case 'int64':
      if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 2 ** 63) {
        throw new TypeMismatch(value, 'int64');
      }
      return value;
    case 'double':
      if (typeof value !== 'number') throw new TypeMismatch(value, 'float64');
      return value;
    default:
      return decodeMarshaled(type, value);
  }
}

function decodeMarshaled(type: CompiledType, value: unknown): unknown {
  switch (type.scalar) {
    case 'bytes':
      if (typeof value !== 'string') throw new TypeMismatch(value, '[]uint8');
      return canonicalBase64(value);
    case 'quantity':
      return decodeQuantity(value);
    case 'time':
    case 'microtime':
      if (typeof value !== 'string') throw goValueMismatch(value, 'string');
      return canonicalTime(value, type.scalar === 'microtime', fail);
    case 'duration':
      if (typeof value !== 'string') throw goValueMismatch(value, 'string');
      return canonicalDuration(value, fail);
    case 'intOrString':
      if (typeof value !== 'string' && !isInt32(value)) throw goValueMismatch(value, 'int32');
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

/** Custom decoders call the JSON decoder anew, which has lost the field's name. */
function goValueMismatch(value: unknown, goName: string): TypeMismatch {
  const text = `json: cannot unmarshal ${jsonKind(value, goName)} into Go value of type ${goName}`;
  return new TypeMismatch(value, goName, text);
}

function fail(text: string): never {
  throw new TypeMismatch(null, '', text);
}

/** Go names the number when a number was wanted, so that ranges and fractions explain themselves. */
function jsonKind(value: unknown, goName: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' && goName.startsWith('int')) return `number ${value}`;
  return typeof value;
}

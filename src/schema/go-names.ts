/** What Go calls things where the type table does not tell: only the texts of decoding errors need it. */
import { GO_NAMES_JSON } from '../generated/go-names.ts';
import type { CompiledType, Field } from './compile.ts';

/**
 * Definition name → field → `embedded|type|type of its items|…`: the embedded structs that a promoted field lies in, joined by dots,
 * and Go's names, left out where the type expression tells them.
 */
export type GoNameTable = { readonly [typeName: string]: { readonly [field: string]: string } };

let table: GoNameTable | null = null;

/** The elements of a field's path as Go's errors say it: a promoted field comes after the structs that embed it. */
export function goPath(struct: CompiledType, field: Field): readonly string[] {
  const isTypeMeta = field.proto === 0 && (field.name === 'kind' || field.name === 'apiVersion');
  const embedded = isTypeMeta ? 'TypeMeta' : rowOf(struct, field).split('|', 1)[0];
  return embedded === '' ? [field.name] : [...(embedded ?? '').split('.'), field.name];
}

/** Go's name of `type`, which the field has or which its lists and maps hold. */
export function goNameOf(struct: CompiledType, field: Field, type: CompiledType): string {
  const names = rowOf(struct, field).split('|');
  let level = 1;
  for (let at = field.type; at !== type; level++) {
    if (at.element === null || at.element === at || at.kind === 'struct') return type.goName;
    at = at.element;
  }
  return names[level] ?? type.goName;
}

function rowOf(struct: CompiledType, field: Field): string {
  table ??= JSON.parse(GO_NAMES_JSON) as GoNameTable;
  const row = Object.hasOwn(table, struct.typeName) ? table[struct.typeName] : undefined;
  return row !== undefined && Object.hasOwn(row, field.name) ? (row[field.name] ?? '') : '';
}

/** What protobuf needs beyond the type table, and access to it. */
import { PROTOBUF_JSON } from '../generated/protobuf.ts';

/** The message in which protobuf wraps a value that JSON shows as anything. */
export type AnyForm =
  | 'RawExtension'
  | 'JSON'
  | 'JSONSchemaPropsOrArray'
  | 'JSONSchemaPropsOrBool'
  | 'JSONSchemaPropsOrStringArray';

export interface ProtobufTable {
  /**
   * Structs that Go inlines (their fields stand flattened in the type table, with number 0) and protobuf keeps as
   * messages: by outer type, [field number, inner type]. `Volume`: [[2, 'io.k8s.api.core.v1.VolumeSource']].
   */
  readonly embedded: { readonly [type: string]: readonly (readonly [number, string])[] };
  /** `type.field` of fields of scalar `any`: which message holds it. */
  readonly any: { readonly [field: string]: AnyForm };
  /** `type.field` where each list of strings is a message of its own with items = 1 (ExtraValue, Verbs). */
  readonly wrappedLists: readonly string[];
}

let table: ProtobufTable | null = null;

export function protobufTable(): ProtobufTable {
  table ??= JSON.parse(PROTOBUF_JSON) as ProtobufTable;
  return table;
}

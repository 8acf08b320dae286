/**
 * Messages of the Kubernetes protobuf form, compiled from the type table: which field stands under which number and in
 * which form. Messages are gogo's proto2: what Go does not declare as a pointer is always written.
 */
import type { AnyForm, ProtobufTable } from './protobuf-table.ts';
import { type FieldRow, POINTER, SCALARS, type Scalar, type TypeExpression, type TypeTable } from './type-table.ts';

export type Form =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'any'; readonly any: AnyForm }
  | { readonly kind: 'message'; readonly message: Message }
  /** A message whose fields stand in the outer object in JSON: an embedded Go struct. */
  | { readonly kind: 'embedded'; readonly message: Message }
  | { readonly kind: 'list'; readonly item: Form }
  | { readonly kind: 'map'; readonly value: Form }
  /** A list of strings that is a message of its own, with items = 1 (ExtraValue, Verbs). */
  | { readonly kind: 'wrapped' };

export interface Slot {
  readonly number: number;
  /** JSON name; '' for an embedded message. */
  readonly name: string;
  readonly form: Form;
  /** Written only when it is there. */
  readonly optional: boolean;
}

export interface Message {
  readonly typeName: string;
  /** By number, ascending: the order of the encoding. */
  slots: readonly Slot[];
  byNumber: ReadonlyMap<number, Slot>;
}

export type Messages = (typeName: string) => Message;

const SCALAR_SET: ReadonlySet<string> = new Set(SCALARS);
export const JSON_SCHEMA_PROPS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** Compiles each message on first use. Throws for a type that is not in the table. */
export function createMessages(types: TypeTable, table: ProtobufTable): Messages {
  const known = new Map<string, Message>();
  const wrapped = new Set(table.wrappedLists);

  function messageOf(typeName: string): Message {
    const found = known.get(typeName);
    if (found !== undefined) return found;
    const row = types[typeName];
    if (row === undefined || !('fields' in row)) throw new Error(`there is no message for ${typeName}`);
    const message: Message = { typeName, slots: [], byNumber: new Map() };
    // Known before its fields are: types may contain themselves.
    known.set(typeName, message);
    const slots = row.fields.filter((field) => field[3] > 0).map((field) => slotOf(typeName, field));
    for (const [number, inner] of table.embedded[typeName] ?? []) {
      slots.push({ number, name: '', form: { kind: 'embedded', message: messageOf(inner) }, optional: false });
    }
    slots.sort((a, b) => a.number - b.number);
    message.slots = slots;
    message.byNumber = new Map(slots.map((slot) => [slot.number, slot]));
    return message;
  }

  function slotOf(typeName: string, [name, type, flags, number]: FieldRow): Slot {
    const path = `${typeName}.${name}`;
    return { number, name, form: formOf(type, path), optional: (flags & POINTER) !== 0 };
  }

  function formOf(type: TypeExpression, path: string): Form {
    if (wrapped.has(path) && type === '[]string') return { kind: 'wrapped' };
    if (type.startsWith('[]')) return { kind: 'list', item: formOf(type.slice(2), path) };
    if (type.startsWith('{}')) {
      const value = type.slice(2);
      return { kind: 'map', value: wrapped.has(path) ? { kind: 'wrapped' } : formOf(value, path) };
    }
    if (type === 'any') return { kind: 'any', any: table.any[path] ?? 'RawExtension' };
    if (SCALAR_SET.has(type)) return { kind: 'scalar', scalar: type as Scalar };
    const row = types[type];
    if (row !== undefined && 'alias' in row) return formOf(row.alias, path);
    return { kind: 'message', message: messageOf(type) };
  }

  return messageOf;
}

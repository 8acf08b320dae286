/** Makes the facts of protobuf that the type table lacks, and compares the table's numbers with the published messages. */
import type { AnyForm, ProtobufTable } from '../../src/schema/protobuf-table.ts';
import type { TypeRow } from '../../src/schema/type-table.ts';
import type { GoFacts } from './go-facts.ts';

/** Package → message → [number, name, type text]. */
export type ProtobufInput = {
  readonly [protoPackage: string]: {
    readonly [message: string]: readonly (readonly [number: number, name: string, type: string])[];
  };
};

const WRAPPED = /(^|[ ,.])(ExtraValue|Verbs)>?$/;

export function buildProtobuf(input: ProtobufInput, go: GoFacts, types: ReadonlyMap<string, TypeRow>): ProtobufTable {
  const embedded: Record<string, readonly (readonly [number, string])[]> = {};
  const any: Record<string, AnyForm> = {};
  const wrappedLists: string[] = [];
  for (const name of types.keys()) {
    const type = go.types.get(name);
    if (type === undefined) continue;
    if (type.embedded.length > 0) embedded[name] = type.embedded.map(([inner, number]) => [number, inner]);
    for (const field of type.fields) {
      const at = field.type.indexOf('any:');
      if (at >= 0) any[`${name}.${field.name}`] = field.type.slice(at + 4) as AnyForm;
    }
    const message = messageOf(input, name);
    if (message === undefined) continue;
    for (const field of type.fields) {
      const published = message.find(([number]) => number === field.proto);
      if (field.proto !== 0 && published === undefined) throw new Error(`${name}.${field.name} is not published`);
      if (published !== undefined && WRAPPED.test(published[2])) wrappedLists.push(`${name}.${field.name}`);
    }
    const numbers = new Set([...type.fields.map((field) => field.proto), ...type.embedded.map(([, number]) => number)]);
    for (const [number] of message) {
      if (!numbers.has(number)) throw new Error(`${name} lacks protobuf field ${number}`);
    }
  }
  return { embedded, any, wrappedLists };
}

function messageOf(input: ProtobufInput, name: string): ProtobufInput[string][string] | undefined {
  const dot = name.lastIndexOf('.');
  const protoPackage = name
    .slice('io.'.length, dot)
    .replace(/^k8s\./, 'k8s.io.')
    .replaceAll('-', '_');
  return input[protoPackage]?.[name.slice(dot + 1)];
}

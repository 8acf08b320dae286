/** Reads tools/go-facts.txt, the output of tools/gotypes: what Go's reflection knows and OpenAPI does not publish. */
import { readFileSync } from 'node:fs';

export interface GoField {
  readonly name: string;
  readonly pointer: boolean;
  readonly omitEmpty: boolean;
  /** A type expression, where `any:<name>` is any value under the OpenAPI definition of that name. */
  readonly type: string;
  /** Protobuf field number; 0: none, or it lies in an embedded message. */
  readonly proto: number;
  readonly patch: string | null;
  readonly mergeKey: string | null;
  /** Embedded structs that a promoted field lies in, joined by dots; '' for none and for TypeMeta. */
  readonly embeddedIn: string;
  /** Go's name of the type, then of what it holds, joined by `|`; '' when the type expression tells it. */
  readonly goNames: string;
  readonly enum: readonly string[] | null;
  /** JSON text */
  readonly default: string | null;
}

export interface GoType {
  readonly fields: readonly GoField[];
  /** Inlined structs that protobuf keeps as messages: [definition name, field number]. */
  readonly embedded: readonly (readonly [string, number])[];
}

export interface GoKind {
  /** `core` for the legacy group */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly type: string;
}

export interface GoFacts {
  readonly types: ReadonlyMap<string, GoType>;
  readonly kinds: readonly GoKind[];
}

export function readGoFacts(path: string | URL): GoFacts {
  const types = new Map<string, { fields: GoField[]; embedded: [string, number][] }>();
  const kinds: GoKind[] = [];
  let current: { fields: GoField[]; embedded: [string, number][] } = { fields: [], embedded: [] };
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    const words = line.split(' ');
    const [first, second, third, fourth, fifth] = words as [string, string, string, string, string];
    if (first === '=') {
      current = { fields: [], embedded: [] };
      types.set(second, current);
    } else if (first === '+') {
      current.embedded.push([second, Number(third)]);
    } else if (first === 'k') {
      kinds.push({ group: second, version: third, kind: fourth, type: fifth });
    } else {
      current.fields.push(parseField(line, words));
    }
  }
  return { types, kinds };
}

function parseField(line: string, words: readonly string[]): GoField {
  const option = (name: string): string | null => {
    const at = line.indexOf(` ${name}=`);
    if (at < 0) return null;
    const from = at + name.length + 2;
    // A default is the last fact of its line and may hold blanks.
    return name === 'default' ? line.slice(from) : line.slice(from).split(' ', 1)[0]!;
  };
  return {
    name: words[0]!,
    pointer: words[1]!.includes('p'),
    omitEmpty: words[1]!.includes('o'),
    type: words[2]!,
    proto: Number(words[3]),
    patch: option('patch'),
    mergeKey: option('key'),
    embeddedIn: option('in') ?? '',
    goNames: option('go') ?? '',
    enum: option('enum')?.split('|') ?? null,
    default: option('default'),
  };
}

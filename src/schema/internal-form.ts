/**
 * Objects as kube-apiserver's messages show them: it checks an internal version of every built-in type, whose structs have
 * Go's names, an order of their own, and write every field. (`src/generated/internal.ts`)
 */
import { INTERNAL_TEXT } from '../generated/internal.ts';
import { NOTHING_EXPORTED } from '../meta/field-error.ts';
import type { CompiledType } from './compile.ts';
import { inOrder } from './encode.ts';

type Members = Readonly<Record<string, unknown>>;

/** What Go writes for an absent field, or what its value is. */
type Expression = 'n' | 's' | '0' | 'f' | 'q' | 't' | 'i' | 'w';

interface InternalField {
  readonly goName: string;
  /** '' of what has no published form; '+' of an embedded struct of apimachinery. */
  readonly name: string;
  readonly zero: unknown;
  /** The internal struct that it is, points to or holds; '' otherwise. */
  readonly struct: string;
  readonly pointer: boolean;
}

let structs: ReadonlyMap<string, string> | null = null;
const parsed = new Map<string, readonly InternalField[]>();

/** `value` in its internal form; what has none (maps, texts, label selectors) in its own, in Go's order. */
export function internalForm(type: CompiledType, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  switch (type.kind) {
    case 'list': {
      const element = type.element ?? type;
      if (Array.isArray(value)) return value.map((item) => internalForm(element, item ?? {}));
      // Messages about a list may be about one of its items.
      return internalForm(element, value);
    }
    case 'map':
      if (type.element?.kind !== 'struct') return inOrder(type, value);
      return Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, internalForm(type.element ?? type, (value as Members)[key])]),
      );
    case 'struct': {
      const name = internalName(type.typeName);
      return name === '' ? inOrder(type, value) : internalStruct(name, type, value as Members);
    }
    default:
      return inOrder(type, value);
  }
}

/** The value that an error about `field` (`spec.ports[0].name`) shows, in its internal form. */
export function shownForm(root: CompiledType, field: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value === NOTHING_EXPORTED) return value;
  const type = typeAt(root, field, Array.isArray(value));
  return type === null ? value : internalForm(type, value);
}

/** The type at a path; of a text or number within a struct that struct, whose checks may show it whole. */
function typeAt(root: CompiledType, path: string, isList: boolean): CompiledType | null {
  // Some of upstream's checks forget that they are within the spec.
  const first = /^[^.[]*/.exec(path)?.[0] ?? '';
  const start = root.fields.has(first) ? root : (root.fields.get('spec')?.type ?? root);
  let type = start;
  let holder = start;
  for (const name of stepsOf(path)) {
    const next = name === null ? type.element : (type.fields.get(name)?.type ?? type.element);
    if (next === null || next === undefined) return null;
    if (next.kind === 'struct') holder = next;
    type = next;
  }
  if (type.kind !== 'scalar' && (!isList || type.kind === 'list')) return type;
  return isList ? null : holder;
}

/** Of `a.b[0].c` the names, and null for what stands in brackets. */
function* stepsOf(path: string): Generator<string | null> {
  let start = 0;
  for (let i = 0; i <= path.length; i++) {
    const char = path[i];
    if (char !== undefined && char !== '.' && char !== '[') continue;
    if (i > start) yield path.slice(start, i);
    if (char === '[') {
      yield null;
      const end = path.indexOf(']', i);
      i = end < 0 ? path.length : end;
    }
    start = i + 1;
  }
}

/** `io.k8s.api.core.v1.PodSpec` is `core.PodSpec`; '' for types of apimachinery, which have one form. */
function internalName(typeName: string): string {
  const words = typeName.split('.');
  const name = `${words.at(-3)}.${words.at(-1)}`;
  return internalStructs().has(name) ? name : '';
}

function internalStructs(): ReadonlyMap<string, string> {
  structs ??= new Map(
    INTERNAL_TEXT.trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
  return structs;
}

function fieldsOf(struct: string): readonly InternalField[] {
  let fields = parsed.get(struct);
  if (fields === undefined) {
    fields = (internalStructs().get(struct) ?? '').split(' ').map(parseField);
    parsed.set(struct, fields);
  }
  return fields;
}

/** `Volumes:n:core.Volume`, `CephMonitors=monitors:n`: no `=` when the Go name begins small. */
function parseField(text: string): InternalField {
  const [names = '', expression = '', struct = ''] = text.split(':');
  const [goName = '', given] = names.split('=');
  return {
    goName,
    name: given ?? `${goName.slice(0, 1).toLowerCase()}${goName.slice(1)}`,
    zero: zeroOf((expression === '' ? 'w' : expression) as Expression),
    struct,
    pointer: expression === 'n',
  };
}

function zeroOf(expression: Expression): unknown {
  switch (expression) {
    case 'n':
    case 't':
      return null;
    case 's':
      return '';
    case '0':
    case 'i':
      return 0;
    case 'f':
      return false;
    case 'q':
      return '0';
    case 'w':
      return undefined;
  }
}

function internalStruct(struct: string, type: CompiledType, given: Members): Members {
  const value = struct === 'core.PodSpec' ? withHostNamespaces(given) : given;
  const out: Record<string, unknown> = {};
  for (const { goName, name, zero, struct: inner, pointer } of fieldsOf(struct)) {
    if (name === '+') {
      const metadata = type.fields.get('metadata');
      if (goName === 'ObjectMeta' && metadata !== undefined)
        Object.assign(out, inOrder(metadata.type, value['metadata'] ?? {}));
      continue;
    }
    const field = type.fields.get(name);
    const member = Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined;
    if (inner !== '') out[goName] = innerForm(inner, field?.type ?? type, name === '' ? value : member, pointer);
    else if (member === undefined)
      out[goName] = zero === undefined && field !== undefined ? inOrder(field.type, {}) : zero;
    else out[goName] = field === undefined ? member : inOrder(field.type, member);
  }
  return out;
}

/** `type`: the published one; a list or a map may stand around the struct. */
function innerForm(struct: string, type: CompiledType, value: unknown, pointer: boolean): unknown {
  if (value === undefined && pointer) return null;
  if (type.kind === 'list' && Array.isArray(value)) {
    return value.map((item) => innerForm(struct, type.element ?? type, item ?? {}, false));
  }
  if (type.kind === 'map') {
    const entries = Object.entries(value as Members).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      entries.map(([key, item]) => [key, innerForm(struct, type.element ?? type, item, false)]),
    );
  }
  return internalStruct(struct, type, (value ?? {}) as Members);
}

/** The internal pod has these in its security context, and always has one. */
function withHostNamespaces(spec: Members): Members {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec;
  const context = (spec['securityContext'] ?? {}) as Members;
  return { ...spec, securityContext: { ...context, hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } };
}

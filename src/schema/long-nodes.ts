/** The nodes of long lists and maps, made in slices before the walk that asks for them: alone they hold a turn for too long. */
import type { Stages } from '../base/turns.ts';
import type { FieldsV1 } from '../meta/object.ts';
import type { CompiledType } from './compile.ts';
import { compareElements, itemElement } from './field-element.ts';
import { memberType, wholeNode } from './fields-of.ts';
import { LEAF } from './fieldset.ts';

/** By the list or map that they stand for. */
export type MadeNodes = ReadonlyMap<object, FieldsV1>;

/** Items or members that make a list or map long. */
const LONG = 1000;
const PER_YIELD = 256;

/** `wholeNode` of each long list and map in a value that is new as a whole. Throws FieldPathError. */
export function* longNodes(type: CompiledType, value: unknown): Stages<MadeNodes> {
  const made = new Map<object, FieldsV1>();
  yield* visit(type, value, made);
  return made;
}

function* visit(type: CompiledType, value: unknown, made: Map<object, FieldsV1>): Stages<void> {
  if (typeof value !== 'object' || value === null || type.atomic) return;
  if (type.kind === 'list') {
    const list = value as readonly unknown[];
    const element = type.element ?? type;
    yield* visitAll(element, list, made);
    if (list.length > LONG) made.set(list, yield* listNode(type, list, made));
  } else if (type.kind === 'map') {
    const members = value as Readonly<Record<string, unknown>>;
    const names = Object.keys(members);
    const element = type.element ?? type;
    if (element.kind !== 'scalar') yield* visitAll(element, Object.values(members), made);
    if (names.length > LONG) made.set(members, yield* mapNode(element, members, names, made));
  } else if (type.kind === 'struct') {
    for (const [name, member] of Object.entries(value)) {
      const below = memberType(type, name);
      if (below !== null) yield* visit(below, member, made);
    }
  }
}

function* visitAll(type: CompiledType, values: readonly unknown[], made: Map<object, FieldsV1>): Stages<void> {
  if (type.kind === 'scalar' || type.atomic) return;
  for (const [i, value] of values.entries()) {
    if (i % PER_YIELD === 0) yield;
    yield* visit(type, value, made);
  }
}

function* listNode(type: CompiledType, list: readonly unknown[], made: MadeNodes): Stages<FieldsV1> {
  const element = type.element ?? type;
  const children = new Map<string, FieldsV1>();
  for (const [i, item] of list.entries()) {
    if (i % PER_YIELD === 0) yield;
    const key = itemElement(type, item);
    // Items that share their key are one member, without anything below.
    children.set(key, children.has(key) ? LEAF : wholeNode(element, item, made));
  }
  return yield* ordered(children);
}

function* mapNode(
  element: CompiledType,
  members: Readonly<Record<string, unknown>>,
  names: readonly string[],
  made: MadeNodes,
): Stages<FieldsV1> {
  const children = new Map<string, FieldsV1>();
  for (const [i, name] of names.entries()) {
    if (i % PER_YIELD === 0) yield;
    const member = members[name];
    if (member !== undefined) children.set(`f:${name}`, wholeNode(element, member, made));
  }
  return yield* ordered(children);
}

/** A member with these children. */
function* ordered(children: ReadonlyMap<string, FieldsV1>): Stages<FieldsV1> {
  const node: FieldsV1 = { '.': LEAF };
  const elements = yield* sorted([...children.keys()]);
  for (const [i, element] of elements.entries()) {
    if (i % PER_YIELD === 0) yield;
    node[element] = children.get(element) as FieldsV1;
  }
  return node;
}

/** Merges ever longer runs. */
function* sorted(elements: readonly string[]): Stages<readonly string[]> {
  let runs: string[][] = [];
  for (let i = 0; i < elements.length; i += LONG) {
    runs.push(elements.slice(i, i + LONG).sort(compareElements));
    yield;
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* mergedRun(runs[i] ?? [], runs[i + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedRun(a: readonly string[], b: readonly string[]): Stages<string[]> {
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (out.length % LONG === 0) yield;
    const left = a[i];
    const right = b[j];
    if (right === undefined || (left !== undefined && compareElements(left, right) <= 0)) {
      out.push(left as string);
      i++;
    } else {
      out.push(right);
      j++;
    }
  }
  return out;
}

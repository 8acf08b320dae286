/** One object, changed for the worse in one place. */
import type { Random } from '../../src/base/random.ts';
import type { Json } from '../support/api.ts';

export type Path = readonly (string | number)[];

export interface Mutation {
  readonly path: Path;
  readonly what: string;
  /** The whole object. */
  readonly object: Json;
}

/** Marks what is to be gone. */
const GONE = Symbol('gone');
const DEEP = 40;

/** What a place may become, whatever it was. */
const CHANGES: Readonly<Record<string, (value: Json) => Json>> = {
  dropped: () => GONE,
  null: () => null,
  empty: (value) => (Array.isArray(value) ? [] : typeof value === 'object' ? {} : typeof value === 'number' ? 0 : ''),
  text: () => 'x y',
  'another text': (value) => `${typeof value === 'string' ? value : ''}x`,
  'a long text': () => 'a'.repeat(300),
  'odd text': () => '\u0000\ud800{{$(A)}}[0]["',
  'a number': () => 7,
  'a negative number': () => -1,
  'a fraction': () => 1.5,
  'a huge number': () => 2 ** 53,
  'a number beyond 64 bits': () => 1e30,
  'a boolean': () => true,
  'an object': () => ({ a: 1 }),
  'an object of prototypes': () => JSON.parse('{"__proto__":{"a":1},"constructor":null,"toString":"a"}'),
  'a list': () => [1],
  'a list of null': () => [null],
  'a map of null': () => ({ a: null }),
  'an empty member': () => ({ '': '' }),
  deep: () => nested(),
  'null within': (value) => (Array.isArray(value) ? [null, ...value, null] : { ...asObject(value), a: null }),
  'an empty item': (value) => (Array.isArray(value) ? [...value, {}] : [{}]),
  doubled: (value) => (Array.isArray(value) ? [...value, ...value] : [value, value]),
  'an unknown field': (value) => ({ ...asObject(value), bogus: { a: [null] } }),
};
export const CHANGE_NAMES: readonly string[] = Object.keys(CHANGES);
/** Those that upset code most, for looking at every place. */
export const SMALL_CHANGES: readonly string[] = ['dropped', 'null', 'empty', 'null within'];

/** Every place, the root excepted. */
export function placesOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [...keys].flatMap((key) => [[...path, key], ...placesOf(value[key], [...path, key])]);
}

export function mutate(object: Json, path: Path, what: string): Mutation {
  const copy = structuredClone(object);
  change(copy, path, CHANGES[what]!);
  return { path, what, object: copy };
}

/** One change, now and then two. */
export function mutateAnywhere(object: Json, places: readonly Path[], random: Random): Mutation {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const first = mutate(object, pick(places), pick(CHANGE_NAMES));
  if (random.below(4) > 0) return first;
  const rest = placesOf(first.object);
  if (rest.length === 0) return first;
  const second = mutate(first.object, pick(rest), pick(CHANGE_NAMES));
  return { ...second, path: first.path, what: `${first.what}, ${second.what} at ${second.path.join('.')}` };
}

function change(object: Json, path: Path, to: (value: Json) => Json): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length > 0) {
    change(object[key], rest, to);
    return;
  }
  const next = to(object[key]);
  if (next !== GONE) object[key] = next;
  else if (Array.isArray(object)) object.splice(Number(key), 1);
  else delete object[key];
}

function asObject(value: Json): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function nested(): Json {
  let value: Json = 1;
  for (let depth = 0; depth < DEEP; depth++) value = depth % 2 === 0 ? [value] : { a: value };
  return value;
}

/** The ways by which a changed object reaches the server. */
import type { Json } from '../support/api.ts';
import { JSON_TYPE, type Kind } from './kinds.ts';
import type { Mutation, Path } from './mutate.ts';
import type { Question } from './target.ts';

const DRY = 'dryRun=All';

/** Each question that one mutation of `kind` gives; `base` is what was changed. */
export function waysOf(kind: Kind, base: Json, mutation: Mutation): Question[] {
  const { object } = mutation;
  const questions: Question[] = [];
  const { method, path, collection } = kind;
  if (collection !== null)
    questions.push({
      method,
      path: collection,
      query: method === 'POST' ? DRY : '',
      type: JSON_TYPE,
      body: renamed(object),
    });
  if (path === null) return questions;
  const put = (to: string, query: string) =>
    questions.push({ method: 'PUT', path: to, query, type: JSON_TYPE, body: object });
  const patch = (to: string, kindOfPatch: string, query: string, body: Json) =>
    questions.push({ method: 'PATCH', path: to, query, type: `application/${kindOfPatch}`, body });
  for (const to of [path, ...kind.parts.map((part) => `${path}/${part}`)]) {
    put(to, DRY);
    patch(to, 'merge-patch+json', DRY, asPatch(base, object, mutation.path));
    patch(to, 'strategic-merge-patch+json', DRY, asPatch(base, object, mutation.path));
    patch(to, 'json-patch+json', DRY, asOperations(object, mutation.path));
    patch(to, 'apply-patch+yaml', `${DRY}&force=true&fieldManager=fuzz`, owned(object));
  }
  return questions;
}

/** For good, so that what is odd but allowed stands there when the next one comes. */
export function writeOf(kind: Kind, object: Json): Question | null {
  return kind.path === null ? null : { method: 'PUT', path: kind.path, query: '', type: JSON_TYPE, body: object };
}

/** Another name, so that nothing with it stands there; one that was changed stays as it is. */
function renamed(object: Json): Json {
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null || typeof metadata.name !== 'string') return object;
  const { resourceVersion: _, uid: __, ...rest } = metadata;
  return { ...object, metadata: { ...rest, name: metadata.name.replace(/^sample/, 'other') } };
}

/** The smallest object with what stands at `path` now; lists as a whole, what is gone as null. */
function asPatch(base: Json, object: Json, path: Path): Json {
  const [key, ...rest] = path;
  if (key === undefined || typeof object !== 'object' || object === null || Array.isArray(base)) return object;
  if (!(key in object)) return { [key]: null };
  return { [key]: asPatch(base?.[key], object[key], rest) };
}

function asOperations(object: Json, path: Path): Json {
  const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const value = path.reduce((part: Json, key) => part?.[key], object);
  return value === undefined ? [{ op: 'remove', path: pointer }] : [{ op: 'replace', path: pointer, value }];
}

function owned(object: Json): Json {
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null) return object;
  const { managedFields: _, resourceVersion: __, uid: ___, ...rest } = metadata;
  return { ...object, metadata: rest };
}

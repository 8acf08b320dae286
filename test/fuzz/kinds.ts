/** Every kind that can be created: a minimal object of it, grown, and one with every field set. */
import { apiVersionOf } from '../../src/meta/object.ts';
import { type CompiledType, compileType } from '../../src/schema/compile.ts';
import type { ResourceRow } from '../../src/schema/resource-table.ts';
import { resourceList } from '../../src/schema/resources.ts';
import { typeTable } from '../../src/schema/types.ts';
import { MANIFESTS, REVIEWS } from '../e2e/manifests.ts';
import type { Json } from '../support/api.ts';
import { grow } from './grow.ts';
import { full } from './sample.ts';
import type { Target } from './target.ts';

export const NAMESPACE = 'fuzz';
export const JSON_TYPE = 'application/json';

export interface Kind {
  readonly key: string;
  /** Where new ones are sent, by POST, options of a deletion by DELETE; null: nowhere. */
  readonly collection: string | null;
  readonly method: 'POST' | 'DELETE';
  /** Of the object that stands there; null: nothing can, or none was taken. */
  readonly path: string | null;
  /** The subresources of that object which take the whole of it. */
  readonly parts: readonly string[];
  /** As rich as the server takes it, as it stands there. */
  readonly grown: Json;
  /** Every field set: refused in most cases, but looked at from end to end. */
  readonly full: Json;
}

/** `growth`: questions that may be asked to make one object richer. */
export async function prepareKinds(target: Target, only: RegExp, growth: number): Promise<Kind[]> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  await target.ask({ method: 'POST', path: '/api/v1/namespaces', query: '', type: JSON_TYPE, body: namespace });
  const kinds: Kind[] = [];
  for (const row of resourceList().resources) {
    const key = `${apiVersionOf(row.group, row.version)}/${row.plural}`;
    if (!row.verbs.includes('create') || !only.test(key)) continue;
    const kind = await prepareKind(target, row, key, growth);
    kinds.push(kind, ...(await otherBodies(target, row, kind)));
  }
  return [...kinds, ...DELETIONS.filter(({ key }) => only.test(key))];
}

const DELETE_OPTIONS = full(compileType(typeTable(), 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'));
/** Of what is not there, since a spoiled body may be one that deletes for good. */
const DELETIONS: readonly Kind[] = ['configmaps/absent', 'persistentvolumeclaims'].map((name) => ({
  key: `v1/deleteoptions of ${name}`,
  collection: `/api/v1/namespaces/none/${name}`,
  method: 'DELETE',
  path: null,
  parts: [],
  grown: { ...DELETE_OPTIONS, kind: 'DeleteOptions', apiVersion: 'v1' },
  full: DELETE_OPTIONS,
}));

async function prepareKind(target: Target, row: ResourceRow, key: string, growth: number): Promise<Kind> {
  const type = compileType(typeTable(), row.type);
  const apiVersion = apiVersionOf(row.group, row.version);
  const root = row.group === '' ? `/api/${row.version}` : `/apis/${apiVersion}`;
  const collection = row.namespaced ? `${root}/namespaces/${NAMESPACE}/${row.plural}` : `${root}/${row.plural}`;
  const manifest = MANIFESTS[key];
  const name = manifest?.name ?? 'sample';
  const place = row.namespaced ? { namespace: NAMESPACE } : {};
  const head = { apiVersion, kind: row.kind, metadata: { name, ...place } };
  const everything = { ...full(type), ...head, metadata: fullMetadata(type, head.metadata) };
  const body = manifest?.body ?? REVIEWS[key]?.body ?? bodyOfAnotherVersion(row) ?? everything;
  const object = { ...JSON.parse(JSON.stringify(body).replaceAll('"every"', `"${NAMESPACE}"`)), ...head };
  const parts = row.subresources
    .filter((part) => part.type === row.type && part.verbs.includes('update'))
    .map((part) => part.name);
  const kind = { key, parts, collection, method: 'POST' as const, grown: object, full: everything };
  if (row.storage === null) return { ...kind, path: null };
  const ask = (query: string, given: Json) =>
    target.ask({ method: 'POST', path: collection, query, type: JSON_TYPE, body: given });
  await grow(object, object, type, async (given) => (await ask('dryRun=All', given)).status === 201, { left: growth });
  const created = await ask('', object);
  const path = created.status === 201 || created.status === 409 ? `${collection}/${name}` : null;
  return { ...kind, path };
}

/** Subresources with a body of their own: Scale, Binding, Eviction, TokenRequest. */
async function otherBodies(target: Target, row: ResourceRow, { key, path }: Kind): Promise<Kind[]> {
  const kinds: Kind[] = [];
  for (const part of row.subresources) {
    // What has options instead of a body is a connection (exec, attach, proxy).
    if (path === null || part.type === row.type || part.kind.endsWith('Options')) continue;
    const type = compileType(typeTable(), part.type);
    const place = row.namespaced ? { namespace: NAMESPACE } : {};
    const metadata = { name: path.split('/').at(-1), ...place };
    const head = { apiVersion: apiVersionOf(part.group, part.version), kind: part.kind };
    const everything = { ...full(type), ...head, metadata: fullMetadata(type, metadata) };
    const at = `${path}/${part.name}`;
    const standing = await target.ask({ method: 'GET', path: at, query: '', type: '', body: undefined });
    const updated = part.verbs.includes('update') && standing.status === 200;
    const collection = part.verbs.includes('create') ? at : null;
    if (collection === null && !updated) continue;
    const grown = updated ? standing.json : { ...everything, metadata };
    kinds.push({
      key: `${key}/${part.name}`,
      parts: [],
      collection,
      method: 'POST',
      path: updated ? at : null,
      grown,
      full: everything,
    });
  }
  return kinds;
}

function fullMetadata(type: CompiledType, metadata: Json): Json {
  const field = type.fields.get('metadata');
  const { resourceVersion: _, generateName: __, deletionTimestamp: ___, ...rest } = field ? full(field.type) : {};
  return { ...rest, labels: { a: 'b' }, annotations: { 'a.example.com/b': 'c' }, ...metadata };
}

/** Kinds that are off by default have no manifest; most have a sister version that has one. */
function bodyOfAnotherVersion(row: ResourceRow): Json {
  const sister = resourceList().resources.find(
    (other) => other.group === row.group && other.plural === row.plural && keyOf(other) in MANIFESTS,
  );
  return sister === undefined ? undefined : MANIFESTS[keyOf(sister)]?.body;
}

function keyOf(row: ResourceRow): string {
  return `${apiVersionOf(row.group, row.version)}/${row.plural}`;
}

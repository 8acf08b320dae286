/** Requests that make a server work: each the most that one request within the limits holds of its kind. */
import type { Answer } from './client.ts';

export interface Hostile {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below the namespace of the run. */
  readonly path: string;
  readonly contentType?: string;
  readonly accept?: string;
  /** `size`: 1 for the largest; smaller ones try the way in tests. */
  readonly body?: (size: number) => string;
  /** Sent before, unmeasured, to `path` without its query, by PUT or POST: what stands there. */
  readonly before?: { readonly path: string; readonly body: (size: number) => string };
  /** How often it is sent at once; default 1. */
  readonly times?: number;
}

export type Ask = (hostile: Hostile, body: Buffer | undefined) => Promise<Answer>;

const JSON_TYPE = 'application/json';
const APPLY = 'application/apply-patch+yaml';
const MIB = 1024 * 1024;

/** Lists of this many config maps are asked for by some. */
export const LISTED_OBJECTS = 5000;

export const HOSTILE: readonly Hostile[] = [
  created('250,000 unknown fields', (size) =>
    configMap(`${each(250_000 * size, (i) => `"u${i}":1`)},"data":{"a":"b"}`),
  ),
  created('250,000 duplicate fields', (size) => configMap(`"data":{${each(250_000 * size, () => '"dddd":"b"')}}`)),
  created('250,000 times two duplicates', (size) =>
    configMap(`"data":{${each(120_000 * size, (i) => `"d${i}":"","d${i}":""`)}}`),
  ),
  created('1,000,000 objects under an unknown field', (size) =>
    configMap(`"x":[${each(1_000_000 * size, () => '{}')}]`),
  ),
  created('unknown fields in 100,000 items', (size) =>
    configMap('', `"ownerReferences":[${each(100_000 * size, () => '{"abc":1}')}]`),
  ),
  created('a name of 0.9 MB', (size) => configMap('', `"name":"${'n-'.repeat(450_000 * size)}"`)),
  created('3 MB of brackets', (size) => '['.repeat(3 * MIB * size)),
  created('3 MB of objects in each other', (size) => configMap(`"x":[${each(1400 * size, () => nest(900))}]`)),
  created('3 MB of one text', (size) => configMap(`"data":{"a":"${'x'.repeat(3 * MIB * size - 200)}"}`)),
  created('a long text of escapes', (size) => configMap(`"data":{"a":"${'\\n'.repeat(1_500_000 * size)}"}`)),
  created('40,000 keys', (size) => configMap(`"data":{${keys(40_000 * size)}}`)),
  created('40,000 bad keys', (size) => configMap(`"data":{${each(40_000 * size, (i) => `"/ü${i}":""`)}}`)),
  created('40,000 labels', (size) => configMap('', `"labels":{${keys(40_000 * size)}}`)),
  created('30,000 owner references', (size) =>
    configMap(
      '',
      `"ownerReferences":[${each(30_000 * size, (i) => `{"apiVersion":"v1","kind":"Pod","name":"a${i}","uid":"u${i}"}`)}]`,
    ),
  ),
  created('100,000 finalizers', (size) =>
    configMap('', `"finalizers":[${each(100_000 * size, (i) => `"example.com/f${i}"`)}]`),
  ),
  pod('a pod whose 300 containers share a port', (size) =>
    each(300 * size, (i) => `{"name":"c${i}","image":"i","ports":[{"containerPort":80}]}`),
  ),
  pod(
    'a container with 50,000 ports',
    (size) =>
      `{"name":"c","image":"i","ports":[${each(50_000 * size, (i) => `{"name":"p${i}","hostPort":${1 + (i % 60_000)},"containerPort":${1 + (i % 60_000)}}`)}]}`,
  ),
  pod('20,000 containers', (size) =>
    each(20_000 * size, (i) => `{"name":"c${i}","image":"i","ports":[{"containerPort":80}]}`),
  ),
  pod(
    'a container with 50,000 variables',
    (size) => `{"name":"c","image":"i","env":[${each(50_000 * size, (i) => `{"name":"E${i % 40_000}","value":"x"}`)}]}`,
  ),
  pod(
    '30,000 mounts of 30,000 volumes',
    (size) =>
      `{"name":"c","image":"i","volumeMounts":[${each(30_000 * size, (i) => `{"name":"v${i}","mountPath":"/m${i}"}`)}]}],"volumes":[${each(30_000 * size, (i) => `{"name":"v${i}","emptyDir":{}}`)}`,
  ),
  pod(
    '20,000 tolerations',
    (size) =>
      `{"name":"c","image":"i"}],"tolerations":[${each(20_000 * size, (i) => `{"key":"k${i}","operator":"Exists"}`)}`,
  ),
  pod(
    '30,000 host aliases and pull secrets',
    (size) =>
      `{"name":"c","image":"i"}],"hostAliases":[${each(15_000 * size, (i) => `{"ip":"10.0.0.1","hostnames":["h${i}"]}`)}],"imagePullSecrets":[${each(30_000 * size, (i) => `{"name":"s${i % 20_000}"}`)}`,
  ),
  {
    name: 'a service of 20,000 ports',
    method: 'POST',
    path: 'services',
    contentType: JSON_TYPE,
    body: (size) =>
      `{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[${each(20_000 * size, (i) => `{"name":"p${i}","port":${1 + i}}`)}]}}`,
  },
  {
    name: 'a slice of 30,000 endpoints',
    method: 'POST',
    path: 'endpoints',
    contentType: JSON_TYPE,
    body: (size) =>
      `{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"e"},"subsets":[{"addresses":[${each(30_000 * size, (i) => `{"ip":"10.${i >> 16}.${(i >> 8) & 255}.${i & 255}"}`)}],"ports":[{"port":1}]}]}`,
  },
  {
    name: 'an apply of 40,000 keys',
    method: 'PATCH',
    path: 'configmaps/applied?fieldManager=a&force=true',
    contentType: APPLY,
    body: (size) => configMap(`"data":{${keys(40_000 * size)}}`, '"name":"applied"'),
  },
  {
    name: 'an apply over 40,000 keys of another',
    method: 'PATCH',
    path: 'configmaps/owned?fieldManager=b',
    contentType: APPLY,
    before: { path: 'configmaps', body: (size) => configMap(`"data":{${keys(30_000 * size)}}`, '"name":"owned"') },
    body: (size) => configMap(`"data":{${each(30_000 * size, (i) => `"k${i}":"other"`)}}`, '"name":"owned"'),
  },
  {
    name: 'an update of 30,000 keys',
    method: 'PUT',
    path: 'configmaps/updated',
    contentType: JSON_TYPE,
    before: { path: 'configmaps', body: (size) => configMap(`"data":{${keys(30_000 * size)}}`, '"name":"updated"') },
    body: (size) => configMap(`"data":{${each(30_000 * size, (i) => `"n${i}":"other"`)}}`, '"name":"updated"'),
  },
  {
    name: 'a merge patch of 30,000 keys',
    method: 'PATCH',
    path: 'configmaps/merged',
    contentType: 'application/merge-patch+json',
    before: { path: 'configmaps', body: (size) => configMap(`"data":{${keys(30_000 * size)}}`, '"name":"merged"') },
    body: (size) => `{"data":{${each(30_000 * size, (i) => `"n${i}":"other"`)}}}`,
  },
  {
    name: 'a strategic patch to 30,000 owner references',
    method: 'PATCH',
    path: 'configmaps/strategic',
    contentType: 'application/strategic-merge-patch+json',
    before: { path: 'configmaps', body: () => configMap('"data":{}', '"name":"strategic"') },
    body: (size) =>
      `{"metadata":{"ownerReferences":[${each(30_000 * size, (i) => `{"apiVersion":"v1","kind":"Pod","name":"a${i}","uid":"u${i}"}`)}]}}`,
  },
  {
    name: '10,000 JSON patch operations at the head of a long list',
    method: 'PATCH',
    path: 'configmaps/json-patched',
    contentType: 'application/json-patch+json',
    before: {
      path: 'configmaps',
      body: (size) =>
        configMap('', `"name":"json-patched","finalizers":[${each(50_000 * size, (i) => `"example.com/f${i}"`)}]`),
    },
    body: (size) =>
      `[${each(10_000 * size, (i) => `{"op":"add","path":"/metadata/finalizers/0","value":"a.b/n${i}"}`)}]`,
  },
  {
    name: '3 MB of YAML',
    method: 'POST',
    path: 'configmaps',
    contentType: 'application/yaml',
    body: (size) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata:\n${each(150_000 * size, (i) => `  k${i}: v${i}`, '\n')}\n`,
  },
  listed('20 tables of 5,000 objects', 'application/json;as=Table;v=v1;g=meta.k8s.io'),
  listed('20 lists of 5,000 objects in YAML', 'application/yaml'),
  listed('20 lists of 5,000 objects in protobuf', 'application/vnd.kubernetes.protobuf'),
];

function created(name: string, body: (size: number) => string): Hostile {
  return { name, method: 'POST', path: 'configmaps', contentType: JSON_TYPE, body };
}

/** `containers`: the text within their brackets. */
function pod(name: string, containers: (size: number) => string): Hostile {
  const body = (size: number) =>
    `{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"p-"},"spec":{"containers":[${containers(size)}]}}`;
  return { name, method: 'POST', path: 'pods', contentType: JSON_TYPE, body };
}

function listed(name: string, accept: string): Hostile {
  return { name, method: 'GET', path: 'configmaps?labelSelector=listed', accept, times: 20 };
}

function configMap(members: string, metadata = '"generateName":"c-"'): string {
  const rest = members === '' ? '' : `,${members}`;
  const named = metadata.includes('ame":"') ? metadata : `"generateName":"c-",${metadata}`;
  return `{"apiVersion":"v1","kind":"ConfigMap","metadata":{${named}}${rest}}`;
}

function nest(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

function keys(count: number): string {
  return each(count, (i) => `"k${i}":"v"`);
}

function each(count: number, text: (i: number) => string, separator = ','): string {
  return Array.from({ length: Math.max(1, Math.floor(count)) }, (_, i) => text(i)).join(separator);
}

/** The operations of the benchmark, each the same work against any API server. */
import type { Client } from './client.ts';

export interface LoadOptions {
  readonly client: Client;
  readonly kind: 'pods' | 'configmaps';
  readonly namespace: string;
  readonly objects: number;
  /** Length of the operations that do not end by themselves. */
  readonly seconds: number;
  readonly workers: number;
  readonly watchers: number;
  /** Writes under watch. */
  readonly writes: number;
}

export type Operation =
  | 'create'
  | 'get'
  | 'list'
  | 'list0'
  | 'select'
  | 'update'
  | 'patch'
  | 'apply'
  | 'watch'
  | 'delete';

/** Operations (for a watch: events received) per second. */
export function run(operation: Operation, options: LoadOptions): Promise<number> {
  return OPERATIONS[operation](options);
}

/** The namespace and, since nothing makes one, the service account of its pods. */
export async function prepare({ client, namespace, kind }: LoadOptions): Promise<void> {
  const namespaceBody = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await client.request(0, 'POST', '/api/v1/namespaces', JSON_TYPE, namespaceBody);
  if (kind !== 'pods') return;
  const account = JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
  await client.request(0, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, JSON_TYPE, account);
}

const JSON_TYPE = 'application/json';
const STRATEGIC = 'application/strategic-merge-patch+json';

const OPERATIONS = {
  create: (o) => each(o, (w, i) => ask(o, w, 'POST', base(o), JSON_TYPE, object(o, i))),
  get: (o) => during(o, (w) => ask(o, w, 'GET', pathOf(o, random(o.objects)))),
  list: (o) => during(o, (w) => ask(o, w, 'GET', base(o))),
  list0: (o) => during(o, (w) => ask(o, w, 'GET', `${base(o)}?resourceVersion=0`)),
  select: (o) => during(o, (w) => ask(o, w, 'GET', `${base(o)}?labelSelector=app%3Dapp-${random(100)}`)),
  update: (o) => during(o, (w) => update(o, w)),
  patch: (o) =>
    during(o, (w) =>
      ask(
        o,
        w,
        'PATCH',
        pathOf(o, random(o.objects)),
        STRATEGIC,
        `{"metadata":{"annotations":{"n":"${random(1e9)}"}}}`,
      ),
    ),
  apply: (o) => during(o, (w) => apply(o, w)),
  watch,
  delete: (o) =>
    each(o, (w, i) =>
      ask(o, w, 'DELETE', pathOf(o, i), JSON_TYPE, '{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0}'),
    ),
} satisfies Record<Operation, (options: LoadOptions) => Promise<number>>;

async function ask(
  { client }: LoadOptions,
  worker: number,
  method: string,
  path: string,
  contentType?: string,
  body?: string | Buffer,
): Promise<Buffer> {
  const answer = await client.request(worker, method, path, contentType, body);
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString().slice(0, 200)}`);
  return answer.body;
}

/** Each worker has objects of its own, so that no update loses a race. */
async function update(o: LoadOptions, worker: number): Promise<void> {
  const path = pathOf(o, random(Math.floor(o.objects / o.workers)) * o.workers + worker);
  const text = (await ask(o, worker, 'GET', path)).toString();
  const changed = text.replace(/"labels":\{("n":"[0-9]*",)?/, `"labels":{"n":"${random(1e6)}",`);
  await ask(o, worker, 'PUT', path, JSON_TYPE, changed);
}

function apply(o: LoadOptions, worker: number): Promise<Buffer> {
  const i = random(o.objects);
  const kind = o.kind === 'pods' ? 'Pod' : 'ConfigMap';
  const config = { apiVersion: 'v1', kind, metadata: { name: nameOf(i), annotations: { m: String(random(1e9)) } } };
  const path = `${pathOf(o, i)}?fieldManager=load&force=true`;
  return ask(o, worker, 'PATCH', path, 'application/apply-patch+yaml', JSON.stringify(config));
}

const MARK = Buffer.from('"load/seq":"');

async function watch(o: LoadOptions): Promise<number> {
  const list = JSON.parse((await ask(o, 0, 'GET', `${base(o)}?limit=1`)).toString()) as {
    metadata: { resourceVersion: string };
  };
  const path = `${base(o)}?watch=true&timeoutSeconds=60&resourceVersion=${list.metadata.resourceVersion}`;
  let events = 0;
  const all = Promise.withResolvers<void>();
  const streams = Array.from({ length: o.watchers }, (_, w) => {
    let tail = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      // The mark may be cut by the end of a chunk.
      const data = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      let at = data.indexOf(MARK);
      let end = 0;
      for (; at >= 0; at = data.indexOf(MARK, end)) {
        events++;
        end = at + MARK.length;
      }
      tail = Buffer.from(data.subarray(Math.max(end, data.length - MARK.length + 1)));
      if (events >= o.watchers * o.writes) all.resolve();
    };
    return o.client.stream(w, path, onData);
  });
  await Promise.all(streams.map((stream) => stream.opened));
  const start = performance.now();
  let next = 0;
  const writer = async (w: number): Promise<void> => {
    for (let i = next++; i < o.writes; i = next++) {
      const body = `{"metadata":{"annotations":{"load/seq":"${i}."}}}`;
      await ask(o, w, 'PATCH', pathOf(o, i % o.objects), 'application/merge-patch+json', body);
    }
  };
  await Promise.all([0, 1, 2, 3].map(writer));
  await all.promise;
  const perSecond = (o.watchers * o.writes * 1000) / (performance.now() - start);
  for (const stream of streams) stream.close();
  return perSecond;
}

/** Once for each object, over all workers. */
async function each(o: LoadOptions, work: (worker: number, i: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const start = performance.now();
  const worker = async (w: number): Promise<void> => {
    for (let i = next++; i < o.objects; i = next++) await work(w, i);
  };
  await Promise.all(Array.from({ length: o.workers }, (_, w) => worker(w)));
  return (o.objects * 1000) / (performance.now() - start);
}

/** As often as it goes in the time given. */
async function during(o: LoadOptions, work: (worker: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const end = start + o.seconds * 1000;
  let count = 0;
  const worker = async (w: number): Promise<void> => {
    while (performance.now() < end) {
      await work(w);
      count++;
    }
  };
  await Promise.all(Array.from({ length: o.workers }, (_, w) => worker(w)));
  return (count * 1000) / (performance.now() - start);
}

function base({ namespace, kind }: LoadOptions): string {
  return `/api/v1/namespaces/${namespace}/${kind}`;
}

function pathOf(o: LoadOptions, i: number): string {
  return `${base(o)}/${nameOf(i)}`;
}

function nameOf(i: number): string {
  return `load-${String(i).padStart(6, '0')}`;
}

function random(bound: number): number {
  return Math.floor(Math.random() * bound);
}

function object({ kind }: LoadOptions, i: number): string {
  const labels = { app: `app-${i % 100}` };
  if (kind === 'configmaps') {
    const data = { payload: 'x'.repeat(1024) };
    return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: nameOf(i), labels }, data });
  }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: nameOf(i),
      labels: { ...labels, tier: 'backend', 'pod-template-hash': '6d4cf56db6' },
      annotations: { 'checksum/config': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
    },
    spec: POD_SPEC,
  });
}

const POD_SPEC = {
  nodeSelector: { disk: 'ssd' },
  containers: [
    {
      name: 'main',
      image: 'registry.example.com/team/app:v1.2.3',
      args: ['--port=8080', '--verbose'],
      ports: [{ name: 'http', containerPort: 8080 }],
      env: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'LEVEL', value: 'info' },
      ],
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      livenessProbe: { httpGet: { path: '/healthz', port: 8080 } },
      readinessProbe: { httpGet: { path: '/readyz', port: 8080 } },
      volumeMounts: [{ name: 'cfg', mountPath: '/etc/cfg' }],
    },
  ],
  volumes: [{ name: 'cfg', configMap: { name: 'cfg' } }],
  serviceAccountName: 'default',
};

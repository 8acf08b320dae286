/** A client that writes: one random operation after another, on objects that others write as well. */
import type { Random } from '../../src/base/random.ts';
import type { H2Client, Reply, RequestOptions } from '../support/h2-client.ts';
import type { Write, WriteOutcome } from './history.ts';
import {
  anyTarget,
  changed,
  newObject,
  PHASES,
  pick,
  stateOf,
  type Target,
  TIERS,
  type WireObject,
} from './objects.ts';

export interface WriterOptions {
  readonly name: string;
  readonly random: Random;
  readonly client: H2Client;
  /** Between two operations. */
  readonly pauseMs: number;
  readonly record: (write: Write) => void;
  readonly running: () => boolean;
}

interface Attempt {
  readonly verb: Write['verb'];
  readonly method: string;
  readonly path: string;
  readonly options: RequestOptions;
  readonly value: string;
  readonly expected: number;
}

const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const APPLY_PATCH = 'application/apply-patch+yaml';

export async function runWriter(options: WriterOptions): Promise<void> {
  const { name, random, client, record, running } = options;
  for (let number = 0; running(); number++) {
    const target = anyTarget(random);
    const attempt = await nextAttempt(random, client, target, `${name}-${number}`);
    const sentMs = performance.now();
    const { verb, method, path, value, expected } = attempt;
    const outcome = await client.request(method, path, attempt.options).then(
      (reply) => outcomeOf(target, verb, reply),
      (): WriteOutcome => ({ kind: 'unknown' }),
    );
    record({ verb, key: target.key, value, expected, outcome, sentMs, answeredMs: performance.now() });
    if (options.pauseMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, options.pauseMs));
  }
}

/** What a writer does next: on what is there an update, patch or delete; else a create or apply. */
async function nextAttempt(random: Random, client: H2Client, target: Target, value: string): Promise<Attempt> {
  const reply = await client.request('GET', target.path).catch(() => null);
  const dice = random.below(20);
  if (reply === null || reply.status !== 200) {
    return dice < 4 ? apply(random, target, value) : create(random, target, value);
  }
  const current = JSON.parse(reply.body.toString()) as WireObject;
  // Now and then another writer shall come first.
  if (dice % 3 === 0) await new Promise<void>((resolve) => setTimeout(resolve, random.below(10)));
  if (dice < 6) return update(random, target, current, value);
  if (dice < 12) return patch(random, target, current, value);
  if (dice < 14) return apply(random, target, value);
  if (dice < 15) return create(random, target, value);
  return remove(random, target, current);
}

function create(random: Random, target: Target, value: string): Attempt {
  const path = target.path.slice(0, target.path.lastIndexOf('/'));
  const options = { body: JSON.stringify(newObject(random, target, value)) };
  return { verb: 'create', method: 'POST', path, options, value, expected: 0 };
}

function update(random: Random, target: Target, current: WireObject, value: string): Attempt {
  const expected = Number(current.metadata.resourceVersion);
  const status = target.resource === 'pods' && random.below(3) === 0;
  const path = status ? `${target.path}/status` : target.path;
  const options = { body: JSON.stringify(changed(random, current, value)) };
  return { verb: 'update', method: 'PUT', path, options, value, expected };
}

function patch(random: Random, target: Target, current: WireObject, value: string): Attempt {
  const locked = random.below(3) === 0;
  const expected = locked ? Number(current.metadata.resourceVersion) : 0;
  const tier = pick(random, TIERS);
  const base = { verb: 'patch', method: 'PATCH', path: target.path, value, expected } as const;
  if (random.below(4) === 0) {
    const operations = [
      ...(locked ? [{ op: 'replace', path: '/metadata/resourceVersion', value: String(expected) }] : []),
      { op: 'replace', path: '/metadata/annotations/value', value },
      { op: 'replace', path: '/metadata/labels/tier', value: tier },
    ];
    return { ...base, options: { body: JSON.stringify(operations), contentType: JSON_PATCH } };
  }
  const metadata = {
    annotations: { value },
    labels: { tier },
    ...(locked ? { resourceVersion: String(expected) } : {}),
  };
  const contentType = random.below(2) === 0 ? MERGE_PATCH : STRATEGIC_PATCH;
  if (target.resource === 'configmaps' || random.below(2) === 0)
    return { ...base, options: { body: JSON.stringify({ metadata }), contentType } };
  const body = JSON.stringify({ metadata, status: { phase: pick(random, PHASES) } });
  return { ...base, path: `${target.path}/status`, options: { body, contentType } };
}

function apply(random: Random, target: Target, value: string): Attempt {
  // A pod's node may not be changed by who applies; config maps may be applied over what is there.
  const object = newObject(random, target, value) as WireObject;
  const body = target.resource === 'pods' ? withoutNode(object) : object;
  const path = `${target.path}?fieldManager=histories&force=true`;
  const options = { body: JSON.stringify(body), contentType: APPLY_PATCH };
  return { verb: 'apply', method: 'PATCH', path, options, value, expected: 0 };
}

function withoutNode(object: WireObject): WireObject {
  const { nodeName: _, ...spec } = object.spec ?? {};
  return { ...object, spec };
}

function remove(random: Random, target: Target, current: WireObject): Attempt {
  const locked = random.below(2) === 0;
  const { uid, resourceVersion } = current.metadata;
  const preconditions = locked ? { preconditions: { uid, resourceVersion } } : {};
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, ...preconditions });
  const expected = locked ? Number(resourceVersion) : 0;
  return { verb: 'delete', method: 'DELETE', path: target.path, options: { body }, value: '', expected };
}

/** Throws for an answer that no correct server gives here. */
function outcomeOf(target: Target, verb: Write['verb'], { status, body }: Reply): WriteOutcome {
  const answer = JSON.parse(body.toString());
  if (status === 404) return { kind: 'missing' };
  if (status === 409) return { kind: answer.reason === 'AlreadyExists' ? 'exists' : 'conflict' };
  if (status !== 200 && status !== 201) throw new Error(`${verb} ${target.key}: ${status} ${body}`);
  if (verb === 'delete') return { kind: 'deleted', uid: answer.metadata?.uid ?? answer.details?.uid };
  return { kind: 'written', state: stateOf(target.resource, answer) };
}

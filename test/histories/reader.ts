/** A client that gets and lists: consistent, from the cache, and page by page. */
import type { Random } from '../../src/base/random.ts';
import type { H2Client } from '../support/h2-client.ts';
import type { List, Read, Scope, State } from './history.ts';
import { anyTarget, collectionOf, scopeNumber, stateOf, type WireObject } from './objects.ts';

export interface ReaderOptions {
  readonly random: Random;
  readonly client: H2Client;
  readonly pauseMs: number;
  readonly record: (read: Read) => void;
  readonly running: () => boolean;
}

export async function runReader({ random, client, pauseMs, record, running }: ReaderOptions): Promise<void> {
  while (running()) {
    if (random.below(2) === 0) record(await getOne(random, client));
    else {
      const asked = random.below(3) === 0 ? '0' : '';
      const limit = asked === '' && random.below(2) === 0 ? 1 + random.below(7) : 0;
      record(await list(client, scopeNumber(random.below(12), random), asked, limit));
    }
    await new Promise<void>((resolve) => setTimeout(resolve, pauseMs));
  }
}

async function getOne(random: Random, client: H2Client): Promise<Read> {
  const target = anyTarget(random);
  const asked = random.below(3) === 0 ? '0' : '';
  const sentMs = performance.now();
  const reply = await client.request('GET', `${target.path}?resourceVersion=${asked}`);
  if (reply.status !== 200 && reply.status !== 404)
    throw new Error(`GET ${target.path}: ${reply.status} ${reply.body}`);
  const state = reply.status === 404 ? null : stateOf(target.resource, JSON.parse(reply.body.toString()));
  return { kind: 'get', key: target.key, asked, state, sentMs, answeredMs: performance.now() };
}

/** `limit` 0: in one page. */
export async function list(client: H2Client, scope: Scope, asked: '' | '0', limit: number): Promise<List> {
  const pages: { revision: number; items: State[] }[] = [];
  const sentMs = performance.now();
  let token = '';
  do {
    const paging = limit === 0 ? '' : `&limit=${limit}&continue=${encodeURIComponent(token)}`;
    const path = `${collectionOf(scope)}&resourceVersion=${asked}${paging}`;
    const reply = await client.request('GET', path);
    if (reply.status !== 200) throw new Error(`GET ${path}: ${reply.status} ${reply.body}`);
    const { metadata, items } = JSON.parse(reply.body.toString()) as {
      metadata: { resourceVersion: string; continue?: string };
      items: WireObject[];
    };
    if (limit !== 0 && items.length > limit) throw new Error(`GET ${path}: ${items.length} items`);
    pages.push({
      revision: Number(metadata.resourceVersion),
      items: items.map((item) => stateOf(scope.resource, item)),
    });
    token = metadata.continue ?? '';
  } while (token !== '');
  return { kind: 'list', scope, asked, pages, sentMs, answeredMs: performance.now() };
}

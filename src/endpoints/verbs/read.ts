/** GET of one object and of a collection. */

import { parseListOptions } from '../../meta/list-options.ts';
import { badRequest, notFound, StatusError } from '../../meta/status.ts';
import type { Entry } from '../../registry/entry.ts';
import { get } from '../../registry/get.ts';
import { type ListResult, list } from '../../registry/list.ts';
import { getScale } from '../../registry/scale.ts';
import { headersFor } from '../respond.ts';
import { answerEntry, answerList, answerObject, answerObjects } from './answer.ts';
import type { Call } from './call.ts';

/** Subresources that end at a kubelet or a pod. */
export const CONNECTS: ReadonlySet<string> = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

export function getVerb(call: Call): void | Promise<void> {
  const { services, ctx, resource, namespace, name, subresource } = call;
  if (resource.storage === null) return getComputed(call);
  if (subresource !== null && subresource.name === 'scale') return getScaleVerb(call);
  if (subresource !== null && CONNECTS.has(subresource.name)) return connect(call);
  const entry = get(services.registry, resource, namespace, name, ctx.query.get('resourceVersion') ?? '');
  return entry instanceof Promise
    ? entry.then((found) => answerEntry(call, 200, found))
    : answerEntry(call, 200, entry);
}

export function listVerb(call: Call): void | Promise<void> {
  const { services, ctx, resource, namespace } = call;
  if (resource.storage === null) {
    return answerObjects(call, services.computed.get(`${resource.group}/${resource.name}`)?.list() ?? [], {
      resourceVersion: '',
    });
  }
  const result: ListResult | Promise<ListResult> = list(
    services.registry,
    resource,
    namespace,
    parseListOptions(ctx.query),
  );
  return result instanceof Promise ? result.then((found) => answerList(call, found)) : answerList(call, result);
}

async function getScaleVerb(call: Call): Promise<void> {
  const { services, ctx, resource, namespace, name } = call;
  const scale = await getScale(services.registry, resource, namespace, name, ctx.query.get('resourceVersion') ?? '');
  await answerObject(call, 200, scale);
}

function getComputed(call: Call): void | Promise<void> {
  const { services, resource, name } = call;
  const objects = services.computed.get(`${resource.group}/${resource.name}`)?.list() ?? [];
  const object = objects.find((candidate) => candidate.metadata.name === name);
  if (object === undefined) throw notFound(resource.groupResource, name);
  return answerObject(call, 200, object);
}

/**
 * log, exec, attach, port-forward and proxy end at a kubelet or a pod. The object's own obstacles are told as upstream
 * does; reaching a kubelet is not built.
 */
export async function connect(call: Call): Promise<void> {
  const { services, resource, namespace, name } = call;
  const entry: Entry = await get(services.registry, resource, namespace, name, '');
  const object = JSON.parse(entry.bytes.toString()) as { spec?: { nodeName?: string } };
  if (resource.kind === 'Pod' && !object.spec?.nodeName) {
    // Nothing was logged where nothing runs.
    if (call.subresource?.name === 'log') return call.ctx.exchange.respond(204, headersFor(call.ctx, ''), null);
    throw badRequest(`pod ${name} does not have a host assigned`);
  }
  throw new StatusError(
    501,
    '',
    `${call.subresource?.name ?? ''} needs a connection to a node, which this server cannot make yet`,
  );
}

/** From a RequestInfo to the verb that serves it: which resource, is the verb one of its own, does the path fit its scope. */
import { offeredMediaTypes, resourceOffer } from '../../codec/negotiate.ts';
import { methodNotAllowed, notAcceptable } from '../../meta/status.ts';
import { type ResourceTable, resourceKey } from '../../registry/resource.ts';
import type { RequestContext, RouteHandler } from '../context.ts';
import { sendPageNotFound } from '../respond.ts';
import type { Call, VerbServices } from './call.ts';
import { deleteCollectionVerb, deleteVerb } from './delete.ts';
import { deprecationOf } from './deprecations.ts';
import { getVerb, listVerb } from './read.ts';
import { targetOf } from './target.ts';
import { watchVerb } from './watch.ts';
import { createVerb, patchVerb, updateVerb } from './write.ts';

type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';
type VerbHandler = (call: Call) => void | Promise<void>;

const VERBS = {
  create: createVerb,
  delete: deleteVerb,
  deletecollection: deleteCollectionVerb,
  get: getVerb,
  list: listVerb,
  patch: patchVerb,
  update: updateVerb,
  watch: watchVerb,
} satisfies Record<Verb, VerbHandler>;

export function createResourceHandler(services: VerbServices): RouteHandler {
  return (ctx) => dispatch(services, ctx);
}

function dispatch(services: VerbServices, ctx: RequestContext): void | Promise<void> {
  const { info } = ctx;
  const target = targetOf(info, services.resources());
  if (target === null) return sendPageNotFound(ctx, isServedGroup(services.resources(), info.group));
  const { resource, subresource, namespace, name } = target;
  const { method } = ctx.exchange;
  if (method === 'HEAD' || !isVerb(info.verb) || (info.verbByPath && method !== 'GET')) throw methodNotAllowed();
  const served = subresource === null ? resource.verbs : subresource.verbs;
  const needsNamespace =
    resource.namespaced && namespace === '' && (info.verb === 'create' || info.verb === 'deletecollection');
  const namelessWrite = (info.verb === 'update' || info.verb === 'patch') && name === '';
  const namedCreate = info.verb === 'create' && subresource === null && name !== '';
  if (!served.has(info.verb) || needsNamespace || namelessWrite || namedCreate) throw methodNotAllowed();
  const deprecation = deprecationOf(resourceKey(info.group, info.version, info.resource));
  if (deprecation !== null) ctx.warn(deprecation);
  const negotiated = services.negotiate(ctx.exchange.header('accept'));
  if (negotiated === null) throw notAcceptable(offeredMediaTypes(resourceOffer, info.verb === 'watch'));
  return VERBS[info.verb]({ services, ctx, resource, subresource, namespace, name, negotiated });
}

/** Only asked of paths that lead nowhere. */
function isServedGroup(resources: ResourceTable, group: string): boolean {
  for (const resource of resources.values()) if (resource.group === group) return true;
  return false;
}

function isVerb(verb: string): verb is Verb {
  return Object.hasOwn(VERBS, verb);
}

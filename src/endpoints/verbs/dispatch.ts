/** From a RequestInfo to the verb that serves it: which resource, is the verb one of its own, does the path fit its scope. */
import { offeredMediaTypes, resourceOffer } from '../../codec/negotiate.ts';
import { methodNotAllowed, notAcceptable } from '../../meta/status.ts';
import { resourceKey } from '../../registry/resource.ts';
import type { RequestContext, RouteHandler } from '../context.ts';
import { sendPageNotFound } from '../respond.ts';
import type { Call, VerbServices } from './call.ts';
import { deleteCollectionVerb, deleteVerb } from './delete.ts';
import { deprecationOf } from './deprecations.ts';
import { getVerb, listVerb } from './read.ts';
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
  const key = resourceKey(info.group, info.version, info.resource);
  const resource = services.resources().get(key);
  if (resource === undefined) return sendPageNotFound(ctx);
  const subresource = info.subresource === '' ? null : resource.subresources.get(info.subresource);
  if (subresource === undefined) return sendPageNotFound(ctx);
  if (!isVerb(info.verb)) throw methodNotAllowed();
  // A namespace names itself as its namespace.
  const namespace = resource.namespaced ? info.namespace : '';
  const name = info.parts[1] ?? '';
  if (!resource.namespaced && info.namespace !== '' && info.resource !== 'namespaces') return sendPageNotFound(ctx);
  if (resource.namespaced && namespace === '' && name !== '' && !info.verbByPath) return sendPageNotFound(ctx);
  const served = subresource === null ? resource.verbs : subresource.verbs;
  const needsNamespace =
    resource.namespaced && namespace === '' && (info.verb === 'create' || info.verb === 'deletecollection');
  const namedCreate = info.verb === 'create' && subresource === null && name !== '';
  if (!served.has(info.verb) || needsNamespace || namedCreate) throw methodNotAllowed();
  const deprecation = deprecationOf(key);
  if (deprecation !== null) ctx.warn(deprecation);
  const negotiated = services.negotiate(ctx.exchange.header('accept'));
  if (negotiated === null) throw notAcceptable(offeredMediaTypes(resourceOffer, info.verb === 'watch'));
  return VERBS[info.verb]({ services, ctx, resource, subresource, namespace, name, negotiated });
}

function isVerb(verb: string): verb is Verb {
  return Object.hasOwn(VERBS, verb);
}

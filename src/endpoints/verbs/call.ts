/** One request for an API resource, resolved: which resource, in which form the answer is wanted, who asks. */
import type { Authorizer } from '../../authz/authorizer.ts';
import { forbiddenError } from '../../authz/forbidden.ts';
import type { Negotiate, Negotiated } from '../../codec/negotiate.ts';
import type { YamlReader } from '../../codec/yaml-reader.ts';
import type { KubeObject } from '../../meta/object.ts';
import { defaultFieldManager } from '../../meta/write-options.ts';
import type { Caller, Registry } from '../../registry/registry.ts';
import type { Resource, ResourceTable, Subresource } from '../../registry/resource.ts';
import type { Messages } from '../../schema/protobuf-message.ts';
import { attributesOf } from '../attributes.ts';
import type { RequestContext } from '../context.ts';
import type { WatchEventMetrics } from '../metrics.ts';
import type { Conversions } from './conversions.ts';

/** What all verbs share; made once by the composition root. */
export interface VerbServices {
  readonly registry: Registry;
  /** Asked again by writes that turn out to create. */
  readonly authorizer: Authorizer;
  /** The protobuf form of every built-in type. */
  readonly messages: Messages;
  readonly readYaml: YamlReader;
  /** The table served now; swapped as a whole. */
  readonly resources: () => ResourceTable;
  readonly negotiate: Negotiate;
  readonly conversions: Conversions;
  readonly minRequestTimeoutSeconds: number;
  readonly watchMetrics: WatchEventMetrics;
  /** Objects that are computed, not stored (component statuses), by `<group>/<resource>`. */
  readonly computed: ReadonlyMap<string, ComputedReads>;
}

/** GET and LIST of a resource that nobody writes. */
export interface ComputedReads {
  list(): KubeObject[];
}

export interface Call {
  readonly services: VerbServices;
  readonly ctx: RequestContext;
  readonly resource: Resource;
  /** Null: the main resource. */
  readonly subresource: Subresource | null;
  /** '' for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** From the path; '' for collections. */
  readonly name: string;
  readonly negotiated: Negotiated;
}

export function callerOf(call: Call): Caller {
  const { ctx } = call;
  return {
    user: ctx.user,
    defaultFieldManager: defaultFieldManager(ctx.exchange.header('user-agent') ?? ''),
    warn: (text) => ctx.warn(text),
  };
}

/** What every write of this call says of itself. */
export function writeRequest(
  call: Call,
  options: { readonly dryRun: boolean; readonly fieldManager: string },
  bodyBytes: number,
) {
  return {
    resource: call.resource,
    subresource: call.subresource?.name ?? '',
    namespace: call.namespace,
    name: call.name,
    caller: callerOf(call),
    dryRun: options.dryRun,
    fieldManager: options.fieldManager,
    bodyBytes,
  };
}

/** A PUT or apply that would create needs the right to: the update that was allowed is another verb. */
export async function authorizeCreate(call: Call): Promise<void> {
  const attributes = { ...attributesOf(call.ctx), verb: 'create' };
  const { decision, reason, error } = await call.services.authorizer.authorize(attributes);
  if (decision !== 'allow') throw forbiddenError(attributes, reason === '' ? error : reason);
}

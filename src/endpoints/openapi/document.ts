/** What the OpenAPI builders take and give: plain JSON documents. */
import type { SubresourceRow } from '../../schema/resource-table.ts';
import type { TypeTable } from '../../schema/type-table.ts';
import type { Descriptions } from './descriptions.ts';

export type JsonSchema = { [key: string]: unknown };
export type OpenApiDocument = { [key: string]: unknown };

/** A served resource; a ResourceRow is one. */
export interface OpenApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Definition name of the kind. */
  readonly type: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly listKind: string | null;
  readonly storage: { readonly deleteReturns: 'object' | 'Status' } | null;
  readonly subresources: readonly SubresourceRow[];
  /** Made by a CustomResourceDefinition: no protobuf, no strategic merge, no watch paths. */
  readonly custom?: boolean;
}

export interface OpenApiInput {
  /** The resources that are served now. */
  readonly resources: readonly OpenApiResource[];
  readonly types: TypeTable;
  readonly descriptions: Descriptions;
  /** Definitions beyond the type table (custom kinds and their lists), with `$ref`s of the document's version. */
  readonly schemas: { readonly [name: string]: JsonSchema };
  /** Whether application/cbor is served (feature gate CBORServingAndStorage). */
  readonly cbor: boolean;
}

/** `io.k8s.api.core.v1.Pod` with `PodList` is `io.k8s.api.core.v1.PodList`. */
export function listTypeOf(resource: OpenApiResource): string {
  return resource.type.slice(0, resource.type.length - resource.kind.length) + resource.listKind;
}

/** `/api/v1`, `/apis/apps/v1` */
export function groupVersionPath(group: string, version: string): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** An object with its keys in order, so that equal documents are equal text. */
export function sortKeys<V>(object: { readonly [key: string]: V }): { [key: string]: V } {
  const sorted: { [key: string]: V } = {};
  for (const key of Object.keys(object).sort()) sorted[key] = object[key]!;
  return sorted;
}

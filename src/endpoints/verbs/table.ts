/** Table and PartialObjectMetadata: what `kubectl get` and metadata informers ask for (meta.k8s.io/v1). */
import type { KubeObject } from '../../meta/object.ts';
import { badRequest } from '../../meta/status.ts';
import type { Printer } from '../../registry/definition.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** metadata of a list, as far as it is known. */
export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export function includeObjectOf(text: string | null): IncludeObject {
  if (text === null || text === '' || text === 'Metadata') return 'Metadata';
  if (text === 'None' || text === 'Object') return text;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(text)}`);
}

/** `columns` false: later tables of a watch repeat no column definitions. */
export function tableOf(
  printer: Printer,
  objects: readonly KubeObject[],
  options: {
    readonly apiVersion: string;
    readonly include: IncludeObject;
    readonly nowMs: number;
    readonly metadata: ListMeta;
    readonly columns: boolean;
  },
): object {
  return {
    kind: 'Table',
    apiVersion: options.apiVersion,
    metadata: options.metadata,
    columnDefinitions: options.columns ? printer.columns : null,
    rows: objects.map((object) => rowOf(printer, object, options)),
  };
}

export function partialOf(object: KubeObject, apiVersion: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata };
}

export function rowOf(
  printer: Printer,
  object: KubeObject,
  options: { readonly apiVersion: string; readonly include: IncludeObject; readonly nowMs: number },
): unknown {
  const cells = printer.cells(object, options.nowMs);
  const conditions = printer.conditions?.(object) ?? [];
  const row = conditions.length > 0 ? { cells, conditions } : { cells };
  switch (options.include) {
    case 'None':
      return { ...row, object: null };
    case 'Metadata':
      return { ...row, object: partialOf(object, options.apiVersion) };
    case 'Object':
      return { ...row, object };
  }
}

/** The generated facts about OpenAPI paths (`src/generated/openapi.ts`), parsed on first use. */
import { OPENAPI_JSON } from '../../generated/openapi.ts';

export interface ParameterFact {
  /** Referred to in `/parameters` of the v2 document under its key. */
  readonly shared: boolean;
  readonly name: string;
  /** `query` or `path` */
  readonly in: string;
  readonly type: string;
  readonly description: string;
}

/** A path of no resource, answering GET. */
export interface PlainPath {
  readonly path: string;
  readonly operationId: string;
  readonly description: string | null;
  readonly tag: string;
  readonly consumes: readonly string[] | null;
  readonly produces: readonly string[] | null;
  /** Definition name or `string`; null: no 200 is described. */
  readonly response: string | null;
  readonly parameters: readonly string[];
}

export interface OpenApiFacts {
  /** By key: the name, with upstream's hash where it is shared (`continue-QfD61s0i`). */
  readonly parameters: { readonly [key: string]: ParameterFact };
  /** Keys of the parameters of an action, of `log`, and of connects by kind of options (`/path`: with a path behind). */
  readonly sets: { readonly [set: string]: readonly string[] };
  readonly plainPaths: readonly PlainPath[];
  /** Every [group, version] that knows DeleteOptions and WatchEvent, served or not. */
  readonly everyGroupVersion: readonly (readonly [string, string])[];
  /** Definitions of meta/v1 that are kinds of the core group. */
  readonly metaKinds: readonly string[];
}

let facts: OpenApiFacts | null = null;

export function openApiFacts(): OpenApiFacts {
  facts ??= JSON.parse(OPENAPI_JSON) as OpenApiFacts;
  return facts;
}

/**
 * OpenAPI of one set of served resources: documents are built when first asked for. When the set changes (a
 * CustomResourceDefinition, a gate) the server makes a new service.
 */

import type { OpenApiDocument, OpenApiInput } from './document.ts';
import { encodeOpenApiV2 } from './gnostic.ts';
import type { PathItem } from './operations.ts';
import { allPaths } from './paths.ts';
import { buildOpenApiV2 } from './v2.ts';
import { buildOpenApiV3, openApiHash, openApiV3Index, openApiV3Names } from './v3.ts';

export interface OpenApiService {
  /** `/openapi/v2`: about 2 MB, kept. */
  readonly v2Json: () => HashedText;
  /** `/openapi/v2` as gnostic protobuf, kept. */
  readonly v2Protobuf: () => HashedText;
  /** `/openapi/v3`: names every document with its hash, for which it builds each once. */
  readonly v3Index: () => HashedText;
  /** `/openapi/v3/<name>`, built anew, as clients keep it by its hash; null: no such document. */
  readonly v3: (name: string) => HashedText | null;
}

export interface HashedText {
  readonly body: Buffer;
  /** Upper-case hexadecimal SHA-512 of the JSON form: the ETag, and `?hash=`. */
  readonly hash: string;
}

/** `load` gives the input, on the first request: descriptions and tables are not read before. */
export function createOpenApi(load: () => OpenApiInput): OpenApiService {
  let input: OpenApiInput | null = null;
  let paths: readonly PathItem[] | null = null;
  let v2Document: HashedText | null = null;
  let protobuf: HashedText | null = null;
  let index: HashedText | null = null;

  const inputOf = (): OpenApiInput => {
    input ??= load();
    return input;
  };
  const pathsOf = (): readonly PathItem[] => {
    paths ??= allPaths(inputOf());
    return paths;
  };
  const v2Json = (): HashedText => {
    v2Document ??= textOf(buildOpenApiV2(inputOf()));
    return v2Document;
  };
  const v3 = (name: string): HashedText | null => {
    const document = buildOpenApiV3(name, inputOf(), pathsOf());
    return document === null ? null : textOf(document);
  };
  return {
    v2Json,
    v2Protobuf: () => {
      if (protobuf === null) {
        const { hash, body } = v2Json();
        protobuf = { body: Buffer.from(encodeOpenApiV2(JSON.parse(body.toString('utf8')))), hash };
      }
      return protobuf;
    },
    v3Index: () => {
      index ??= textOf(openApiV3Index(openApiV3Names(pathsOf()).map((name) => [name, v3(name)!.hash])));
      return index;
    },
    v3,
  };
}

function textOf(document: OpenApiDocument): HashedText {
  const body = Buffer.from(JSON.stringify(document));
  return { body, hash: openApiHash(body) };
}

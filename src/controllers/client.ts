/** A small client of the API for control loops: JSON over any transport that answers requests and watches. */
import type { LocalClient } from '../http/local.ts';
import type { KubeObject } from '../meta/object.ts';
import type { Status } from '../meta/status.ts';

export interface ObjectList {
  readonly items: KubeObject[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

/** An answer that is no success, with the server's Status. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, status: Partial<Status>) {
    super(status.message ?? `HTTP ${code}`);
    this.code = code;
    this.reason = status.reason ?? '';
  }
}

export interface ApiClient {
  /** Null: 404. Paths are whole and encoded: `/api/v1/namespaces/default`. */
  get(path: string): Promise<KubeObject | null>;
  list(path: string, query?: string): Promise<ObjectList>;
  create(path: string, object: unknown): Promise<KubeObject>;
  update(path: string, object: unknown): Promise<KubeObject>;
  mergePatch(path: string, patch: unknown): Promise<KubeObject>;
  apply(path: string, object: unknown, fieldManager: string): Promise<KubeObject>;
  /** True: there was something to delete. */
  delete(path: string, options?: unknown): Promise<boolean>;
  readonly transport: LocalClient;
}

const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/json' };

/** `component` is the User-Agent, and so the field manager of the loop's writes. */
export function createApiClient(transport: LocalClient, component: string): ApiClient {
  const headers = { ...JSON_TYPE, 'user-agent': component };

  async function call(
    method: string,
    path: string,
    query: string,
    body: unknown,
    contentType = 'application/json',
  ): Promise<unknown> {
    const response = await transport.request({
      method,
      path,
      query,
      headers: { ...headers, 'content-type': contentType },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = response.body.length === 0 ? {} : parse(response.body);
    if (response.status >= 300) throw new ApiError(response.status, answer as Partial<Status>);
    return answer;
  }

  return {
    transport,
    async get(path) {
      return unlessMissing(call('GET', path, '', undefined) as Promise<KubeObject>);
    },
    list: (path, query = '') => call('GET', path, query, undefined) as Promise<ObjectList>,
    create: (path, object) => call('POST', path, '', object) as Promise<KubeObject>,
    update: (path, object) => call('PUT', path, '', object) as Promise<KubeObject>,
    mergePatch: (path, patch) => call('PATCH', path, '', patch, 'application/merge-patch+json') as Promise<KubeObject>,
    apply: (path, object, fieldManager) =>
      call(
        'PATCH',
        path,
        `force=true&fieldManager=${fieldManager}`,
        object,
        'application/apply-patch+yaml',
      ) as Promise<KubeObject>,
    async delete(path, options) {
      return (await unlessMissing(call('DELETE', path, '', options))) !== null;
    },
  };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return null;
    throw error;
  }
}

function parse(body: Buffer): unknown {
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

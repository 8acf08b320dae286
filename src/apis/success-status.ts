import type { KubeObject } from '../meta/object.ts';

/** The answer, 201, to what is done rather than stored: bindings, evictions. */
export function successStatus(): KubeObject {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

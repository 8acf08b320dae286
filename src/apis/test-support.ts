/** What the tests of behaviours share: a fixed context, and errors as the sentences that clients read. */
import { fieldErrorText } from '../meta/field-error.ts';
import type { KubeObject } from '../meta/object.ts';
import type { Behavior, Cell, WriteContext } from '../registry/definition.ts';

export const CONTEXT: WriteContext = {
  apiVersion: 'v1',
  user: { name: 'jane', uid: 'u1', groups: ['devs'], extra: { scope: ['a'] } },
  now: '2024-01-02T03:04:05Z',
  nowMs: Date.parse('2024-01-02T03:04:05Z'),
  dryRun: false,
  uuid: () => '00000000-0000-4000-8000-000000000000',
};

/** An object named `a`, created an hour before CONTEXT's now. */
export function objectOf(fields: object, metadata: KubeObject['metadata'] = {}): KubeObject {
  return {
    metadata: { name: 'a', creationTimestamp: '2024-01-02T02:04:05Z', ...metadata },
    ...structuredClone(fields),
  };
}

export function createErrors(behavior: Behavior, object: KubeObject): string[] {
  return (behavior.validate?.(object, CONTEXT) ?? []).map(fieldErrorText);
}

export function updateErrors(behavior: Behavior, object: KubeObject, old: KubeObject): string[] {
  return (behavior.validateUpdate?.(object, old, CONTEXT) ?? []).map(fieldErrorText);
}

/** Errors of a write to a subresource, after its preparation. */
export function subresourceErrors(behavior: Behavior, name: string, object: KubeObject, old: KubeObject): string[] {
  const rules = behavior.subresources[name];
  rules?.prepareForUpdate(object, old, CONTEXT);
  return (rules?.validateUpdate?.(object, old, CONTEXT) ?? []).map(fieldErrorText);
}

export function row(behavior: Behavior, object: KubeObject): Cell[] {
  return behavior.printer.cells(object, CONTEXT.nowMs);
}

/** The object after defaulting. */
export function defaulted(behavior: Behavior, object: KubeObject): KubeObject {
  behavior.setDefaults?.(object);
  return object;
}

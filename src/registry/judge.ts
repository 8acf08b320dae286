import type { GroupResource } from '../meta/object.ts';
import { invalid, StatusError } from '../meta/status.ts';

const WHY = 'the rules of this kind cannot judge the object; look in the logs for details';

/**
 * What a kind's rules (defaults, preparation, validation) say. They are pure functions of an object that a client made: one that
 * throws has met a shape that it does not expect. The object is refused, since nobody vouches for it and sending it again cannot
 * help: 422 with a cause of type InternalError. `cause` is the bug, to be logged and counted by whoever answers.
 */
export function judged<T>(kind: GroupResource, name: string, rules: () => T): T {
  try {
    return rules();
  } catch (error) {
    if (error instanceof StatusError) throw error;
    const refusal = invalid(kind, name, [{ type: 'InternalError', field: 'metadata', value: undefined, detail: WHY }]);
    refusal.cause = error;
    throw refusal;
  }
}

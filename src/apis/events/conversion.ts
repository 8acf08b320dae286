/** Events between events.k8s.io/v1 and the core form in which both groups' events are stored. */
import type { KubeObject } from '../../meta/object.ts';
import type { Conversion } from '../../registry/definition.ts';

/** [events.k8s.io, core]; the other fields have one name. */
const NAMES: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];
const REFERENCE_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

export const eventV1: Conversion = {
  toStorage(object) {
    for (const [theirs, ours] of NAMES) rename(object, theirs, ours);
    return object;
  },
  fromStorage(object) {
    for (const [theirs, ours] of NAMES) rename(object, ours, theirs);
    return object;
  },
  fieldLabelAliases: {
    reportingController: 'reportingComponent',
    ...Object.fromEntries(REFERENCE_FIELDS.map((field) => [`regarding.${field}`, `involvedObject.${field}`])),
  },
};

function rename(object: KubeObject, from: string, to: string): void {
  const value = object[from];
  if (value === undefined) return;
  delete object[from];
  object[to] = value;
}

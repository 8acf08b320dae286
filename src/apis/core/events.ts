/** events, of both groups: events.k8s.io is converted to this form. */
import type { Event, ObjectReference } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems, qualifiedNameProblems } from '../../meta/names.ts';
import type { Cell } from '../../registry/definition.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkImmutable } from '../field-rules.ts';
import { ageText, column, NAME, printer, wideColumn } from '../printing.ts';
import { coreFieldLabel } from './unknown-field-label.ts';

const TEXT_MAX = 128;
const MESSAGE_MAX = 1024;

export const events = behavior<Event>({
  validate,
  validateUpdate(event, old) {
    const errors = validate(event);
    // New-style events are counted by their series; what they say stays.
    if (isNewStyle(old)) checkImmutable(errors, 'eventTime', event.eventTime, old.eventTime);
    return errors;
  },
  allowCreateOnUpdate: true,
  ttl: 'event-ttl',
  fieldLabels: {
    'involvedObject.kind': reference('kind'),
    'involvedObject.namespace': reference('namespace'),
    'involvedObject.name': reference('name'),
    'involvedObject.uid': reference('uid'),
    'involvedObject.apiVersion': reference('apiVersion'),
    'involvedObject.resourceVersion': reference('resourceVersion'),
    'involvedObject.fieldPath': reference('fieldPath'),
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent ?? '',
    source: (event) => event.source?.component || event.reportingComponent || '',
    type: (event) => event.type ?? '',
  },
  unknownFieldLabel: coreFieldLabel,
  printer: printer<Stored<Event>>(
    [
      column('Last Seen', 'string', 'Time since it last happened.'),
      column('Type', 'string', 'Normal or Warning.'),
      column('Reason', 'string', 'Why it happened, in a word.'),
      column('Object', 'string', 'Object that it happened to.'),
      wideColumn('Subobject', 'string', 'Part of the object.'),
      wideColumn('Source', 'string', 'Who reported it.'),
      column('Message', 'string', 'What happened.'),
      wideColumn('First Seen', 'string', 'Time since it first happened.'),
      wideColumn('Count', 'string', 'How often it happened.'),
      { ...NAME, priority: 1 },
    ],
    cells,
  ),
});

function reference(field: keyof ObjectReference): (event: Stored<Event>) => string {
  return ({ involvedObject }) => involvedObject?.[field] ?? '';
}

function cells(event: Stored<Event>, nowMs: number): Cell[] {
  const { involvedObject: about = {}, series } = event;
  const firstSeen = event.firstTimestamp ?? event.eventTime;
  const lastSeen = series?.lastObservedTime ?? event.lastTimestamp ?? firstSeen;
  const kind = (about.kind ?? '').toLowerCase();
  return [
    ageText(lastSeen, nowMs),
    event.type ?? '',
    event.reason ?? '',
    about.name ? `${kind}/${about.name}` : kind,
    about.fieldPath ?? '',
    sourceText(event),
    (event.message ?? '').trim(),
    ageText(firstSeen, nowMs),
    series === undefined ? event.count || 1 : (series.count ?? 0),
    event.metadata.name ?? '',
  ];
}

function sourceText({ source, reportingComponent = '', reportingInstance = '' }: Stored<Event>): string {
  const component = source?.component || reportingComponent;
  const host = source?.host || reportingInstance;
  return host === '' ? component : `${component}, ${host}`;
}

function validate(event: Stored<Event>): FieldError[] {
  const errors: FieldError[] = [];
  const namespace = event.metadata.namespace ?? '';
  const about = event.involvedObject?.namespace ?? '';
  // Cluster-wide objects' events live in the default namespace (those of new style, in kube-system as well).
  const isNew = isNewStyle(event);
  const fits =
    about === '' ? namespace === 'default' || (isNew && namespace === 'kube-system') : isNew || about === namespace;
  if (!fits) errors.push(invalidValue('involvedObject.namespace', about, 'does not match event.namespace'));
  if (isNew) checkNewStyle(errors, event);
  addProblems(errors, 'namespace', namespace, dns1123SubdomainProblems(namespace));
  return errors;
}

/** Without a time it is of the old style, in which null is stored. */
function isNewStyle({ eventTime }: Stored<Event>): boolean {
  return eventTime !== undefined && eventTime !== null;
}

function checkNewStyle(errors: FieldError[], event: Stored<Event>): void {
  const { reportingComponent = '' } = event;
  // Errors name this field as events.k8s.io does.
  if (reportingComponent === '') errors.push(required('reportingController'));
  addProblems(errors, 'reportingController', reportingComponent, qualifiedNameProblems(reportingComponent));
  checkLength(errors, 'reportingInstance', event.reportingInstance, true, TEXT_MAX);
  checkLength(errors, 'action', event.action, true, TEXT_MAX);
  checkLength(errors, 'reason', event.reason, true, TEXT_MAX);
  checkLength(errors, 'message', event.message, false, MESSAGE_MAX);
}

function checkLength(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  needed: boolean,
  max: number,
): void {
  if (!value && needed) errors.push(required(field));
  if (Buffer.byteLength(value ?? '') > max) errors.push(invalidValue(field, '', `can have at most ${max} characters`));
}

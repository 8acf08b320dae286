/** events, of both groups: events.k8s.io is converted to this form. */
import type { Event, ObjectReference } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems, qualifiedNameProblems } from '../../meta/names.ts';
import type { Cell } from '../../registry/definition.ts';
import { deepEqual } from '../../schema/equal.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkImmutableStruct, IMMUTABLE_TEXT } from '../field-rules.ts';
import { ageText, column, NAME, printer, wideColumn } from '../printing.ts';
import { sameValues } from '../semantic.ts';
import { coreFieldLabel } from './unknown-field-label.ts';

const TEXT_MAX = 128;
const MESSAGE_MAX = 1024;

export const events = behavior<Event>({
  validate(event, { apiVersion }) {
    const errors = validate(event, apiVersion);
    if (apiVersion !== 'v1') checkStrictly(errors, event);
    return errors;
  },
  validateUpdate(event, old, { apiVersion }) {
    const errors = validate(event, apiVersion);
    if (apiVersion !== 'v1') checkKept(errors, event, old);
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

/** What events.k8s.io demands of a new event, and core does not. */
function checkStrictly(errors: FieldError[], event: Stored<Event>): void {
  checkSeries(errors, event);
  if (!isNewStyle(event)) errors.push(required('eventTime'));
  const { type = '', source } = event;
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalidValue('type', '', `has invalid value: ${type}`));
  const unset = (field: string): void => {
    errors.push(invalidValue(field, '', 'needs to be unset'));
  };
  if (event.firstTimestamp) unset('firstTimestamp');
  if (event.lastTimestamp) unset('lastTimestamp');
  if (event.count) unset('count');
  if (source?.component || source?.host) unset('source');
}

function checkSeries(errors: FieldError[], { series }: Stored<Event>): void {
  if (series === undefined) return;
  if ((series.count ?? 0) < 2) errors.push(invalidValue('series.count', '', 'should be at least 2'));
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime'));
}

const REFERENCE = 'io.k8s.api.core.v1.ObjectReference';

/** Only an event's series goes on. */
function checkKept(errors: FieldError[], event: Stored<Event>, old: Stored<Event>): void {
  if (!deepEqual(event.series, old.series)) checkSeries(errors, event);
  const kept = (field: string, value: unknown, was: unknown): void => {
    if (!deepEqual(value, was)) errors.push(invalidValue(field, value, IMMUTABLE_TEXT));
  };
  const text = (field: 'reason' | 'message' | 'type' | 'action' | 'reportingInstance'): void =>
    kept(field, event[field] ?? '', old[field] ?? '');
  checkImmutableStruct(errors, 'involvedObject', REFERENCE, event.involvedObject ?? {}, old.involvedObject ?? {});
  text('reason');
  text('message');
  checkImmutableStruct(errors, 'source', 'io.k8s.api.core.v1.EventSource', event.source ?? {}, old.source ?? {});
  kept('firstTimestamp', event.firstTimestamp ?? null, old.firstTimestamp ?? null);
  kept('lastTimestamp', event.lastTimestamp ?? null, old.lastTimestamp ?? null);
  kept('count', event.count ?? 0, old.count ?? 0);
  text('reason');
  text('type');
  kept('eventTime', event.eventTime ?? null, old.eventTime ?? null);
  text('action');
  if (
    !sameValues(REFERENCE, event.related, old.related) ||
    (event.related === undefined) !== (old.related === undefined)
  )
    errors.push(invalidValue('related', event.related ?? null, IMMUTABLE_TEXT));
  kept('reportingController', event.reportingComponent ?? '', old.reportingComponent ?? '');
  text('reportingInstance');
}

function validate(event: Stored<Event>, apiVersion: string): FieldError[] {
  const errors: FieldError[] = [];
  const namespace = event.metadata.namespace ?? '';
  const about = event.involvedObject?.namespace ?? '';
  // Cluster-wide objects' events live in the default namespace (those of new style, in kube-system as well).
  const isNew = isNewStyle(event);
  const fits =
    about === '' ? namespace === 'default' || (isNew && namespace === 'kube-system') : isNew || about === namespace;
  if (!fits) errors.push(invalidValue('involvedObject.namespace', about, 'does not match event.namespace'));
  if (isNew) checkNewStyle(errors, event, apiVersion === 'v1' ? 'reportingComponent' : 'reportingController');
  addProblems(errors, 'namespace', namespace, dns1123SubdomainProblems(namespace));
  return errors;
}

/** Without a time it is of the old style, in which null is stored. */
function isNewStyle({ eventTime }: Stored<Event>): boolean {
  return eventTime !== undefined && eventTime !== null;
}

function checkNewStyle(errors: FieldError[], event: Stored<Event>, controller: string): void {
  const { reportingComponent = '' } = event;
  if (reportingComponent === '') errors.push(required(controller));
  addProblems(errors, controller, reportingComponent, qualifiedNameProblems(reportingComponent));
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

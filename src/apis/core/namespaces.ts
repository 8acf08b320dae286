/** namespaces */
import type { Namespace } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue } from '../../meta/field-error.ts';
import { nameIsDnsLabel, qualifiedNameProblems } from '../../meta/names.ts';
import type { SubresourceBehavior } from '../../registry/definition.ts';
import { behavior, keepField, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { addProblems } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { coreFieldLabel } from './unknown-field-label.ts';

const FINALIZER = 'kubernetes';
const NAME_LABEL = 'kubernetes.io/metadata.name';
const STANDARD_FINALIZERS: readonly string[] = [FINALIZER, 'foregroundDeletion', 'orphan'];

const finalize: SubresourceBehavior<Stored<Namespace>> = {
  prepareForUpdate: keepStatus,
  validateUpdate: (namespace) => {
    const errors: FieldError[] = [];
    namespace.spec?.finalizers?.forEach((name, i) => {
      checkFinalizer(errors, `spec.finalizers[${i}]`, name);
    });
    return errors;
  },
  resetFields: ['status'],
};

const status = statusSubresource<Namespace>({
  validateUpdate(namespace) {
    const phase = namespace.status?.phase ?? '';
    const deleting = namespace.metadata.deletionTimestamp !== undefined;
    const expected = deleting ? 'Terminating' : 'Active';
    if (phase === expected) return [];
    const text = `may only be '${expected}' if \`deletionTimestamp\` is ${deleting ? 'not ' : ''}empty`;
    return [invalidValue('status.Phase', phase, text)];
  },
});

export const namespaces = behavior<Namespace>({
  repeatsMetadataChecks: true,
  validateName: nameIsDnsLabel,
  setDefaults(namespace) {
    setNameLabel(namespace);
    namespace.status ??= {};
    namespace.status.phase ??= 'Active';
  },
  prepareForCreate(namespace) {
    // A generated name was not known when defaults were set.
    setNameLabel(namespace);
    namespace.status = { phase: 'Active' };
    namespace.spec ??= {};
    const finalizers = namespace.spec.finalizers ?? [];
    if (!finalizers.includes(FINALIZER)) namespace.spec.finalizers = [...finalizers, FINALIZER];
  },
  prepareForUpdate(namespace, old) {
    namespace.spec ??= {};
    keepField(namespace.spec, old.spec ?? {}, 'finalizers');
    keepStatus(namespace, old);
  },
  validate(namespace) {
    const errors: FieldError[] = [];
    for (const name of namespace.spec?.finalizers ?? []) checkFinalizer(errors, 'spec.finalizers', name);
    return errors;
  },
  resetFields: ['status'],
  holdsDeletion: ({ spec }) => (spec?.finalizers ?? []).length > 0,
  beginDeletion(namespace) {
    namespace.status ??= {};
    namespace.status.phase = 'Terminating';
  },
  deletionUnderWay:
    'The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.',
  fieldLabels: { 'status.phase': (namespace) => namespace.status?.phase ?? '' },
  fieldLabelAliases: { name: 'metadata.name' },
  unknownFieldLabel: coreFieldLabel,
  printer: printer<Stored<Namespace>>(
    [NAME, column('Status', 'string', 'Whether the namespace is in use or being emptied.'), AGE],
    (namespace, nowMs) => [namespace.metadata.name ?? '', namespace.status?.phase ?? '', age(namespace, nowMs)],
  ),
  subresources: { status, finalize },
});

function setNameLabel({ metadata }: Stored<Namespace>): void {
  if (!metadata.name) return;
  metadata.labels ??= {};
  metadata.labels[NAME_LABEL] = metadata.name;
}

function checkFinalizer(errors: FieldError[], field: string, name: string): void {
  addProblems(errors, field, name, qualifiedNameProblems(name));
  if (!name.includes('/') && !STANDARD_FINALIZERS.includes(name)) {
    errors.push(invalidValue(field, name, 'name is neither a standard finalizer name nor is it fully qualified'));
  }
}

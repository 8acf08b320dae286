import type { Condition } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue } from '../../meta/field-error.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from '../../meta/names.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { addProblems, checkConditions, checkImmutable, checkImmutableStruct, checkText } from '../field-rules.ts';
import { column, NAME, printer } from '../printing.ts';

/** storagemigration.k8s.io/v1beta1 (KEP-4192) */
interface StorageVersionMigration {
  metadata?: ObjectMeta;
  spec?: { resource?: { group?: string; resource?: string } };
  status?: { conditions?: Condition[]; resourceVersion?: string };
}

type Migration = Stored<StorageVersionMigration>;

export const storageVersionMigrations = behavior<StorageVersionMigration>({
  repeatsMetadataChecks: true,
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate(migration) {
    const errors: FieldError[] = [];
    const { group = '', resource } = migration.spec?.resource ?? {};
    if (group !== '') addProblems(errors, 'spec.resource.group', group, dns1123SubdomainProblems(group));
    checkText(errors, 'spec.resource.resource', resource, dns1123LabelProblems);
    return errors;
  },
  validateUpdate(migration, old) {
    const errors: FieldError[] = [];
    checkImmutableStruct(
      errors,
      'spec',
      'io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationSpec',
      migration.spec ?? {},
      old.spec ?? {},
    );
    return errors;
  },
  subresources: {
    status: statusSubresource<StorageVersionMigration>({ keepMetadata: ALL_METADATA, validateUpdate: validateStatus }),
  },
  printer: printer([NAME, column('Resource', 'string', 'Resource whose objects are written anew.')], (migration) => [
    migration.metadata.name ?? '',
    resourceText(migration),
  ]),
});

function validateStatus(migration: Migration, old: Migration): FieldError[] {
  const errors: FieldError[] = [];
  const field = 'status.conditions';
  checkConditions(errors, field, migration.status?.conditions);
  if (isTrue(migration, 'Succeeded') && isTrue(migration, 'Failed')) {
    const conditions = migration.status?.conditions ?? [];
    errors.push(invalidValue(field, conditions, 'Both success and failed conditions cannot be true at the same time'));
  }
  for (const type of ['Succeeded', 'Failed']) {
    if (isTrue(old, type) && !isTrue(migration, type))
      errors.push(forbiddenField(field, `${type} condition cannot be set to false once it is set to true`));
  }
  const before = old.status?.resourceVersion;
  if (before !== undefined) checkImmutable(errors, 'status.resourceVersion', migration.status?.resourceVersion, before);
  return errors;
}

function isTrue(migration: Migration, type: string): boolean {
  return (migration.status?.conditions ?? []).some(
    (condition) => condition.type === type && condition.status === 'True',
  );
}

function resourceText(migration: Migration): string {
  const { group = '', resource = '' } = migration.spec?.resource ?? {};
  return group === '' ? resource : `${resource}.${group}`;
}

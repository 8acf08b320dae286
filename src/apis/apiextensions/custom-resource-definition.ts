import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { dns1035LabelProblems, dns1123SubdomainProblems } from '../../meta/names.ts';
import { checkClientConfig, defaultClientConfig } from '../admissionregistration/client-config.ts';
import { ALL_METADATA, behavior, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { checkImmutable, checkRequiredOneOf } from '../field-rules.ts';
import { checkVersions } from './versions.ts';

type Definition = Stored<CustomResourceDefinition>;
type Spec = Partial<CustomResourceDefinitionSpec>;

const APPROVAL_ANNOTATION = 'api-approved.kubernetes.io';
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

export const customResourceDefinitions = behavior<CustomResourceDefinition>({
  generation: 'spec',
  allowUnconditionalUpdate: false,
  setDefaults,
  prepareForCreate(definition) {
    definition.status = {};
    recordStorageVersion(definition);
  },
  prepareForUpdate(definition, old) {
    keepStatus(definition, old);
    recordStorageVersion(definition);
  },
  resetFields: ['status'],
  validate: (definition) => validate(definition, definition.status?.storedVersions ?? []),
  validateUpdate,
  subresources: {
    status: statusSubresource<CustomResourceDefinition>({
      keepMetadata: ALL_METADATA,
      validateUpdate: (definition) => {
        const errors: FieldError[] = [];
        checkStoredVersions(errors, definition, definition.status?.storedVersions ?? []);
        return errors;
      },
    }),
  },
});

function setDefaults({ spec }: Definition): void {
  if (spec === undefined) return;
  const { names } = spec;
  if (names !== undefined) {
    const kind = names.kind ?? '';
    if (!names.singular && kind !== '') names.singular = kind.toLowerCase();
    if (!names.listKind && kind !== '') names.listKind = `${kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
  spec.conversion.strategy ??= 'None';
  defaultClientConfig(spec.conversion.webhook?.clientConfig);
}

/** Every version that ever was the storage version stays named, as objects may still be stored in it. */
function recordStorageVersion(definition: Definition): void {
  const storage = (definition.spec?.versions ?? []).find((version) => version.storage === true)?.name;
  if (storage === undefined) return;
  definition.status ??= {};
  const stored = definition.status.storedVersions ?? [];
  definition.status.storedVersions = stored.includes(storage) ? stored : [...stored, storage];
}

function validate(definition: Definition, storedVersions: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const spec: Spec = definition.spec ?? {};
  const name = definition.metadata.name ?? '';
  if (name !== `${spec.names?.plural ?? ''}.${spec.group ?? ''}`) {
    errors.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
  }
  checkGroup(errors, spec.group ?? '');
  checkRequiredOneOf(errors, 'spec.scope', spec.scope, ['Cluster', 'Namespaced']);
  checkVersions(errors, spec);
  checkNames(errors, spec.names);
  checkConversion(errors, spec);
  checkStoredVersions(errors, definition, storedVersions);
  checkApproval(errors, definition);
  return errors;
}

function validateUpdate(definition: Definition, old: Definition): FieldError[] {
  const errors = validate(definition, definition.status?.storedVersions ?? []);
  const established = (old.status?.conditions ?? []).some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );
  if (established) {
    checkImmutable(errors, 'spec.scope', definition.spec?.scope, old.spec?.scope);
    checkImmutable(errors, 'spec.names.kind', definition.spec?.names?.kind, old.spec?.names?.kind);
  }
  checkImmutable(errors, 'spec.group', definition.spec?.group, old.spec?.group);
  checkImmutable(errors, 'spec.names.plural', definition.spec?.names?.plural, old.spec?.names?.plural);
  return errors;
}

function checkGroup(errors: FieldError[], group: string): void {
  const problems = dns1123SubdomainProblems(group);
  if (group === '') errors.push(required('spec.group'));
  else if (problems.length > 0) errors.push(invalidValue('spec.group', group, problems.join(',')));
  else if (!group.includes('.'))
    errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
}

const MIXED_CASE = 'may have mixed case, but should otherwise match: ';

function checkNames(errors: FieldError[], names: CustomResourceDefinitionNames | undefined): void {
  const { plural = '', singular = '', kind = '', listKind = '', shortNames = [], categories = [] } = names ?? {};
  const field = 'spec.names';
  for (const [key, value] of Object.entries({ plural, singular, kind, listKind })) {
    if (value === '') errors.push(required(`${field}.${key}`));
  }
  checkLabel(errors, `${field}.plural`, plural, plural, '');
  checkLabel(errors, `${field}.singular`, singular, singular, '');
  checkLabel(errors, `${field}.kind`, kind, kind.toLowerCase(), MIXED_CASE);
  checkLabel(errors, `${field}.listKind`, listKind, listKind.toLowerCase(), MIXED_CASE);
  shortNames.forEach((name, i) => {
    checkLabel(errors, `${field}.shortNames[${i}]`, name, name, '');
  });
  categories.forEach((name, i) => {
    checkLabel(errors, `${field}.categories[${i}]`, name, name, '');
  });
  if (kind !== '' && kind === listKind)
    errors.push(invalidValue(`${field}.listKind`, listKind, 'kind and listKind may not be the same'));
}

function checkLabel(errors: FieldError[], field: string, value: string, checked: string, lead: string): void {
  if (value === '') return;
  const problems = dns1035LabelProblems(checked);
  if (problems.length > 0) errors.push(invalidValue(field, value, lead + problems.join(',')));
}

function checkConversion(errors: FieldError[], spec: Spec): void {
  const { conversion } = spec;
  const field = 'spec.conversion';
  checkRequiredOneOf(errors, `${field}.strategy`, conversion?.strategy, ['None', 'Webhook']);
  if (conversion?.strategy !== 'Webhook') {
    if (conversion?.webhook !== undefined) {
      errors.push({
        type: 'FieldValueForbidden',
        field: `${field}.webhook`,
        value: undefined,
        detail: 'should not be set when strategy is not set to Webhook',
      });
    }
    return;
  }
  if (conversion.webhook?.clientConfig === undefined) {
    errors.push(required(`${field}.webhookClientConfig`, 'required when strategy is set to Webhook'));
  } else {
    checkClientConfig(errors, `${field}.webhookClientConfig`, conversion.webhook.clientConfig);
  }
  const versions = conversion.webhook?.conversionReviewVersions ?? [];
  const known = REVIEW_VERSIONS.join(', ');
  const at = `${field}.conversionReviewVersions`;
  if (versions.length === 0) errors.push(required(at, `must specify one of ${known}`));
  else if (!versions.some((version) => REVIEW_VERSIONS.includes(version))) {
    errors.push(invalidValue(at, versions, `must include at least one of ${known}`));
  }
}

function checkStoredVersions(errors: FieldError[], definition: Definition, stored: readonly string[]): void {
  const versions = definition.spec?.versions ?? [];
  const field = 'status.storedVersions';
  const storage = versions.find((version) => version.storage === true)?.name;
  if (stored.length === 0) errors.push(invalidValue(field, stored, 'must have at least one stored version'));
  stored.forEach((name, i) => {
    if (versions.some((version) => version.name === name)) return;
    const text = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalidValue(`${field}[${i}]`, name, text));
  });
  if (stored.length > 0 && storage !== undefined && !stored.includes(storage)) {
    errors.push(invalidValue(field, stored, `must have the storage version ${storage}`));
  }
}

/** Groups of the community need its approval (KEP-1111). */
function checkApproval(errors: FieldError[], definition: Definition): void {
  const group = definition.spec?.group ?? '';
  const isProtected =
    group === 'k8s.io' || group === 'kubernetes.io' || group.endsWith('.k8s.io') || group.endsWith('.kubernetes.io');
  if (!isProtected) return;
  const field = `metadata.annotations[${APPROVAL_ANNOTATION}]`;
  const value = definition.metadata.annotations?.[APPROVAL_ANNOTATION] ?? '';
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  if (value === '') {
    errors.push(required(field, `protected groups must have approval annotation "${APPROVAL_ANNOTATION}", ${see}`));
  } else if (!value.startsWith('unapproved') && !URL.canParse(value)) {
    const text = `protected groups must have approval annotation "${APPROVAL_ANNOTATION}" with either a URL or a reason starting with "unapproved", ${see}`;
    errors.push(invalidValue(field, value, text));
  }
}

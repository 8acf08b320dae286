/** Validation of metadata, common to all kinds. Upstream's rules and sentences. */
import { Buffer } from 'node:buffer';
import { goQuote, goStringList, isGoPrintable } from '../base/go-text.ts';
import { type FieldError, forbiddenField, invalidValue, required, tooLong } from './field-error.ts';
import { validateLabels } from './label-selector.ts';
import { nameIsDnsLabel, qualifiedNameProblems, type ValidateName } from './names.ts';
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './object.ts';

/** Keys and values of all annotations of an object together. */
export const annotationsBytesMax = 256 * 1024;

/** metadata.managedFields[].manager and the fieldManager parameter. */
export const fieldManagerBytesMax = 128;

const SUBRESOURCE_BYTES_MAX = 256;

export const FINALIZER_ORPHAN = 'orphan';
export const FINALIZER_FOREGROUND = 'foregroundDeletion';
/** Finalizers that need no domain: those of the garbage collector and that of namespaces. */
const STANDARD_FINALIZERS: readonly string[] = [FINALIZER_ORPHAN, FINALIZER_FOREGROUND, 'kubernetes'];

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  readonly validateName: ValidateName;
  /** Where the metadata stands: `metadata`. */
  readonly field: string;
}

/** The metadata of a new object, after its name was generated. */
export function validateObjectMeta(meta: ObjectMeta, rules: ObjectMetaRules): FieldError[] {
  const { field, validateName } = rules;
  const errors: FieldError[] = [];
  const { name = '', generateName = '', namespace = '' } = meta;
  if (generateName !== '') {
    for (const problem of validateName(generateName, true))
      errors.push(invalidValue(`${field}.generateName`, generateName, problem));
  }
  if (name === '') errors.push(required(`${field}.name`, 'name or generateName is required'));
  else for (const problem of validateName(name, false)) errors.push(invalidValue(`${field}.name`, name, problem));
  if (rules.namespaced) {
    if (namespace === '') errors.push(required(`${field}.namespace`));
    else
      for (const problem of nameIsDnsLabel(namespace, false))
        errors.push(invalidValue(`${field}.namespace`, namespace, problem));
  } else if (namespace !== '') {
    errors.push(forbiddenField(`${field}.namespace`, 'not allowed on this type'));
  }
  if (meta.generation !== undefined && meta.generation < 0) {
    errors.push(invalidValue(`${field}.generation`, meta.generation, 'must be greater than or equal to 0'));
  }
  validateLabels(meta.labels, `${field}.labels`, errors);
  validateAnnotations(meta.annotations, `${field}.annotations`, errors);
  validateOwnerReferences(meta.ownerReferences, `${field}.ownerReferences`, errors);
  validateFinalizers(meta.finalizers, `${field}.finalizers`, errors);
  validateManagedFields(meta.managedFields, `${field}.managedFields`, errors);
  return errors;
}

/** The metadata of an update, against that of the stored object. */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, field = 'metadata'): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) validateNoNewFinalizers(meta, old, `${field}.finalizers`, errors);
  if (meta.resourceVersion === undefined || meta.resourceVersion === '') {
    errors.push(invalidValue(`${field}.resourceVersion`, '', 'must be specified for an update'));
  }
  const generation = meta.generation ?? 0;
  if (generation < (old.generation ?? 0))
    errors.push(invalidValue(`${field}.generation`, generation, 'must not be decremented'));
  for (const name of ['name', 'namespace', 'uid'] as const) {
    immutable(`${field}.${name}`, meta[name] ?? '', old[name] ?? '', errors);
  }
  for (const name of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    immutable(`${field}.${name}`, meta[name] ?? null, old[name] ?? null, errors);
  }
  validateLabels(meta.labels, `${field}.labels`, errors);
  validateAnnotations(meta.annotations, `${field}.annotations`, errors);
  validateOwnerReferences(meta.ownerReferences, `${field}.ownerReferences`, errors);
  validateManagedFields(meta.managedFields, `${field}.managedFields`, errors);
  return errors;
}

/** Annotation keys are label keys whose case does not matter; values are free, up to the size of all together. */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (annotations === undefined) return;
  let bytes = 0;
  for (const key of Object.keys(annotations)) {
    for (const problem of qualifiedNameProblems(key.toLowerCase())) errors.push(invalidValue(field, key, problem));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key]!);
  }
  if (bytes > annotationsBytesMax) errors.push(tooLong(field, annotationsBytesMax));
}

/** A field manager's name: at most 128 bytes, all of it printable. */
export function validateFieldManager(manager: string, field: string, errors: FieldError[]): void {
  if (Buffer.byteLength(manager) > fieldManagerBytesMax) errors.push(tooLong(field, fieldManagerBytesMax));
  if (/^[ -~]*$/.test(manager)) return;
  let position = 0;
  for (const character of manager) {
    if (!isGoPrintable(character)) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      errors.push(invalidValue(field, manager, `invalid character U+${code} (at position ${position})`));
    }
    position += Buffer.byteLength(character);
  }
}

/**
 * Removes owner references that say the same twice, and answers the warnings for it. `afterAdmission`: the second look,
 * at what mutating admission made.
 */
export function duplicateOwnerWarnings(meta: ObjectMeta, afterAdmission = false): string[] {
  const owners = meta.ownerReferences;
  if (owners === undefined || owners.length < 2) return [];
  const kept = new Map<string, OwnerReference>();
  const repeated: string[] = [];
  for (const owner of owners) {
    const identity = ownerIdentity(owner);
    if (kept.has(identity)) repeated.push(owner.uid ?? '');
    else kept.set(identity, owner);
  }
  if (repeated.length === 0) return [];
  meta.ownerReferences = [...kept.values()];
  const when = afterAdmission ? ' after mutating admission happens' : '';
  return [
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${repeated.join(', ')}`,
  ];
}

/** Custom resources: finalizers that were added (`old`: null for a new object) and that others may also use. */
export function finalizerWarnings(
  meta: ObjectMeta,
  old: ObjectMeta | null = null,
  field = 'metadata.finalizers',
): string[] {
  const warnings: string[] = [];
  for (const finalizer of added(meta.finalizers, old?.finalizers)) {
    for (const problem of qualifiedNameProblems(finalizer))
      warnings.push(`${field}: ${goQuote(finalizer)}: ${problem}`);
    if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) continue;
    const path = finalizer.includes('.') ? ' including a path (/)' : '';
    warnings.push(
      `${field}: ${goQuote(finalizer)}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    );
  }
  return warnings;
}

/** The rule for fields that never change; equal values only, so plain ones. */
export function immutable(field: string, value: unknown, old: unknown, errors: FieldError[]): void {
  if (value !== old) errors.push(invalidValue(field, value, 'field is immutable'));
}

function validateNoNewFinalizers(meta: ObjectMeta, old: ObjectMeta, field: string, errors: FieldError[]): void {
  const extra = added(meta.finalizers, old.finalizers);
  if (extra.length === 0) return;
  const text = `no new finalizers can be added if the object is being deleted, found new finalizers ${goStringList(extra)}`;
  errors.push(forbiddenField(field, text));
}

/** Sorted, each once. */
function added(list: readonly string[] | undefined, old: readonly string[] | undefined): string[] {
  if (list === undefined || list.length === 0) return [];
  const before = new Set(old);
  return [...new Set(list)].filter((entry) => !before.has(entry)).sort();
}

function validateOwnerReferences(
  owners: readonly OwnerReference[] | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (owners === undefined) return;
  let controller = '';
  for (const owner of owners) {
    validateOwnerReference(owner, field, errors);
    if (owner.controller !== true) continue;
    const text = `${owner.kind}/${owner.name}`;
    if (controller === '') {
      controller = text;
    } else {
      const problem = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${text}`;
      errors.push(invalidValue(field, owners, problem));
    }
  }
}

function validateOwnerReference(owner: OwnerReference, field: string, errors: FieldError[]): void {
  const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
  if (versionOf(apiVersion) === '')
    errors.push(invalidValue(`${field}.apiVersion`, apiVersion, 'version must not be empty'));
  if (kind === '') errors.push(invalidValue(`${field}.kind`, kind, 'must not be empty'));
  if (name === '') errors.push(invalidValue(`${field}.name`, name, 'must not be empty'));
  if (uid === '') errors.push(invalidValue(`${field}.uid`, uid, 'must not be empty'));
  if (apiVersion === 'v1' && kind === 'Event') {
    errors.push(invalidValue(field, owner, '/v1, Kind=Event is disallowed from being an owner'));
  }
}

/** '' for an apiVersion that has none or is malformed. */
function versionOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return apiVersion;
  const version = apiVersion.slice(slash + 1);
  return version.includes('/') ? '' : version;
}

/** Whether they have the form of names, which a new object's and an update's must have. */
export function finalizersAreWellFormed({ finalizers }: ObjectMeta): boolean {
  const errors: FieldError[] = [];
  validateFinalizers(finalizers, '', errors);
  return errors.length === 0;
}

function validateFinalizers(finalizers: readonly string[] | undefined, field: string, errors: FieldError[]): void {
  if (finalizers === undefined) return;
  for (const finalizer of finalizers) {
    for (const problem of qualifiedNameProblems(finalizer)) errors.push(invalidValue(field, finalizer, problem));
  }
  if (finalizers.includes(FINALIZER_ORPHAN) && finalizers.includes(FINALIZER_FOREGROUND)) {
    errors.push(
      invalidValue(field, finalizers, `finalizer ${FINALIZER_ORPHAN} and ${FINALIZER_FOREGROUND} cannot be both set`),
    );
  }
}

/** What upstream's older kinds demand beyond the general rules: a finalizer is a standard one or says whose it is. */
export function validateFinalizerOwners(meta: ObjectMeta, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, finalizer] of (meta.finalizers ?? []).entries()) {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) continue;
    const text = 'name is neither a standard finalizer name nor is it fully qualified';
    errors.push(invalidValue(`${field}.finalizers[${i}]`, finalizer, text));
  }
  return errors;
}

function validateManagedFields(
  entries: readonly ManagedFieldsEntry[] | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (entries === undefined) return;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      errors.push(invalidValue(`${field}[${i}].operation`, entry.operation ?? '', 'must be `Apply` or `Update`'));
    }
    if (entry.fieldsType !== undefined && (entry.fieldsType as string) !== '' && entry.fieldsType !== 'FieldsV1') {
      errors.push(invalidValue(`${field}[${i}].fieldsType`, entry.fieldsType, 'must be `FieldsV1`'));
    }
    if (entry.manager !== undefined) validateFieldManager(entry.manager, `${field}[${i}].manager`, errors);
    if (entry.subresource !== undefined && Buffer.byteLength(entry.subresource) > SUBRESOURCE_BYTES_MAX) {
      errors.push(tooLong(`${field}[${i}].subresource`, SUBRESOURCE_BYTES_MAX));
    }
  }
}

function ownerIdentity({ uid, name, kind, apiVersion, controller, blockOwnerDeletion }: OwnerReference): string {
  return JSON.stringify([uid, name, kind, apiVersion, controller, blockOwnerDeletion]);
}

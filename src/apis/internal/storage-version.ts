import { type FieldError, invalidValue } from '../../meta/field-error.ts';
import { dns1035LabelProblems, dns1123SubdomainProblems } from '../../meta/names.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { addProblems, checkUnique } from '../field-rules.ts';
import { AGE, age, column, firstOf, NAME, printer, UNSET } from '../printing.ts';

/** internal.apiserver.k8s.io/v1alpha1: which versions the API servers of a cluster write (KEP-2339). */
interface StorageVersion {
  metadata?: ObjectMeta;
  spec?: object;
  status?: {
    storageVersions?: {
      apiServerID?: string;
      encodingVersion?: string;
      decodableVersions?: string[];
      servedVersions?: string[];
    }[];
    commonEncodingVersion?: string;
    conditions?: { type?: string; status?: string }[];
  };
}

const SHOWN_MAX = 3;

export const storageVersions = behavior<StorageVersion>({
  validateName: nameProblems,
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  subresources: {
    status: statusSubresource<StorageVersion>({ keepMetadata: ALL_METADATA, validateUpdate: validateStatus }),
  },
  printer: printer(
    [
      NAME,
      column('CommonEncodingVersion', 'string', 'Version that all API servers write.'),
      column('StorageVersions', 'string', 'Version that each API server writes.'),
      AGE,
    ],
    (object, nowMs) => [
      object.metadata.name ?? '',
      object.status?.commonEncodingVersion ?? UNSET,
      firstOf(
        (object.status?.storageVersions ?? []).map(
          (entry) => `${entry.apiServerID ?? ''}=${entry.encodingVersion ?? ''}`,
        ),
        SHOWN_MAX,
      ) || UNSET,
      age(object, nowMs),
    ],
  ),
});

/** `<group>.<resource>` */
function nameProblems(name: string): string[] {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return ['name must be in the form of <group>.<resource>'];
  return [
    ...dns1123SubdomainProblems(name.slice(0, dot)).map((problem) => `the group segment ${problem}`),
    ...dns1035LabelProblems(name.slice(dot + 1)).map((problem) => `the resource segment ${problem}`),
  ];
}

function validateStatus(object: Stored<StorageVersion>): FieldError[] {
  const errors: FieldError[] = [];
  const entries = object.status?.storageVersions ?? [];
  entries.forEach(({ apiServerID = '', encodingVersion = '', decodableVersions = [] }, i) => {
    const field = `status.storageVersions[${i}]`;
    addProblems(errors, `${field}.apiServerID`, apiServerID, dns1123SubdomainProblems(apiServerID));
    if (!decodableVersions.includes(encodingVersion)) {
      const text = `decodableVersions must include encodingVersion ${encodingVersion}`;
      errors.push(invalidValue(`${field}.decodableVersions`, decodableVersions, text));
    }
  });
  checkUnique(
    errors,
    entries.map((entry) => entry.apiServerID),
    (i) => `status.storageVersions[${i}].apiServerID`,
  );
  return errors;
}

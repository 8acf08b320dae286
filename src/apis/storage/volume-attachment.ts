import type { VolumeAttachment, VolumeAttachmentSource } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems } from '../../meta/names.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { addProblems, checkImmutableStruct } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkDriverName } from './driver-rules.ts';

const ATTACHMENT_METADATA_BYTES_MAX = 256 * 1024;
const MESSAGE_BYTES_MAX = 1024;

export const volumeAttachments = behavior<VolumeAttachment>({
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate,
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    checkImmutableStruct(errors, 'spec', 'io.k8s.api.storage.v1.VolumeAttachmentSpec', object.spec, old.spec);
    return errors;
  },
  subresources: {
    status: statusSubresource<VolumeAttachment>({ keepMetadata: ALL_METADATA, validateUpdate: validateStatus }),
  },
  printer: printer(
    [
      NAME,
      column('Attacher', 'string', 'Driver that attaches the volume.', 0, 'name'),
      column('PV', 'string', 'Persistent volume to attach.'),
      column('Node', 'string', 'Node to attach it to.'),
      column('Attached', 'boolean', 'Whether it is attached.'),
      AGE,
    ],
    (object, nowMs) => [
      object.metadata.name ?? '',
      object.spec?.attacher ?? '',
      object.spec?.source?.persistentVolumeName ?? '',
      object.spec?.nodeName ?? '',
      object.status?.attached ?? false,
      age(object, nowMs),
    ],
  ),
});

function validate(object: Stored<VolumeAttachment>): FieldError[] {
  const errors: FieldError[] = [];
  checkDriverName(errors, 'spec.attacher', object.spec?.attacher);
  checkSource(errors, 'spec.source', object.spec?.source ?? {});
  const nodeName = object.spec?.nodeName ?? '';
  addProblems(errors, 'spec.nodeName', nodeName, dns1123SubdomainProblems(nodeName));
  return errors;
}

function checkSource(errors: FieldError[], field: string, source: VolumeAttachmentSource): void {
  const { persistentVolumeName, inlineVolumeSpec } = source;
  if (persistentVolumeName === undefined && inlineVolumeSpec === undefined) {
    errors.push(required(field, 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'));
  } else if (persistentVolumeName !== undefined && inlineVolumeSpec !== undefined) {
    errors.push({
      type: 'FieldValueForbidden',
      field,
      value: undefined,
      detail: 'must specify exactly one of inlineVolumeSpec and persistentVolumeName',
    });
  } else if (persistentVolumeName === '') {
    errors.push(required(`${field}.persistentVolumeName`, 'must specify non empty persistentVolumeName'));
  }
}

function validateStatus(object: Stored<VolumeAttachment>): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(object.status?.attachmentMetadata ?? {})) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > ATTACHMENT_METADATA_BYTES_MAX)
    errors.push(tooLong('status.attachmentMetadata', ATTACHMENT_METADATA_BYTES_MAX));
  for (const name of ['attachError', 'detachError'] as const) {
    const { message = '', errorCode } = object.status?.[name] ?? {};
    if (Buffer.byteLength(message) > MESSAGE_BYTES_MAX)
      errors.push(tooLong(`status.${name}.message`, MESSAGE_BYTES_MAX));
    if (errorCode !== undefined && errorCode < 0) {
      errors.push(invalidValue(`status.${name}.errorCode`, errorCode, 'must be greater than or equal to 0'));
    }
  }
  return errors;
}

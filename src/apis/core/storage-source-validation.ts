/** Validation of the volume sources that pods and persistent volumes have in common. */
import type {
  AzureDiskVolumeSource,
  CSIPersistentVolumeSource,
  HostPathVolumeSource,
  ISCSIVolumeSource,
  SecretReference,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from '../../meta/names.ts';
import { addProblems, checkOneOf, checkText } from '../field-rules.ts';
import { checkRange } from '../number-rules.ts';
import { checkNoBacksteps } from './path-rules.ts';

/** Fields that each source must have; '' and an empty list count as missing. */
const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  hostPath: ['path'],
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  nfs: ['server', 'path'],
  iscsi: ['targetPortal', 'iqn'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  flexVolume: ['driver'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  flocker: [],
  fc: [],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  quobyte: ['volume'],
  azureDisk: ['diskName', 'diskURI'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  local: ['path'],
  storageos: ['volumeName'],
  csi: [],
};

export function isStorageSource(name: string): boolean {
  return Object.hasOwn(REQUIRED_FIELDS, name);
}

export const STORAGE_SOURCES: readonly string[] = Object.keys(REQUIRED_FIELDS);

/** `holder` is a Volume or a PersistentVolumeSpec, `at` its path, `name` the source it uses. */
export function checkStorageSource(
  errors: FieldError[],
  at: string,
  name: string,
  holder: object,
  persistent = false,
): void {
  const source = (holder as Record<string, Record<string, unknown>>)[name] ?? {};
  // Upstream's word for this one source.
  const field = `${at}.${name === 'gcePersistentDisk' ? 'persistentDisk' : name}`;
  for (const member of REQUIRED_FIELDS[name] ?? [])
    if (isEmpty(source[member])) errors.push(required(`${field}.${member}`));
  switch (name) {
    case 'hostPath':
      checkHostPath(errors, field, source as unknown as HostPathVolumeSource);
      break;
    case 'local':
      checkNoBacksteps(errors, `${field}.path`, String(source['path'] ?? ''));
      break;
    case 'nfs':
      if (!String(source['path'] ?? '').startsWith('/')) {
        errors.push(invalidValue(`${field}.path`, source['path'] ?? '', 'must be an absolute path'));
      }
      break;
    case 'csi':
      checkCsi(errors, field, source as unknown as CSIPersistentVolumeSource, persistent);
      break;
    case 'iscsi':
      checkIscsi(errors, field, source as unknown as ISCSIVolumeSource);
      break;
    case 'azureDisk':
      checkAzureDisk(errors, field, source as unknown as AzureDiskVolumeSource);
      break;
    case 'gcePersistentDisk':
    case 'awsElasticBlockStore':
      if (source['partition']) checkRange(errors, `${field}.partition`, Number(source['partition']), 1, 255);
      break;
    case 'flocker':
      checkFlocker(errors, field, source);
      break;
    case 'fc':
      checkFibreChannel(errors, field, source);
      break;
    case 'flexVolume':
      checkFlexOptions(errors, `${field}.options`, source['options']);
      break;
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

function checkHostPath(errors: FieldError[], field: string, source: HostPathVolumeSource): void {
  if (!source.path) return;
  checkNoBacksteps(errors, `${field}.path`, source.path);
  checkOneOf(errors, `${field}.type`, source.type, HOST_PATH_TYPES);
}

const DRIVER_BYTES_MAX = 63;

function checkCsiDriverName(errors: FieldError[], field: string, name: string | undefined): void {
  if (!name) errors.push(required(field));
  if (Buffer.byteLength(name ?? '') > DRIVER_BYTES_MAX) errors.push(tooLong(field, DRIVER_BYTES_MAX));
  addProblems(errors, field, name ?? '', dns1123SubdomainProblems((name ?? '').toLowerCase()));
}

const SECRET_REFERENCES = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

function checkCsi(errors: FieldError[], field: string, source: CSIPersistentVolumeSource, persistent: boolean): void {
  checkCsiDriverName(errors, `${field}.driver`, source.driver);
  if (!persistent) {
    if (source.nodePublishSecretRef !== undefined) {
      checkText(
        errors,
        `${field}.nodePublishSecretRef.name`,
        source.nodePublishSecretRef.name,
        dns1123SubdomainProblems,
      );
    }
    return;
  }
  if (!source.volumeHandle) errors.push(required(`${field}.volumeHandle`));
  for (const name of SECRET_REFERENCES) {
    const reference = source[name];
    if (reference !== undefined) checkSecretReference(errors, `${field}.${name}`, reference);
  }
}

function checkSecretReference(errors: FieldError[], field: string, reference: SecretReference): void {
  checkText(errors, `${field}.name`, reference.name, dns1123SubdomainProblems);
  checkText(errors, `${field}.namespace`, reference.namespace, dns1123LabelProblems);
}

/** The characters that the last part of an iSCSI qualified name must not have, one at a time: Go's blanks among them. */
const NOT_IN_IQN = /[,;*&$|\t\n\f\r ]/;
const IQN_DATE = /iqn\.[0-9]{4}-[0-9]{2}\.[A-Za-z0-9.-]/;
const EUI = /^eui.[A-Za-z0-9]{16}$/;
const NAA = /^naa.[A-Za-z0-9]{32}$/;

function checkIscsi(errors: FieldError[], field: string, source: ISCSIVolumeSource): void {
  if (source.iqn) addProblems(errors, `${field}.iqn`, source.iqn, iscsiNameProblems(source.iqn));
  checkRange(errors, `${field}.lun`, source.lun ?? 0, 0, 255);
  if ((source.chapAuthDiscovery === true || source.chapAuthSession === true) && source.secretRef === undefined) {
    errors.push(required(`${field}.secretRef`));
  }
  const initiator = source.initiatorName;
  if (initiator !== undefined) addProblems(errors, `${field}.initiatorname`, initiator, iscsiNameProblems(initiator));
}

export function iscsiNameProblems(name: string): string[] {
  const kind = name.slice(0, 3);
  if (kind !== 'iqn' && kind !== 'eui' && kind !== 'naa')
    return ['must be valid format starting with iqn, eui, or naa'];
  const valid = kind === 'iqn' ? isQualifiedName(name) : (kind === 'eui' ? EUI : NAA).test(name);
  return valid ? [] : ['must be valid format'];
}

/**
 * Whether the text ends in `iqn.2001-04.com.example:disk`, which is all that upstream looks at (RFC 3720 section 3.2.6.3.1).
 * As one pattern it would begin anew at each `iqn.` and at each colon.
 */
function isQualifiedName(text: string): boolean {
  const parts = (text.split(NOT_IN_IQN).at(-1) ?? '').split(':');
  if (parts.at(-1) === '') parts.pop();
  return parts.slice(0, -1).some((part) => IQN_DATE.test(part.split(/[^A-Za-z0-9.-]/).at(-1) ?? ''));
}

function checkAzureDisk(errors: FieldError[], field: string, source: AzureDiskVolumeSource): void {
  const { kind, diskURI = '' } = source;
  checkOneOf(errors, `${field}.cachingMode`, source.cachingMode, ['None', 'ReadOnly', 'ReadWrite']);
  checkOneOf(errors, `${field}.kind`, kind, ['Dedicated', 'Managed', 'Shared']);
  const managed = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
  const blob = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
  if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/'))
    checkOneOf(errors, `${field}.diskURI`, diskURI, [managed]);
  if (kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://')) {
    checkOneOf(errors, `${field}.diskURI`, diskURI, [blob]);
  }
}

function checkFlocker(errors: FieldError[], field: string, source: Record<string, unknown>): void {
  const name = String(source['datasetName'] ?? '');
  const uuid = String(source['datasetUUID'] ?? '');
  if (name === '' && uuid === '') errors.push(required(field, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && uuid !== '') {
    errors.push(invalidValue(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (name.includes('/')) errors.push(invalidValue(`${field}.datasetName`, name, "must not contain '/'"));
}

function checkFibreChannel(errors: FieldError[], field: string, source: Record<string, unknown>): void {
  const byName = !isEmpty(source['targetWWNs']);
  const byId = !isEmpty(source['wwids']);
  if (!byName && !byId)
    errors.push(required(`${field}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  if (byName && byId) {
    errors.push(
      invalidValue(
        `${field}.targetWWNs`,
        source['targetWWNs'],
        'targetWWNs and wwids can not be specified simultaneously',
      ),
    );
  }
  if (byName && source['lun'] === undefined)
    errors.push(required(`${field}.lun`, 'lun is required if targetWWNs is specified'));
  else if (byName) checkRange(errors, `${field}.lun`, Number(source['lun']), 0, 255);
}

function checkFlexOptions(errors: FieldError[], field: string, options: unknown): void {
  for (const key of Object.keys(options ?? {})) {
    const domain = `.${(key.split('/', 2)[0] ?? '').toLowerCase()}`;
    if (domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io')) {
      errors.push(invalidValue(`${field}[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'));
    }
  }
}

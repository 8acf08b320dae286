/** Validation of a pod's volumes. */
import type {
  ClusterTrustBundleProjection,
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  Volume,
  VolumeProjection,
} from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from '../../meta/names.ts';
import { parseQuantity } from '../../meta/quantity.ts';
import { addProblems, checkRequiredOneOf } from '../field-rules.ts';
import { checkClaimSpec } from './claim-validation.ts';
import { checkFieldRef, checkResourceFieldRef, VOLUME_FIELDS } from './env-validation.ts';
import { checkDescendingPath, checkFileMode, checkProjectedPath } from './path-rules.ts';
import { checkStorageSource, isStorageSource } from './storage-source-validation.ts';

/** `podName`: '' for templates. Answers the valid volumes by name. */
export function checkVolumes(
  errors: FieldError[],
  field: string,
  volumes: readonly Volume[],
  podName: string,
): Map<string, Volume> {
  const valid = new Map<string, Volume>();
  const names = new Set<string>();
  const created = new Set<string>();
  if (podName !== '') {
    for (const volume of volumes)
      if (volume.ephemeral !== undefined && volume.name) created.add(`${podName}-${volume.name}`);
  }
  volumes.forEach((volume, i) => {
    const at = `${field}[${i}]`;
    const { name = '' } = volume;
    const before = errors.length;
    checkSource(errors, at, volume, podName);
    if (name === '') errors.push(required(`${at}.name`));
    else addProblems(errors, `${at}.name`, name, dns1123LabelProblems(name));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    if (errors.length === before) {
      names.add(name);
      valid.set(name, volume);
    }
    const claimName = volume.persistentVolumeClaim?.claimName ?? '';
    if (created.has(claimName)) {
      const text = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalidValue(`${at}.persistentVolumeClaim.claimName`, claimName, text));
    }
  });
  return valid;
}

function checkSource(errors: FieldError[], at: string, volume: Volume, podName: string): void {
  const sources = Object.keys(volume).filter((name) => name !== 'name' && volume[name as keyof Volume] !== undefined);
  const [first, ...others] = sources;
  if (first === undefined) {
    errors.push(required(at, 'must specify a volume type'));
    return;
  }
  for (const other of others) errors.push(forbiddenField(`${at}.${other}`, 'may not specify more than 1 volume type'));
  if (isStorageSource(first)) checkStorageSource(errors, at, first, volume);
  else checkPodSource(errors, at, first, volume, podName);
}

function checkPodSource(errors: FieldError[], at: string, source: string, volume: Volume, podName: string): void {
  const field = `${at}.${source}`;
  switch (source) {
    case 'emptyDir':
      checkSizeLimit(errors, field, volume.emptyDir?.sizeLimit);
      break;
    case 'gitRepo':
      if (!volume.gitRepo?.repository) errors.push(required(`${field}.repository`));
      checkDescendingPath(errors, `${field}.directory`, volume.gitRepo?.directory ?? '');
      break;
    case 'secret':
      if (!volume.secret?.secretName) errors.push(required(`${field}.secretName`));
      checkFiles(errors, field, volume.secret?.defaultMode, volume.secret?.items);
      break;
    case 'configMap':
      if (!volume.configMap?.name) errors.push(required(`${field}.name`));
      checkFiles(errors, field, volume.configMap?.defaultMode, volume.configMap?.items);
      break;
    case 'persistentVolumeClaim':
      if (!volume.persistentVolumeClaim?.claimName) errors.push(required(`${field}.claimName`));
      break;
    case 'downwardAPI':
      checkFileMode(errors, `${field}.defaultMode`, volume.downwardAPI?.defaultMode);
      for (const file of volume.downwardAPI?.items ?? []) checkDownwardFile(errors, field, file);
      break;
    case 'projected':
      if (volume.projected !== undefined) checkProjected(errors, field, volume.projected);
      break;
    case 'ephemeral':
      checkEphemeral(errors, at, volume, podName);
      break;
    case 'image':
      if (!volume.image?.reference) errors.push(required(`${field}.reference`));
      checkRequiredOneOf(errors, `${field}.pullPolicy`, volume.image?.pullPolicy, ['Always', 'IfNotPresent', 'Never']);
      break;
  }
}

function checkSizeLimit(errors: FieldError[], field: string, limit: string | undefined): void {
  const quantity = limit === undefined ? null : parseQuantity(limit);
  if (quantity !== null && quantity.nano < 0n) {
    errors.push(forbiddenField(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  }
}

function checkEphemeral(errors: FieldError[], at: string, volume: Volume, podName: string): void {
  const template = volume.ephemeral?.volumeClaimTemplate;
  const field = `${at}.ephemeral.volumeClaimTemplate`;
  if (template === undefined) {
    errors.push(required(field));
    return;
  }
  for (const name of Object.keys(template.metadata ?? {})) {
    if (name !== 'labels' && name !== 'annotations' && name !== 'creationTimestamp') {
      errors.push(forbiddenField(`${field}.metadata.${name}`, 'cannot be set'));
    }
  }
  checkClaimSpec(errors, `${field}.spec`, template.spec ?? {});
  if (podName === '' || !volume.name) return;
  const claim = `${podName}-${volume.name}`;
  for (const problem of dns1123SubdomainProblems(claim)) {
    errors.push(invalidValue(`${at}.name`, volume.name, `PVC name "${claim}": ${problem}`));
  }
}

function checkFiles(
  errors: FieldError[],
  field: string,
  defaultMode: number | undefined,
  items: readonly KeyToPath[] | undefined,
): void {
  checkFileMode(errors, `${field}.defaultMode`, defaultMode);
  items?.forEach((item, i) => {
    checkKeyToPath(errors, `${field}.items[${i}]`, item);
  });
}

function checkKeyToPath(errors: FieldError[], at: string, item: KeyToPath): void {
  if (!item.key) errors.push(required(`${at}.key`));
  if (!item.path) errors.push(required(`${at}.path`));
  checkProjectedPath(errors, `${at}.path`, item.path ?? '');
  checkFileMode(errors, `${at}.mode`, item.mode);
}

function checkDownwardFile(errors: FieldError[], field: string, file: DownwardAPIVolumeFile): void {
  if (!file.path) errors.push(required(`${field}.path`));
  checkProjectedPath(errors, `${field}.path`, file.path ?? '');
  if (file.fieldRef !== undefined) {
    checkFieldRef(errors, `${field}.fieldRef`, file.fieldRef, VOLUME_FIELDS);
    if (file.resourceFieldRef !== undefined) {
      errors.push(invalidValue(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (file.resourceFieldRef !== undefined) {
    checkResourceFieldRef(errors, `${field}.resourceFieldRef`, file.resourceFieldRef, true);
  } else {
    errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  }
  checkFileMode(errors, `${field}.mode`, file.mode);
}

function checkProjected(errors: FieldError[], field: string, projected: ProjectedVolumeSource): void {
  checkFileMode(errors, `${field}.defaultMode`, projected.defaultMode);
  const paths = new Set<string>();
  const claimPath = (path: string | undefined, shown: string): void => {
    if (path === undefined || path === '') return;
    if (paths.has(path)) errors.push(invalidValue(field, shown, 'conflicting duplicate paths'));
    paths.add(path);
  };
  projected.sources?.forEach((source, i) => {
    checkProjection(errors, field, `${field}.sources[${i}]`, source);
    for (const item of source.secret?.items ?? []) claimPath(item.path, source.secret?.name ?? '');
    for (const item of source.configMap?.items ?? []) claimPath(item.path, source.configMap?.name ?? '');
    for (const item of source.downwardAPI?.items ?? []) claimPath(item.path, item.path ?? '');
    const bundlePath = source.clusterTrustBundle?.path;
    claimPath(bundlePath, bundlePath ?? '');
  });
}

function checkProjection(errors: FieldError[], field: string, at: string, source: VolumeProjection): void {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle } = source;
  if (secret !== undefined) {
    if (!secret.name) errors.push(required(`${at}.secret.name`));
    checkFiles(errors, `${at}.secret`, undefined, secret.items);
  }
  if (configMap !== undefined) {
    if (!configMap.name) errors.push(required(`${at}.configMap.name`));
    checkFiles(errors, `${at}.configMap`, undefined, configMap.items);
  }
  for (const file of downwardAPI?.items ?? []) checkDownwardFile(errors, `${at}.downwardAPI`, file);
  if (serviceAccountToken !== undefined) checkToken(errors, field, `${at}.serviceAccountToken`, serviceAccountToken);
  if (clusterTrustBundle !== undefined) checkTrustBundle(errors, `${at}.clusterTrustBundle`, clusterTrustBundle);
  if (Object.values(source).filter((value) => value !== undefined).length > 1) {
    errors.push(forbiddenField(at, 'may not specify more than 1 volume type per source'));
  }
}

const TOKEN_SECONDS_MIN = 600;
const TOKEN_SECONDS_MAX = 2 ** 32;

function checkToken(errors: FieldError[], field: string, at: string, token: ServiceAccountTokenProjection): void {
  const { expirationSeconds = 0, path } = token;
  if (expirationSeconds < TOKEN_SECONDS_MIN) {
    errors.push(
      invalidValue(`${at}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes'),
    );
  }
  if (expirationSeconds > TOKEN_SECONDS_MAX) {
    errors.push(
      invalidValue(`${at}.expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'),
    );
  }
  if (!path) errors.push(required(`${field}.path`));
  else checkProjectedPath(errors, `${field}.path`, path);
}

function checkTrustBundle(errors: FieldError[], at: string, bundle: ClusterTrustBundleProjection): void {
  const { name, signerName, labelSelector, path = '' } = bundle;
  if (name !== undefined && signerName !== undefined) {
    errors.push(invalidValue(at, bundle, 'only one of name and signerName may be used'));
  } else if (name !== undefined) {
    if (name === '') errors.push(required(`${at}.name`, 'must be a valid object name'));
    if (labelSelector !== undefined) {
      errors.push(
        invalidValue(`${at}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified'),
      );
    }
  } else if (signerName === undefined) {
    errors.push(required(at, 'either name or signerName must be specified'));
  } else if (signerName === '') {
    errors.push(required(`${at}.signerName`, 'must be a valid signer name'));
  }
  if (path === '') errors.push(required(`${at}.path`));
  checkProjectedPath(errors, `${at}.path`, path);
}

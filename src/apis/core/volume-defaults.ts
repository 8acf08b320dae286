/** Defaults of volume sources, in pods and in persistent volumes. */
import type {
  AzureDiskVolumeSource,
  DownwardAPIVolumeFile,
  HostPathVolumeSource,
  PersistentVolumeClaimSpec,
  PersistentVolumeSource,
  ProjectedVolumeSource,
  Volume,
} from '../../generated/interfaces.ts';
import { imageTag } from './image-reference.ts';

/** 0644 */
const FILE_MODE = 420;
const TOKEN_LIFETIME_SECONDS = 3600;

export function setVolumeDefaults(volume: Volume): void {
  if (!hasSource(volume)) volume.emptyDir = {};
  if (volume.secret !== undefined) volume.secret.defaultMode ??= FILE_MODE;
  if (volume.configMap !== undefined) volume.configMap.defaultMode ??= FILE_MODE;
  if (volume.projected !== undefined) setProjectedDefaults(volume.projected);
  if (volume.downwardAPI !== undefined) {
    volume.downwardAPI.defaultMode ??= FILE_MODE;
    setDownwardFileDefaults(volume.downwardAPI.items);
  }
  if (volume.image !== undefined) {
    volume.image.pullPolicy ??= imageTag(volume.image.reference ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
  }
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  if (claim !== undefined) setClaimSpecDefaults(claim);
  setStorageDefaults(volume);
}

export function setClaimSpecDefaults(spec: PersistentVolumeClaimSpec): void {
  spec.volumeMode ??= 'Filesystem';
}

interface StorageSources {
  hostPath?: HostPathVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  rbd?: { pool?: string; user?: string; keyring?: string };
  iscsi?: { iscsiInterface?: string };
  scaleIO?: { storageMode?: string; fsType?: string };
}

/** Sources that pods and persistent volumes have in common. */
export function setStorageDefaults(source: StorageSources | PersistentVolumeSource): void {
  const { hostPath, azureDisk, rbd, iscsi, scaleIO } = source;
  if (hostPath !== undefined) hostPath.type ??= '';
  if (iscsi !== undefined) iscsi.iscsiInterface ??= 'default';
  if (rbd !== undefined) {
    rbd.pool ??= 'rbd';
    rbd.user ??= 'admin';
    rbd.keyring ??= '/etc/ceph/keyring';
  }
  if (azureDisk !== undefined) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
    azureDisk.kind ??= 'Shared';
  }
  if (scaleIO !== undefined) {
    scaleIO.storageMode ??= 'ThinProvisioned';
    scaleIO.fsType ??= 'xfs';
  }
}

function setProjectedDefaults(projected: ProjectedVolumeSource): void {
  projected.defaultMode ??= FILE_MODE;
  for (const source of projected.sources ?? []) {
    if (source.serviceAccountToken !== undefined)
      source.serviceAccountToken.expirationSeconds ??= TOKEN_LIFETIME_SECONDS;
    if (source.downwardAPI !== undefined) setDownwardFileDefaults(source.downwardAPI.items);
  }
}

function setDownwardFileDefaults(files: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const file of files ?? []) {
    if (file.fieldRef !== undefined) file.fieldRef.apiVersion ??= 'v1';
    if (file.resourceFieldRef !== undefined) file.resourceFieldRef.divisor ??= '0';
  }
}

/** A volume is its name and one source. */
function hasSource(volume: Volume): boolean {
  for (const field in volume) if (field !== 'name') return true;
  return false;
}

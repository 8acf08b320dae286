/** Validation of a container's volume mounts and block devices. */
import type { Container, Volume, VolumeDevice, VolumeMount } from '../../generated/interfaces.ts';
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
} from '../../meta/field-error.ts';
import { checkOneOf } from '../field-rules.ts';
import { checkDescendingPath } from './path-rules.ts';

/** The pod's valid volumes by name. */
export type Volumes = ReadonlyMap<string, Volume>;

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

export function checkMounts(errors: FieldError[], field: string, container: Container, volumes: Volumes): void {
  const paths = new Set<string>();
  const deviceNames = new Set(container.volumeDevices?.map((device) => device.name));
  const devicePaths = new Set(container.volumeDevices?.map((device) => device.devicePath));
  (container.volumeMounts ?? []).forEach((mount, i) => {
    const at = `${field}[${i}]`;
    const { name = '', mountPath = '' } = mount;
    if (name === '') errors.push(required(`${at}.name`));
    const volume = volumes.get(name);
    if (volume === undefined) errors.push(notFoundValue(`${at}.name`, name));
    if (mountPath === '') errors.push(required(`${at}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (deviceNames.has(name)) {
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devicePaths.has(mountPath)) {
      errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    checkSubPaths(errors, field, at, mount, volume);
    // Upstream names these fields without the mount's index.
    if (mount.mountPropagation !== undefined)
      checkPropagation(errors, `${field}.mountPropagation`, mount.mountPropagation, container);
    if (mount.recursiveReadOnly !== undefined) checkRecursiveReadOnly(errors, `${field}.recursiveReadOnly`, mount);
  });
}

function checkSubPaths(
  errors: FieldError[],
  field: string,
  at: string,
  mount: VolumeMount,
  volume: Volume | undefined,
): void {
  const { subPath = '', subPathExpr = '' } = mount;
  if (subPath !== '') checkDescendingPath(errors, `${field}.subPath`, subPath);
  if (subPathExpr === '') return;
  if (subPath !== '')
    errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  if (volume?.image !== undefined)
    errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, 'not allowed in image volume sources'));
  checkDescendingPath(errors, `${field}.subPathExpr`, subPathExpr);
}

function checkPropagation(errors: FieldError[], field: string, mode: string, container: Container): void {
  checkOneOf(errors, field, mode, PROPAGATIONS);
  if (mode === 'Bidirectional' && container.securityContext?.privileged !== true) {
    errors.push(forbiddenField(field, 'Bidirectional mount propagation is available only to privileged containers'));
  }
}

function checkRecursiveReadOnly(errors: FieldError[], field: string, mount: VolumeMount): void {
  const mode = mount.recursiveReadOnly ?? '';
  if (!RECURSIVE_READ_ONLY.includes(mode)) {
    errors.push(notSupported(field, mode, RECURSIVE_READ_ONLY));
    return;
  }
  if (mode === 'Disabled') return;
  if (mount.readOnly !== true) {
    errors.push(forbiddenField(field, 'may only be specified when readOnly is true'));
  }
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
    errors.push(forbiddenField(field, 'may only be specified when mountPropagation is None or not specified'));
  }
}

export function checkDevices(errors: FieldError[], field: string, container: Container, volumes: Volumes): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  const mountNames = new Set(container.volumeMounts?.map((mount) => mount.name));
  const mountPaths = new Set(container.volumeMounts?.map((mount) => mount.mountPath));
  (container.volumeDevices ?? []).forEach((device, i) => {
    const at = `${field}[${i}]`;
    const { name = '', devicePath = '' } = device;
    checkDeviceVolume(errors, at, device, volumes);
    if (names.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must be unique'));
    if (devicePath === '') errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..')) {
      errors.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    }
    if (mountNames.has(name)) {
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (mountPaths.has(devicePath)) {
      errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    names.add(name);
    paths.add(devicePath);
  });
}

function checkDeviceVolume(errors: FieldError[], at: string, device: VolumeDevice, volumes: Volumes): void {
  const { name = '' } = device;
  if (name === '') errors.push(required(`${at}.name`));
  const volume = volumes.get(name);
  if (volume === undefined) {
    errors.push(notFoundValue(`${at}.name`, name));
  } else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
    const text = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    errors.push(invalidValue(`${at}.name`, name, text));
  }
}

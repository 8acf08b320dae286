/** What a pod's operating system rules out (KEP-2802). */
import type { PodSecurityContext, PodSpec, SecurityContext } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';

const WINDOWS_TEXT = 'cannot be set for a windows pod';
const LINUX_TEXT = 'windows options cannot be set for a linux pod';

const LINUX_POD_FIELDS: readonly (keyof PodSecurityContext)[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const LINUX_CONTAINER_FIELDS: readonly (keyof SecurityContext)[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

export function checkOs(errors: FieldError[], field: string, spec: PodSpec): void {
  checkHostProcess(errors, field, spec);
  if (spec.os === undefined) return;
  const { name = '' } = spec.os;
  if (name === '') errors.push(required(`${field}.os.name`, 'cannot be empty'));
  else if (name === 'linux') checkLinux(errors, field, spec);
  else if (name === 'windows') checkWindows(errors, field, spec);
  else errors.push(notSupported(`${field}.os`, name, ['linux', 'windows']));
}

function checkLinux(errors: FieldError[], field: string, spec: PodSpec): void {
  if (spec.securityContext?.windowsOptions !== undefined) {
    errors.push(forbiddenField(`${field}.securityContext.windowsOptions`, LINUX_TEXT));
  }
  for (const [at, context] of contexts(field, spec)) {
    if (context.windowsOptions !== undefined) errors.push(forbiddenField(`${at}.windowsOptions`, LINUX_TEXT));
  }
}

function checkWindows(errors: FieldError[], field: string, spec: PodSpec): void {
  const { securityContext = {} } = spec;
  for (const name of LINUX_POD_FIELDS) {
    if (securityContext[name] !== undefined)
      errors.push(forbiddenField(`${field}.securityContext.${name}`, WINDOWS_TEXT));
  }
  if (spec.hostUsers !== undefined) errors.push(forbiddenField(`${field}.hostUsers`, WINDOWS_TEXT));
  if (spec.hostPID === true) errors.push(forbiddenField(`${field}.hostPID`, WINDOWS_TEXT));
  if (spec.hostIPC === true) errors.push(forbiddenField(`${field}.hostIPC`, WINDOWS_TEXT));
  if (spec.shareProcessNamespace !== undefined)
    errors.push(forbiddenField(`${field}.shareProcessNamespace`, WINDOWS_TEXT));
  for (const [at, context] of contexts(field, spec)) {
    for (const name of LINUX_CONTAINER_FIELDS) {
      if (context[name] !== undefined) errors.push(forbiddenField(`${at}.${name}`, WINDOWS_TEXT));
    }
  }
}

/** Windows HostProcess containers: all or none, and on the host's network. */
function checkHostProcess(errors: FieldError[], field: string, spec: PodSpec): void {
  const own = spec.securityContext?.windowsOptions?.hostProcess;
  // Nearly no pod has them, and the paths below cost.
  if (own === undefined && !spec.containers?.some(isWindows) && !spec.initContainers?.some(isWindows)) return;
  let hostProcesses = 0;
  const all = allContainers(field, spec);
  for (const [at, container] of all) {
    const value = container.securityContext?.windowsOptions?.hostProcess;
    if (own !== undefined && value !== undefined && own !== value) {
      const text = `pod hostProcess value must be identical if both are specified, was ${own}`;
      errors.push(invalidValue(`${at}.securityContext.windowsOptions.hostProcess`, value, text));
    }
    if (value ?? own ?? false) hostProcesses++;
  }
  if (hostProcesses === 0) return;
  if (hostProcesses !== all.length) {
    const text = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalidValue(field, '', text));
  }
  if (spec.hostNetwork !== true) {
    const text = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalidValue(`${field}.hostNetwork`, false, text));
  }
}

function isWindows(container: { securityContext?: SecurityContext }): boolean {
  return container.securityContext?.windowsOptions !== undefined;
}

function* contexts(field: string, spec: PodSpec): Generator<[string, SecurityContext]> {
  for (const [at, container] of allContainers(field, spec)) {
    if (container.securityContext !== undefined) yield [`${at}.securityContext`, container.securityContext];
  }
}

function allContainers(field: string, spec: PodSpec): [string, { securityContext?: SecurityContext }][] {
  const all: [string, { securityContext?: SecurityContext }][] = [];
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    (spec[list] ?? []).forEach((container, i) => {
      all.push([`${field}.${list}[${i}]`, container]);
    });
  }
  return all;
}

/** Validation of security contexts of pods and containers. */
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
  WindowsSecurityContextOptions,
} from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue, required, tooLong } from '../../meta/field-error.ts';
import { dns1123SubdomainProblems } from '../../meta/names.ts';
import { addProblems, checkOneOf } from '../field-rules.ts';
import { checkListed, checkRange, INT32_MAX } from '../number-rules.ts';
import { checkDescendingPath } from './path-rules.ts';

const SYSCTL = /^[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?(?:[./][a-z0-9](?:[-_a-z0-9]*[a-z0-9])?)*$/;
const SYSCTL_TEXT =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const LOCALHOST_PROFILE_BYTES_MAX = 4095;
const CREDENTIAL_SPEC_BYTES_MAX = 64 * 1024;

export function checkPodSecurity(
  errors: FieldError[],
  field: string,
  spec: PodSpec,
  context: PodSecurityContext | undefined,
): void {
  if (context === undefined) return;
  checkId(errors, `${field}.fsGroup`, context.fsGroup);
  checkId(errors, `${field}.runAsUser`, context.runAsUser);
  checkId(errors, `${field}.runAsGroup`, context.runAsGroup);
  context.supplementalGroups?.forEach((group, i) => {
    checkId(errors, `${field}.supplementalGroups[${i}]`, group);
  });
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const text = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalidValue(`${field}.shareProcessNamespace`, true, text));
  }
  if (context.sysctls !== undefined) checkSysctls(errors, `${field}.sysctls`, context.sysctls, spec);
  checkOneOf(errors, `${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  checkSeccomp(errors, `${field}.seccompProfile`, context.seccompProfile);
  checkWindowsOptions(errors, `${field}.windowsOptions`, context.windowsOptions);
  checkAppArmor(errors, `${field}.appArmorProfile`, context.appArmorProfile);
  checkOneOf(errors, `${field}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, ['Merge', 'Strict']);
  checkOneOf(errors, `${field}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['MountOption', 'Recursive']);
}

/** `hostUsers`: the pod shares the host's user namespace, as it does by default. */
export function checkSecurity(
  errors: FieldError[],
  field: string,
  context: SecurityContext | undefined,
  hostUsers: boolean,
): void {
  if (context === undefined) return;
  checkId(errors, `${field}.runAsUser`, context.runAsUser);
  checkId(errors, `${field}.runAsGroup`, context.runAsGroup);
  checkListed(errors, `${field}.procMount`, context.procMount, ['Default', 'Unmasked']);
  if (hostUsers && context.procMount === 'Unmasked') {
    errors.push(invalidValue(`${field}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  checkSeccomp(errors, `${field}.seccompProfile`, context.seccompProfile);
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged === true) {
      errors.push(
        invalidValue(field, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'),
      );
    }
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      const text = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
      errors.push(invalidValue(field, context, text));
    }
  }
  checkWindowsOptions(errors, `${field}.windowsOptions`, context.windowsOptions);
  checkAppArmor(errors, `${field}.appArmorProfile`, context.appArmorProfile);
}

function checkId(errors: FieldError[], field: string, id: number | undefined): void {
  checkRange(errors, field, id, 0, INT32_MAX);
}

function checkSysctls(errors: FieldError[], field: string, sysctls: readonly Sysctl[], spec: PodSpec): void {
  const seen = new Set<string>();
  sysctls.forEach(({ name = '' }, i) => {
    const at = `${field}[${i}].name`;
    if (name === '') errors.push(required(at));
    else if (name.length > 253 || !SYSCTL.test(name)) errors.push(invalidValue(at, name, SYSCTL_TEXT));
    else if (seen.has(name)) errors.push(duplicate(at, name));
    const dotted = name.replaceAll('/', '.');
    if (spec.hostNetwork === true && dotted.startsWith('net.')) {
      errors.push(invalidValue(at, name, "may not be specified when 'hostNetwork' is true"));
    } else if (spec.hostIPC === true && isIpcSysctl(dotted)) {
      errors.push(invalidValue(at, name, "may not be specified when 'hostIPC' is true"));
    }
    seen.add(name);
  });
}

function isIpcSysctl(name: string): boolean {
  return (
    name === 'kernel.sem' ||
    name.startsWith('kernel.shm') ||
    name.startsWith('kernel.msg') ||
    name.startsWith('fs.mqueue.')
  );
}

function checkSeccomp(errors: FieldError[], field: string, profile: SeccompProfile | undefined): void {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  if (type === '') errors.push(required(`${field}.type`, 'type is required when seccompProfile is set'));
  else checkListed(errors, `${field}.type`, type, PROFILE_TYPES);
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined) {
      errors.push(invalidValue(`${field}.localhostProfile`, profile, 'can only be set when seccomp type is Localhost'));
    }
  } else if (localhostProfile === undefined) {
    errors.push(required(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost'));
  } else {
    checkDescendingPath(errors, `${field}.localhostProfile`, localhostProfile);
  }
}

function checkAppArmor(errors: FieldError[], field: string, profile: AppArmorProfile | undefined): void {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  const at = `${field}.localhostProfile`;
  if (!type) {
    errors.push(required(`${field}.type`, 'type is required when appArmorProfile is set'));
  } else if (type !== 'Localhost') {
    checkListed(errors, `${field}.type`, type, PROFILE_TYPES);
    if (localhostProfile !== undefined && PROFILE_TYPES.includes(type)) {
      errors.push(invalidValue(at, localhostProfile, 'can only be set when AppArmor type is Localhost'));
    }
  } else if (localhostProfile === undefined || localhostProfile === '') {
    errors.push(required(at, 'must be set when AppArmor type is Localhost'));
  } else {
    if (localhostProfile.trim() !== localhostProfile)
      errors.push(invalidValue(at, localhostProfile, 'must not be padded with whitespace'));
    if (Buffer.byteLength(localhostProfile) > LOCALHOST_PROFILE_BYTES_MAX)
      errors.push(tooLong(at, LOCALHOST_PROFILE_BYTES_MAX));
  }
}

function checkWindowsOptions(
  errors: FieldError[],
  field: string,
  options: WindowsSecurityContextOptions | undefined,
): void {
  if (options === undefined) return;
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (specName !== undefined)
    addProblems(errors, `${field}.gmsaCredentialSpecName`, specName, dns1123SubdomainProblems(specName));
  if (spec === '')
    errors.push(invalidValue(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'));
  else if (spec !== undefined && Buffer.byteLength(spec) > CREDENTIAL_SPEC_BYTES_MAX) {
    errors.push(invalidValue(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB'));
  }
  if (user !== undefined) addProblems(errors, `${field}.runAsUserName`, user, runAsUserNameProblems(user));
}

function runAsUserNameProblems(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const problems: string[] = [];
  const user = parts.at(-1) ?? '';
  if (parts.length === 2 && (parts[0] ?? '').length >= 256)
    problems.push("runAsUserName's Domain length must be under 256 characters");
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (user.length > 104) problems.push("runAsUserName's User length must not be longer than 104 characters");
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    problems.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return problems;
}

/** Namespaces of the host that a pod with its own users cannot share. */
export function checkHostUsers(errors: FieldError[], field: string, spec: PodSpec): void {
  if (spec.hostUsers !== false) return;
  const text = 'when `hostUsers` is false';
  if (spec.hostNetwork === true) errors.push(forbiddenField(`${field}.hostNetwork`, text));
  // Upstream's spelling of these two fields.
  if (spec.hostPID === true) errors.push(forbiddenField(`${field}.HostPID`, text));
  if (spec.hostIPC === true) errors.push(forbiddenField(`${field}.HostIPC`, text));
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    spec[list]?.forEach(({ volumeDevices = [] }, i) => {
      if (volumeDevices.length > 0) errors.push(forbiddenField(`${field}.${list}[${i}].volumeDevices`, text));
    });
  }
}

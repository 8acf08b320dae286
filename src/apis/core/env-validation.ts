/** Validation of environment variables and of references to pod fields (downward API). */
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { configMapKeyProblems, relaxedEnvVarNameProblems } from '../../meta/formats.ts';
import { dns1123SubdomainProblems, nameIsDnsSubdomain, qualifiedNameProblems } from '../../meta/names.ts';
import { addProblems, checkText } from '../field-rules.ts';
import { checkProjectedPath } from './path-rules.ts';

const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const VOLUME_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
/** Known to the conversion of field labels beyond the above. */
const OTHER_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
];
const RESOURCES: readonly string[] = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const BYTE_DIVISORS: ReadonlySet<string> = new Set([
  '1',
  '1k',
  '1M',
  '1G',
  '1T',
  '1P',
  '1E',
  '1Ki',
  '1Mi',
  '1Gi',
  '1Ti',
  '1Pi',
  '1Ei',
]);
const BYTE_DIVISORS_TEXT =
  "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the";

export function checkEnv(errors: FieldError[], field: string, variables: readonly EnvVar[] | undefined): void {
  variables?.forEach((variable, i) => {
    checkText(errors, `${field}[${i}].name`, variable.name, relaxedEnvVarNameProblems);
    if (variable.valueFrom !== undefined)
      checkValueFrom(errors, `${field}[${i}].valueFrom`, variable, variable.valueFrom);
  });
}

function checkValueFrom(errors: FieldError[], field: string, variable: EnvVar, source: EnvVarSource): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  let sources = 0;
  if (fieldRef !== undefined) {
    sources++;
    checkFieldRef(errors, `${field}.fieldRef`, fieldRef, ENV_FIELDS);
  }
  if (resourceFieldRef !== undefined) {
    sources++;
    checkResourceFieldRef(errors, `${field}.resourceFieldRef`, resourceFieldRef, false);
  }
  if (configMapKeyRef !== undefined) {
    sources++;
    checkKeyRef(errors, `${field}.configMapKeyRef`, configMapKeyRef);
  }
  if (secretKeyRef !== undefined) {
    sources++;
    checkKeyRef(errors, `${field}.secretKeyRef`, secretKeyRef);
  }
  if (fileKeyRef !== undefined) {
    sources++;
    checkText(errors, `${field}.fileKeyRef.volumeName`, fileKeyRef.volumeName, dns1123SubdomainProblems);
    if (!fileKeyRef.path) errors.push(required(`${field}.fileKeyRef.path`));
    else checkProjectedPath(errors, `${field}.fileKeyRef.path`, fileKeyRef.path);
    checkText(errors, `${field}.fileKeyRef.key`, fileKeyRef.key, relaxedEnvVarNameProblems);
  }
  if (sources === 0) {
    errors.push(
      invalidValue(
        field,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  } else if ((variable.value ?? '') !== '') {
    errors.push(invalidValue(field, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
  }
}

function checkKeyRef(errors: FieldError[], field: string, ref: { name?: string; key?: string }): void {
  addProblems(errors, `${field}.name`, ref.name ?? '', dns1123SubdomainProblems(ref.name ?? ''));
  checkText(errors, `${field}.key`, ref.key, configMapKeyProblems);
}

export function checkFieldRef(
  errors: FieldError[],
  field: string,
  ref: ObjectFieldSelector,
  fields: readonly string[],
): void {
  if (!ref.apiVersion) {
    errors.push(required(`${field}.apiVersion`));
    return;
  }
  if (!ref.fieldPath) {
    errors.push(required(`${field}.fieldPath`));
    return;
  }
  const subscripted = splitSubscript(ref.fieldPath);
  if (ref.apiVersion !== 'v1' || !isKnownField(subscripted?.path ?? ref.fieldPath)) {
    const reason =
      ref.apiVersion === 'v1'
        ? `field label not supported: ${ref.fieldPath}`
        : `unsupported pod version: ${ref.apiVersion}`;
    errors.push(invalidValue(`${field}.fieldPath`, ref.fieldPath, `error converting fieldPath: ${reason}`));
  } else if (subscripted === null) {
    if (!fields.includes(ref.fieldPath)) errors.push(notSupported(`${field}.fieldPath`, ref.fieldPath, fields));
  } else {
    checkSubscript(errors, field, subscripted.path, subscripted.key);
  }
}

function checkSubscript(errors: FieldError[], field: string, path: string, key: string): void {
  if (path === 'metadata.annotations')
    addProblems(errors, field, key.toLowerCase(), qualifiedNameProblems(key.toLowerCase()));
  else if (path === 'metadata.labels') addProblems(errors, field, key, qualifiedNameProblems(key));
  else errors.push(invalidValue(field, path, 'does not support subscript'));
}

/** `metadata.labels['app']` is `metadata.labels` and `app`. */
function splitSubscript(path: string): { path: string; key: string } | null {
  const open = path.indexOf("['");
  if (open < 0 || !path.endsWith("']")) return null;
  return { path: path.slice(0, open), key: path.slice(open + 2, -2) };
}

function isKnownField(path: string): boolean {
  return ENV_FIELDS.includes(path) || OTHER_FIELDS.includes(path);
}

export function checkResourceFieldRef(
  errors: FieldError[],
  field: string,
  ref: ResourceFieldSelector,
  volume: boolean,
): void {
  const { resource = '', containerName = '', divisor = '0' } = ref;
  const hugePages = resource.startsWith('limits.hugepages-') || resource.startsWith('requests.hugepages-');
  if (volume && containerName === '') errors.push(required(`${field}.containerName`));
  else if (resource === '') errors.push(required(`${field}.resource`));
  else if (!RESOURCES.includes(resource) && !hugePages)
    errors.push(notSupported(`${field}.resource`, resource, RESOURCES));
  if (divisor === '0') return;
  const kind = resource.slice(resource.indexOf('.') + 1);
  if (kind === 'cpu') {
    if (divisor !== '1' && divisor !== '1m') {
      errors.push(
        invalidValue(
          `${field}.divisor`,
          resource,
          "only divisor's values 1m and 1 are supported with the cpu resource",
        ),
      );
    }
  } else if (!BYTE_DIVISORS.has(divisor)) {
    const name = kind === 'ephemeral-storage' ? 'local ephemeral storage' : hugePages ? 'hugepages' : kind;
    errors.push(invalidValue(`${field}.divisor`, resource, `${BYTE_DIVISORS_TEXT} ${name} resource`));
  }
}

export function checkEnvFrom(errors: FieldError[], field: string, sources: readonly EnvFromSource[] | undefined): void {
  sources?.forEach(({ prefix = '', configMapRef, secretRef }, i) => {
    const at = `${field}[${i}]`;
    if (prefix !== '') addProblems(errors, `${at}.prefix`, prefix, relaxedEnvVarNameProblems(prefix));
    if (configMapRef !== undefined)
      checkText(errors, `${at}.configMapRef.name`, configMapRef.name, nameOrPrefixProblems);
    if (secretRef !== undefined) checkText(errors, `${at}.secretRef.name`, secretRef.name, nameOrPrefixProblems);
    if (configMapRef === undefined && secretRef === undefined) {
      errors.push(invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
    }
  });
}

function nameOrPrefixProblems(name: string): readonly string[] {
  return nameIsDnsSubdomain(name, true);
}

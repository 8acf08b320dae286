/** Validation of containers of all three sorts. */
import type {
  Container,
  ContainerPort,
  ContainerResizePolicy,
  EphemeralContainer,
} from '../../generated/interfaces.ts';
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notFoundValue,
  required,
  tooMany,
} from '../../meta/field-error.ts';
import { portNameProblems } from '../../meta/formats.ts';
import { dns1123LabelProblems } from '../../meta/names.ts';
import { addProblems, checkRequiredOneOf, checkText } from '../field-rules.ts';
import { checkListed, checkPortNumber, checkRequiredListed } from '../number-rules.ts';
import { checkEnv, checkEnvFrom } from './env-validation.ts';
import { checkLifecycle, checkProbe, type ProbeKind } from './handler-validation.ts';
import { checkDevices, checkMounts, type Volumes } from './mount-validation.ts';
import { checkResources } from './resource-requirements.ts';
import { checkSecurity } from './security-validation.ts';

/** What containers need to know of their pod. */
export interface PodFacts {
  readonly volumes: Volumes;
  readonly claimNames: ReadonlySet<string>;
  readonly graceSeconds: number;
  readonly restartPolicy: string;
  readonly hostUsers: boolean;
}

const PROBES: readonly ProbeKind[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const INIT_ONLY_TEXT = 'may not be set for init containers without restartPolicy=Always';
const EPHEMERAL_TEXT = 'cannot be set for an Ephemeral Container';

export function checkContainers(
  errors: FieldError[],
  field: string,
  containers: readonly Container[],
  facts: PodFacts,
): void {
  if (containers.length === 0) {
    errors.push(required(field));
    return;
  }
  const names = new Set<string>();
  containers.forEach((container, i) => {
    const at = `${field}[${i}]`;
    checkContainer(errors, at, container, facts);
    const { name = '' } = container;
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    checkLifecycle(errors, `${at}.lifecycle`, container.lifecycle, facts.graceSeconds);
    for (const kind of PROBES) checkProbe(errors, at, kind, container[kind], facts.graceSeconds);
    checkRestartPolicy(errors, at, container);
  });
  checkHostPorts(errors, field, containers, new Set());
}

export function checkInitContainers(
  errors: FieldError[],
  field: string,
  containers: readonly Container[],
  regular: readonly Container[],
  facts: PodFacts,
): void {
  const names = new Set(regular.map((container) => container.name));
  containers.forEach((container, i) => {
    const at = `${field}[${i}]`;
    checkContainer(errors, at, container, facts);
    checkRestartPolicy(errors, at, container);
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    else if (container.name) names.add(container.name);
    // Init containers run one by one, so that only one's own ports can collide.
    checkHostPorts(errors, field, [container], new Set());
    const sidecar = container.restartPolicy === 'Always';
    if (sidecar) checkLifecycle(errors, `${at}.lifecycle`, container.lifecycle, facts.graceSeconds);
    else if (container.lifecycle !== undefined) errors.push(forbiddenField(`${at}.lifecycle`, INIT_ONLY_TEXT));
    for (const kind of PROBES) {
      if (sidecar) checkProbe(errors, at, kind, container[kind], facts.graceSeconds);
      else if (container[kind] !== undefined) errors.push(forbiddenField(`${at}.${kind}`, INIT_ONLY_TEXT));
    }
  });
}

const EPHEMERAL_FORBIDDEN = [
  'ports',
  'resources',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
] as const;

export function checkEphemeralContainers(
  errors: FieldError[],
  field: string,
  containers: readonly EphemeralContainer[],
  others: readonly Container[],
  facts: PodFacts,
): void {
  const otherNames = new Set(others.map((container) => container.name));
  const names = new Set(otherNames);
  containers.forEach((container, i) => {
    const at = `${field}[${i}]`;
    checkContainer(errors, at, container, facts);
    checkImageSpace(errors, at, container);
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName ?? '';
    if (target !== '' && !otherNames.has(target)) errors.push(notFoundValue(`${at}.targetContainerName`, target));
    for (const name of EPHEMERAL_FORBIDDEN) {
      if (isSet(container[name])) errors.push(forbiddenField(`${at}.${name}`, EPHEMERAL_TEXT));
    }
    container.volumeMounts?.forEach((mount, j) => {
      if (mount.subPath) errors.push(forbiddenField(`${at}.volumeMounts[${j}].subPath`, EPHEMERAL_TEXT));
      if (mount.subPathExpr) errors.push(forbiddenField(`${at}.volumeMounts[${j}].subPathExpr`, EPHEMERAL_TEXT));
    });
  });
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === '') return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}

/** Only pods are strict about it; templates may hold images that something replaces. */
export function checkImageSpace(errors: FieldError[], field: string, container: Container): void {
  const image = container.image ?? '';
  if (image.trim() !== image)
    errors.push(invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace'));
}

function checkContainer(errors: FieldError[], at: string, container: Container, facts: PodFacts): void {
  checkText(errors, `${at}.name`, container.name, dns1123LabelProblems);
  if (!container.image) errors.push(required(`${at}.image`));
  checkRequiredListed(errors, `${at}.terminationMessagePolicy`, container.terminationMessagePolicy, [
    'File',
    'FallbackToLogsOnError',
  ]);
  if (container.ports !== undefined) checkPorts(errors, `${at}.ports`, container.ports);
  checkEnv(errors, `${at}.env`, container.env);
  checkEnvFrom(errors, `${at}.envFrom`, container.envFrom);
  if (container.volumeMounts !== undefined) checkMounts(errors, `${at}.volumeMounts`, container, facts.volumes);
  if (container.volumeDevices !== undefined) checkDevices(errors, `${at}.volumeDevices`, container, facts.volumes);
  checkRequiredOneOf(errors, `${at}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']);
  checkResources(errors, `${at}.resources`, container.resources, facts.claimNames);
  if (container.resizePolicy !== undefined)
    checkResizePolicy(errors, `${at}.resizePolicy`, container.resizePolicy, facts);
  checkSecurity(errors, `${at}.securityContext`, container.securityContext, facts.hostUsers);
}

function checkPorts(errors: FieldError[], field: string, ports: readonly ContainerPort[]): void {
  const names = new Set<string>();
  ports.forEach((port, i) => {
    const at = `${field}[${i}]`;
    const { name = '', containerPort = 0, hostPort = 0 } = port;
    if (name !== '') {
      const problems = portNameProblems(name);
      addProblems(errors, `${at}.name`, name, problems);
      if (problems.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    if (containerPort === 0) errors.push(required(`${at}.containerPort`));
    else checkPortNumber(errors, `${at}.containerPort`, containerPort);
    if (hostPort !== 0) checkPortNumber(errors, `${at}.hostPort`, hostPort);
    checkRequiredOneOf(errors, `${at}.protocol`, port.protocol, PROTOCOLS);
  });
}

function checkHostPorts(
  errors: FieldError[],
  field: string,
  containers: readonly Container[],
  taken: Set<string>,
): void {
  containers.forEach((container, i) => {
    container.ports?.forEach(({ protocol = '', hostIP = '', hostPort = 0 }, j) => {
      if (hostPort === 0) return;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) errors.push(duplicate(`${field}[${i}].ports[${j}].hostPort`, key));
      taken.add(key);
    });
  });
}

const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

function checkResizePolicy(
  errors: FieldError[],
  field: string,
  policies: readonly ContainerResizePolicy[],
  facts: PodFacts,
): void {
  const seen = new Set<string>();
  policies.forEach(({ resourceName = '', restartPolicy }, i) => {
    if (seen.has(resourceName)) errors.push(duplicate(`${field}[${i}]`, resourceName));
    seen.add(resourceName);
    checkRequiredOneOf(errors, field, resourceName, ['cpu', 'memory']);
    checkRequiredOneOf(errors, field, restartPolicy, RESIZE_POLICIES);
    if (facts.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalidValue(field, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
  });
}

const RULE_ACTIONS = ['Restart', 'RestartAllContainers'];
const RULES_MAX = 20;
const EXIT_CODES_MAX = 255;

/** restartPolicy and restartPolicyRules of one container (KEP-5307). */
function checkRestartPolicy(errors: FieldError[], at: string, container: Container): void {
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  if (restartPolicy !== undefined)
    checkListed(errors, `${at}.restartPolicy`, restartPolicy, ['Always', 'Never', 'OnFailure']);
  if (rules.length === 0) return;
  const field = `${at}.restartPolicyRules`;
  if (restartPolicy === undefined)
    errors.push(required(`${at}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  if (rules.length > RULES_MAX) errors.push(tooMany(field, rules.length, RULES_MAX));
  rules.forEach(({ action, exitCodes }, i) => {
    checkRequiredOneOf(errors, `${field}[${i}].action`, action, RULE_ACTIONS);
    if (exitCodes === undefined) {
      errors.push(required(`${field}[${i}].exitCodes`, 'must be specified'));
      return;
    }
    checkRequiredOneOf(errors, `${field}[${i}].exitCodes.operator`, exitCodes.operator, ['In', 'NotIn']);
    if ((exitCodes.values ?? []).length > EXIT_CODES_MAX) {
      errors.push(tooMany(`${field}[${i}].exitCodes.values`, exitCodes.values?.length ?? 0, EXIT_CODES_MAX));
    }
  });
}

/** nodes */
import type { Node, Taint } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue } from '../../meta/field-error.ts';
import { labelValueProblems, qualifiedNameProblems } from '../../meta/names.ts';
import { deepEqual } from '../../schema/equal.ts';
import { behavior, keepField, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { addProblems } from '../field-rules.ts';
import { legacyCidrProblems } from '../networking/ip.ts';
import { checkDualStack, checkRequiredListed } from '../number-rules.ts';
import { AGE, age, column, NAME, NONE, printer, UNKNOWN, wideColumn } from '../printing.ts';
import { checkResourceQuantity } from './resource-names.ts';
import { TAINT_EFFECTS } from './scheduling-validation.ts';
import { coreFieldLabel } from './unknown-field-label.ts';

const status = statusSubresource<Node>({
  prepareForUpdate(node) {
    node.status ??= {};
  },
  validateUpdate,
});

/** Of creates and updates alike. */
function nodeWarnings({ spec }: Stored<Node>): string[] {
  const warnings: string[] = [];
  if (spec?.configSource !== undefined) warnings.push('spec.configSource: the feature is removed');
  if (spec?.externalID) warnings.push('spec.externalID: this field is deprecated, and is unused by Kubernetes');
  return warnings;
}

export const nodes = behavior<Node>({
  repeatsMetadataChecks: true,
  warnings: nodeWarnings,
  setDefaults(node) {
    const spec = node.spec;
    if (spec !== undefined) syncPodCidrs(spec);
    if (node.status?.capacity !== undefined) node.status.allocatable ??= { ...node.status.capacity };
  },
  prepareForCreate(node) {
    // Kubelets set their first status with the object itself.
    if (node.spec !== undefined) delete node.spec.configSource;
    if (node.status !== undefined) delete node.status.config;
  },
  prepareForUpdate(node, old) {
    keepStatus(node, old);
    node.spec ??= {};
    keepField(node.spec, old.spec ?? {}, 'configSource');
  },
  validate,
  validateUpdate: (node, old) => [...validate(node), ...validateUpdate(node, old)],
  resetFields: ['status'],
  fieldLabels: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  unknownFieldLabel: coreFieldLabel,
  printer: printer<Stored<Node>>(
    [
      NAME,
      column('Status', 'string', 'Whether the node is ready and takes pods.'),
      column('Roles', 'string', 'Roles that labels give to the node.'),
      AGE,
      column('Version', 'string', "Version of the node's kubelet."),
      wideColumn('Internal-IP', 'string', 'Address within the cluster.'),
      wideColumn('External-IP', 'string', 'Address outside of the cluster.'),
      wideColumn('OS-Image', 'string', 'Operating system.'),
      wideColumn('Kernel-Version', 'string', 'Kernel.'),
      wideColumn('Container-Runtime', 'string', 'Container runtime and its version.'),
    ],
    (node, nowMs) => {
      const info = node.status?.nodeInfo;
      return [
        node.metadata.name ?? '',
        statusText(node),
        rolesText(node),
        age(node, nowMs),
        info?.kubeletVersion ?? '',
        address(node, 'InternalIP'),
        address(node, 'ExternalIP'),
        info?.osImage || UNKNOWN,
        info?.kernelVersion || UNKNOWN,
        info?.containerRuntimeVersion || UNKNOWN,
      ];
    },
  ),
  subresources: { status },
});

/** podCIDR is the first of podCIDRs; the old field alone fills the new one. */
function syncPodCidrs(spec: NonNullable<Node['spec']>): void {
  const [first] = spec.podCIDRs ?? [];
  if (first === undefined) {
    if (spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  } else {
    spec.podCIDR ??= first;
  }
}

function validate(node: Stored<Node>): FieldError[] {
  const errors: FieldError[] = [];
  checkTaints(errors, node.spec?.taints);
  checkAmounts(errors, node);
  checkPodCidrs(errors, node.spec?.podCIDRs ?? []);
  return errors;
}

/** Of updates of the status too. */
function validateUpdate(node: Stored<Node>, old: Stored<Node>): FieldError[] {
  const errors: FieldError[] = [];
  const spec = node.spec ?? {};
  const was = old.spec ?? {};
  checkAmounts(errors, node);
  const addresses = new Set<string>();
  node.status?.addresses?.forEach((entry, i) => {
    const key = `${entry.type}/${entry.address}`;
    if (addresses.has(key)) errors.push(duplicate(`status.addresses[${i}]`, entry));
    addresses.add(key);
  });
  if ((was.podCIDRs ?? []).length > 0 && !deepEqual(spec.podCIDRs ?? [], was.podCIDRs)) {
    errors.push(forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  if (was.providerID && was.providerID !== spec.providerID) {
    errors.push(forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  checkTaints(errors, spec.taints);
  if ((spec.externalID ?? '') !== (was.externalID ?? ''))
    errors.push(forbiddenField('spec.externalID', 'may not be updated'));
  return errors;
}

function checkTaints(errors: FieldError[], taints: readonly Taint[] | undefined): void {
  const seen = new Set<string>();
  taints?.forEach((taint, i) => {
    // Upstream's path.
    const at = `metadata.taints[${i}]`;
    const { key = '', value = '', effect = '' } = taint;
    addProblems(errors, `${at}.key`, key, qualifiedNameProblems(key));
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalidValue(`${at}.value`, value, problems.join(';')));
    checkRequiredListed(errors, `${at}.effect`, effect, TAINT_EFFECTS);
    const pair = `${effect}/${key}`;
    if (seen.has(pair))
      errors.push({ ...duplicate(at, taint), detail: 'taints must be unique by key and effect pair' });
    seen.add(pair);
  });
}

function checkAmounts(errors: FieldError[], node: Stored<Node>): void {
  const { capacity = {}, allocatable = {} } = node.status ?? {};
  for (const name in capacity) checkResourceQuantity(errors, `status.capacity.${name}`, name, capacity[name]!);
  for (const name in allocatable) checkResourceQuantity(errors, `status.allocatable.${name}`, name, allocatable[name]!);
}

function checkPodCidrs(errors: FieldError[], ranges: readonly string[]): void {
  const seen = new Set<string>();
  ranges.forEach((text, i) => {
    addProblems(errors, `spec.podCIDRs[${i}]`, text, legacyCidrProblems(text, []));
    if (seen.has(text)) errors.push(duplicate(`spec.podCIDRs[${i}]`, text));
    seen.add(text);
  });
  checkDualStack(
    errors,
    'spec.podCIDRs',
    ranges.map((text) => text.split('/')[0] ?? ''),
    'CIDR',
  );
}

function statusText(node: Stored<Node>): string {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable === true ? `${text},SchedulingDisabled` : text;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

function rolesText({ metadata }: Stored<Node>): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    const role = key.startsWith(ROLE_PREFIX) ? key.slice(ROLE_PREFIX.length) : key === ROLE_LABEL ? value : '';
    if (role !== '') roles.add(role);
  }
  return roles.size === 0 ? NONE : [...roles].sort().join(',');
}

function address(node: Stored<Node>, type: string): string {
  return node.status?.addresses?.find((entry) => entry.type === type)?.address ?? NONE;
}

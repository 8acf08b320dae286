import type { LabelSelector, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { portNameProblems, portNumberProblems } from '../../meta/formats.ts';
import { formatLabelSelector, validateLabelSelector } from '../../meta/label-selector.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems } from '../field-rules.ts';
import { checkListed } from '../number-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { containsCidr, parseCidr } from './cidr.ts';
import { legacyCidrProblems } from './ip.ts';

type Policy = Stored<NetworkPolicy>;

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];

export const networkPolicies = behavior<NetworkPolicy>({
  generation: 'spec',
  setDefaults,
  validate: (policy) => validate(policy, new Set(), false),
  validateUpdate: (policy, old) => validate(policy, cidrsOf(old), hasInvalidSelector(old.spec?.podSelector)),
  printer: printer(
    [NAME, column('Pod-Selector', 'string', 'Pods that the policy applies to.'), AGE],
    (policy, nowMs) => [policy.metadata.name ?? '', formatLabelSelector(policy.spec?.podSelector), age(policy, nowMs)],
  ),
});

function setDefaults(policy: Policy): void {
  const { spec } = policy;
  if (spec === undefined) return;
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
  }
  if (spec.policyTypes === undefined || spec.policyTypes.length === 0) {
    spec.policyTypes = spec.egress !== undefined && spec.egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  }
}

/** `known`: ranges that stood in the stored policy pass unchecked. */
function validate(policy: Policy, known: ReadonlySet<string>, allowInvalidValues: boolean): FieldError[] {
  const { spec = {} } = policy;
  const errors = validateLabelSelector(spec.podSelector, 'spec.podSelector', { allowInvalidValues });
  const rules = [
    ...(spec.ingress ?? []).map((rule, i) => ({
      ports: rule.ports,
      peers: rule.from,
      peersName: 'from',
      at: `spec.ingress[${i}]`,
    })),
    ...(spec.egress ?? []).map((rule, i) => ({
      ports: rule.ports,
      peers: rule.to,
      peersName: 'to',
      at: `spec.egress[${i}]`,
    })),
  ];
  for (const { ports, peers, peersName, at } of rules) {
    (ports ?? []).forEach((port, i) => {
      checkPort(errors, `${at}.ports[${i}]`, port);
    });
    (peers ?? []).forEach((peer, i) => {
      checkPeer(errors, `${at}.${peersName}[${i}]`, peer, known, allowInvalidValues);
    });
  }
  const types: readonly string[] = spec.policyTypes ?? [];
  if (types.length > 2) {
    errors.push(invalidValue('spec.policyTypes', types, 'may not specify more than two policyTypes'));
    return errors;
  }
  types.forEach((type, i) => {
    checkListed(errors, `spec.policyTypes[${i}]`, type, POLICY_TYPES);
  });
  return errors;
}

function checkPort(errors: FieldError[], field: string, rule: NetworkPolicyPort): void {
  const { protocol, port, endPort } = rule;
  checkListed(errors, `${field}.protocol`, protocol, PROTOCOLS);
  if (port === undefined) {
    if (endPort !== undefined)
      errors.push(invalidValue(`${field}.endPort`, endPort, 'may not be specified when `port` is not specified'));
  } else if (typeof port === 'string') {
    if (endPort !== undefined)
      errors.push(invalidValue(`${field}.endPort`, endPort, 'may not be specified when `port` is non-numeric'));
    addProblems(errors, `${field}.port`, port, portNameProblems(port));
  } else {
    addProblems(errors, `${field}.port`, port, portNumberProblems(port));
    if (endPort === undefined) return;
    if (endPort < port)
      errors.push(invalidValue(`${field}.endPort`, endPort, 'must be greater than or equal to `port`'));
    addProblems(errors, `${field}.endPort`, endPort, portNumberProblems(endPort));
  }
}

function checkPeer(
  errors: FieldError[],
  field: string,
  peer: NetworkPolicyPeer,
  known: ReadonlySet<string>,
  allowInvalidValues: boolean,
): void {
  errors.push(...validateLabelSelector(peer.podSelector, `${field}.podSelector`, { allowInvalidValues }));
  errors.push(...validateLabelSelector(peer.namespaceSelector, `${field}.namespaceSelector`, { allowInvalidValues }));
  const selects = peer.podSelector !== undefined || peer.namespaceSelector !== undefined;
  if (peer.ipBlock !== undefined) checkIpBlock(errors, `${field}.ipBlock`, peer.ipBlock, known);
  if (!selects && peer.ipBlock === undefined) errors.push(required(field, 'must specify a peer'));
  if (selects && peer.ipBlock !== undefined)
    errors.push(forbiddenField(field, 'may not specify both ipBlock and another peer'));
}

function checkIpBlock(
  errors: FieldError[],
  field: string,
  block: { cidr?: string; except?: string[] },
  known: ReadonlySet<string>,
): void {
  const { cidr = '', except = [] } = block;
  if (cidr === '') {
    errors.push(required(`${field}.cidr`));
    return;
  }
  if (!known.has(cidr)) addProblems(errors, `${field}.cidr`, cidr, legacyCidrProblems(cidr, []));
  const outer = parseCidr(cidr);
  if (outer === null) return;
  except.forEach((text, i) => {
    if (!known.has(text)) addProblems(errors, `${field}.except[${i}]`, text, legacyCidrProblems(text, []));
    const inner = parseCidr(text);
    if (inner === null) return;
    if (!containsCidr(outer, inner) || outer.prefixLength >= inner.prefixLength) {
      errors.push(invalidValue(`${field}.except[${i}]`, text, 'must be a strict subset of `cidr`'));
    }
  });
}

function cidrsOf(policy: Policy): Set<string> {
  const known = new Set<string>();
  const lists = [
    ...(policy.spec?.ingress ?? []).map((rule) => rule.from),
    ...(policy.spec?.egress ?? []).map((rule) => rule.to),
  ];
  for (const list of lists) {
    for (const { ipBlock } of list ?? []) {
      if (ipBlock === undefined) continue;
      known.add(ipBlock.cidr ?? '');
      for (const text of ipBlock.except ?? []) known.add(text);
    }
  }
  return known;
}

function hasInvalidSelector(selector: LabelSelector | undefined): boolean {
  return validateLabelSelector(selector, '').length > 0;
}

/** Validation of pod specs, in pods and in templates. */
import type { PodDNSConfig, PodResourceClaim, PodSpec, PodTemplateSpec } from '../../generated/interfaces.ts';
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../meta/field-error.ts';
import { validateLabels } from '../../meta/label-selector.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  qualifiedNameProblems,
  searchDomainProblems,
} from '../../meta/names.ts';
import { validateAnnotations } from '../../meta/object-meta.ts';
import { compareQuantities, parseQuantity, quantityText } from '../../meta/quantity.ts';
import { addProblems } from '../field-rules.ts';
import { checkIp, checkRange, checkRequiredListed, INT32_MAX } from '../number-rules.ts';
import {
  checkContainers,
  checkEphemeralContainers,
  checkInitContainers,
  type PodFacts,
} from './container-validation.ts';
import { checkPodAnnotations } from './pod-annotations.ts';
import { checkOs } from './pod-os-validation.ts';
import { totalOf } from './pod-resources.ts';
import { checkResources } from './resource-requirements.ts';
import { checkAffinity, checkTolerations, checkTopologySpread } from './scheduling-validation.ts';
import { checkHostUsers, checkPodSecurity } from './security-validation.ts';
import { checkVolumes } from './volume-validation.ts';

const NO_SPEC: PodSpec = { containers: [] };

/** `podName`: '' within templates. `isPod`: not within a template. */
export function checkPodSpec(
  errors: FieldError[],
  field: string,
  given: PodSpec | undefined,
  podName: string,
  isPod: boolean,
): void {
  const spec = given ?? NO_SPEC;
  if (spec.terminationGracePeriodSeconds === undefined) errors.push(required(`${field}.terminationGracePeriodSeconds`));
  const facts: PodFacts = {
    volumes: checkVolumes(errors, `${field}.volumes`, spec.volumes ?? [], podName),
    claimNames: new Set((spec.resourceClaims ?? []).flatMap(({ name = '' }) => (name === '' ? [] : [name]))),
    graceSeconds: spec.terminationGracePeriodSeconds ?? 0,
    restartPolicy: spec.restartPolicy ?? '',
    hostUsers: spec.hostUsers !== false,
  };
  const containers = spec.containers ?? [];
  const { initContainers = [], ephemeralContainers = [] } = spec;
  checkResourceClaims(errors, `${field}.resourceClaims`, spec.resourceClaims ?? []);
  checkContainers(errors, `${field}.containers`, containers, facts);
  checkInitContainers(errors, `${field}.initContainers`, initContainers, containers, facts);
  if (ephemeralContainers.length > 0) {
    checkEphemeralContainers(
      errors,
      `${field}.ephemeralContainers`,
      ephemeralContainers,
      [...containers, ...initContainers],
      facts,
    );
  }
  if (spec.resources !== undefined) checkPodResources(errors, `${field}.resources`, spec, facts);
  if (spec.hostNetwork === true) checkHostPortsMatch(errors, `${field}.containers`, spec, isPod);
  checkRequiredListed(errors, `${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']);
  checkRequiredListed(errors, `${field}.dnsPolicy`, spec.dnsPolicy, [
    'ClusterFirstWithHostNet',
    'ClusterFirst',
    'Default',
    'None',
  ]);
  validateLabels(spec.nodeSelector, `${field}.nodeSelector`, errors);
  checkPodSecurity(errors, `${field}.securityContext`, spec, spec.securityContext);
  checkAffinity(errors, `${field}.affinity`, spec.affinity);
  checkDnsConfig(errors, `${field}.dnsConfig`, spec);
  spec.readinessGates?.forEach(({ conditionType = '' }, i) => {
    addProblems(
      errors,
      `${field}.readinessGates[${i}].conditionType`,
      conditionType,
      qualifiedNameProblems(conditionType),
    );
  });
  checkSchedulingGates(errors, `${field}.schedulingGates`, spec);
  checkTopologySpread(errors, `${field}.topologySpreadConstraints`, spec.topologySpreadConstraints);
  checkHostUsers(errors, field, spec);
  checkNames(errors, field, spec);
  if (spec.activeDeadlineSeconds !== undefined) {
    checkRange(errors, `${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, INT32_MAX);
  }
  checkTolerations(errors, `${field}.tolerations`, spec.tolerations);
  checkHostAliases(errors, `${field}.hostAliases`, spec);
  if (spec.preemptionPolicy !== undefined) {
    checkRequiredListed(errors, `${field}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  }
  if (spec.overhead !== undefined)
    checkResources(errors, `${field}.overhead`, { limits: spec.overhead }, facts.claimNames);
  checkOs(errors, field, spec);
}

/** A template within a workload. */
export function checkPodTemplate(errors: FieldError[], field: string, template: PodTemplateSpec): void {
  const { metadata = {}, spec } = template;
  validateLabels(metadata.labels, `${field}.labels`, errors);
  validateAnnotations(metadata.annotations, `${field}.annotations`, errors);
  checkPodAnnotations(errors, `${field}.annotations`, metadata.annotations, spec ?? NO_SPEC);
  checkPodSpec(errors, `${field}.spec`, spec, '', false);
  if ((spec?.ephemeralContainers ?? []).length > 0) {
    errors.push(
      forbiddenField(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'),
    );
  }
}

function checkResourceClaims(errors: FieldError[], field: string, claims: readonly PodResourceClaim[]): void {
  const names = new Set<string>();
  claims.forEach((claim, i) => {
    const at = `${field}[${i}]`;
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim;
    if (name === '') errors.push(required(`${at}.name`));
    else if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else addProblems(errors, `${at}.name`, name, dns1123LabelProblems(name));
    names.add(name);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      const text = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      errors.push(invalidValue(at, claim, text));
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      errors.push(invalidValue(at, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    }
    checkName(errors, `${at}.resourceClaimName`, resourceClaimName);
    checkName(errors, `${at}.resourceClaimTemplateName`, resourceClaimTemplateName);
  });
}

/** An absent name passes. */
function checkName(errors: FieldError[], field: string, name: string | undefined): void {
  if (name !== undefined) addProblems(errors, field, name, dns1123SubdomainProblems(name));
}

function checkNames(errors: FieldError[], field: string, spec: PodSpec): void {
  checkName(errors, `${field}.serviceAccountName`, spec.serviceAccountName);
  checkName(errors, `${field}.nodeName`, spec.nodeName);
  checkName(errors, `${field}.priorityClassName`, spec.priorityClassName);
  checkName(errors, `${field}.runtimeClassName`, spec.runtimeClassName);
  const { hostname, subdomain, hostnameOverride } = spec;
  if (hostname !== undefined) addProblems(errors, `${field}.hostname`, hostname, dns1123LabelProblems(hostname));
  if (subdomain !== undefined) addProblems(errors, `${field}.subdomain`, subdomain, dns1123LabelProblems(subdomain));
  if (hostnameOverride === undefined) return;
  checkName(errors, `${field}.hostnameOverride`, hostnameOverride);
  if (hostnameOverride.length > 64) {
    errors.push(invalidValue(`${field}.hostnameOverride`, hostnameOverride, 'must be no more than 64 characters'));
  }
  if (spec.setHostnameAsFQDN === true) {
    errors.push(forbiddenField(`${field}.hostnameOverride`, 'may not be specified when setHostnameAsFQDN is true'));
  }
  if (spec.hostNetwork === true) {
    errors.push(forbiddenField(`${field}.hostnameOverride`, 'may not be specified when hostNetwork is true'));
  }
}

function checkPodResources(errors: FieldError[], field: string, spec: PodSpec, facts: PodFacts): void {
  const { resources = {} } = spec;
  if (resources.claims !== undefined) {
    errors.push(forbiddenField(`${field}.claims`, 'claims cannot be set for Resources at pod-level'));
  }
  checkResources(errors, field, resources, facts.claimNames, true);
  const { requests = {}, limits = {} } = resources;
  if (Object.keys(requests).length > 0) {
    for (const [name, total] of totalOf(spec, 'requests')) {
      if (!Object.hasOwn(requests, name)) continue;
      const text = requests[name]!;
      const own = parseQuantity(text);
      if (own === null || compareQuantities(total, own) <= 0) continue;
      const detail = `must be greater than or equal to aggregate container requests of ${quantityText(total)}`;
      errors.push(invalidValue(`${field}.requests[${name}]`, text, detail));
    }
  }
  (spec.containers ?? []).forEach((container, i) => {
    for (const [name, text] of Object.entries(container.resources?.limits ?? {})) {
      const allowed = Object.hasOwn(limits, name) ? parseQuantity(limits[name]!) : null;
      const limit = parseQuantity(text);
      if (allowed === null || limit === null || compareQuantities(limit, allowed) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${limits[name]}`;
      errors.push(invalidValue(`${field}.containers[${i}][${name}].limits`, text, detail));
    }
  });
}

function checkHostPortsMatch(errors: FieldError[], field: string, spec: PodSpec, isPod: boolean): void {
  (spec.containers ?? []).forEach((container, i) => {
    container.ports?.forEach(({ hostPort = 0, containerPort = 0 }, j) => {
      if (hostPort === containerPort || (hostPort === 0 && !isPod)) return;
      const text = 'must match `containerPort` when `hostNetwork` is true';
      errors.push(invalidValue(`${field}[${i}].ports[${j}].hostPort`, hostPort, text));
    });
  });
}

function checkSchedulingGates(errors: FieldError[], field: string, spec: PodSpec): void {
  const seen = new Set<string>();
  spec.schedulingGates?.forEach(({ name = '' }, i) => {
    addProblems(errors, `${field}[${i}]`, name, qualifiedNameProblems(name));
    if (seen.has(name)) errors.push(duplicate(`${field}[${i}]`, name));
    seen.add(name);
  });
}

const NAMESERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCH_CHARACTERS_MAX = 2048;

function checkDnsConfig(errors: FieldError[], field: string, spec: PodSpec): void {
  const { dnsConfig } = spec;
  if (spec.dnsPolicy === 'None' && dnsConfig === undefined) {
    errors.push(required(field, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  } else if (spec.dnsPolicy === 'None' && (dnsConfig?.nameservers ?? []).length === 0) {
    errors.push(required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
  } else if (dnsConfig !== undefined) {
    checkDnsSettings(errors, field, dnsConfig);
  }
}

function checkDnsSettings(errors: FieldError[], field: string, config: PodDNSConfig): void {
  const { nameservers = [], searches = [] } = config;
  if (nameservers.length > NAMESERVERS_MAX) {
    errors.push(
      invalidValue(`${field}.nameservers`, nameservers, `must not have more than ${NAMESERVERS_MAX} nameservers`),
    );
  }
  nameservers.forEach((address, i) => {
    checkIp(errors, `${field}.nameservers[${i}]`, address);
  });
  if (searches.length > SEARCHES_MAX) {
    errors.push(invalidValue(`${field}.searches`, searches, `must not have more than ${SEARCHES_MAX} search paths`));
  }
  if (searches.join(' ').length > SEARCH_CHARACTERS_MAX) {
    const text = `must not have more than ${SEARCH_CHARACTERS_MAX} characters (including spaces) in the search list`;
    errors.push(invalidValue(`${field}.searches`, searches, text));
  }
  searches.forEach((search, i) => {
    if (search === '.') return;
    const domain = search.endsWith('.') ? search.slice(0, -1) : search;
    addProblems(errors, `${field}.searches[${i}]`, domain, searchDomainProblems(domain));
  });
  config.options?.forEach(({ name }, i) => {
    if (!name) errors.push(required(`${field}.options[${i}]`, 'must not be empty'));
  });
}

function checkHostAliases(errors: FieldError[], field: string, spec: PodSpec): void {
  spec.hostAliases?.forEach(({ ip, hostnames = [] }, i) => {
    checkIp(errors, `${field}[${i}].ip`, ip);
    hostnames.forEach((name, j) => {
      addProblems(errors, `${field}[${i}].hostnames[${j}]`, name, dns1123SubdomainProblems(name));
    });
  });
}

/** A workload's template whose pods must always be restarted. */
export function checkAlwaysRestarts(
  errors: FieldError[],
  field: string,
  template: PodTemplateSpec,
  kind: string,
): void {
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? NO_SPEC;
  if (restartPolicy !== 'Always')
    errors.push(notSupported(`${field}.spec.restartPolicy`, restartPolicy ?? '', ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    errors.push(
      forbiddenField(`${field}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`),
    );
  }
}

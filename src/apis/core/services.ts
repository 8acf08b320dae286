/** services; cluster IPs and node ports are allocated beside the write. */
import type { Service } from '../../generated/interfaces.ts';
import { formatLabels } from '../../meta/labels.ts';
import { nameIsDns1035Label } from '../../meta/names.ts';
import { behavior, type Stored, statusSubresource } from '../behavior.ts';
import { AGE, age, column, NAME, NONE, orNone, printer, SELECTOR, UNKNOWN } from '../printing.ts';
import { checkServiceUpdate } from './service-ip-validation.ts';
import { prepareServiceForCreate, prepareServiceForUpdate, setServiceDefaults } from './service-preparation.ts';
import { validateService, validateServiceStatus } from './service-validation.ts';
import { coreFieldLabel } from './unknown-field-label.ts';

const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';

export const services = behavior<Service>({
  validateName: nameIsDns1035Label,
  setDefaults: setServiceDefaults,
  prepareForCreate: prepareServiceForCreate,
  prepareForUpdate: prepareServiceForUpdate,
  validate: validateService,
  validateUpdate(service, old) {
    const errors = validateService(service);
    checkServiceUpdate(errors, service.spec ?? {}, old.spec ?? {});
    return errors;
  },
  warnings,
  resetFields: ['status'],
  allowCreateOnUpdate: true,
  deleteReturnsObject: true,
  fieldLabels: {
    'spec.clusterIP': ({ spec }) => spec?.clusterIP ?? '',
    'spec.type': ({ spec }) => spec?.type ?? '',
  },
  unknownFieldLabel: coreFieldLabel,
  printer: printer<Stored<Service>>(
    [
      NAME,
      column('Type', 'string', 'How the service is reached.'),
      column('Cluster-IP', 'string', 'Address within the cluster.'),
      column('External-IP', 'string', 'Addresses outside of the cluster.'),
      column('Port(s)', 'string', 'Ports of the service, with the nodes’ ports.'),
      AGE,
      SELECTOR,
    ],
    (service, nowMs) => {
      const spec = service.spec ?? {};
      return [
        service.metadata.name ?? '',
        spec.type ?? '',
        orNone(spec.clusterIPs?.[0]),
        externalAddress(service),
        portsText(service),
        age(service, nowMs),
        formatLabels(spec.selector),
      ];
    },
  ),
  subresources: { status: statusSubresource<Service>({ validateUpdate: validateServiceStatus }) },
});

function warnings({ metadata, spec = {} }: Stored<Service>): string[] {
  const texts: string[] = [];
  const hasExternalIps = (spec.externalIPs ?? []).length > 0;
  const isHeadless = spec.clusterIP === 'None';
  const isName = spec.type === 'ExternalName';
  if (metadata.annotations?.[TOPOLOGY_HINTS] !== undefined) {
    texts.push(`annotation ${TOPOLOGY_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  }
  if (isHeadless) {
    if (spec.loadBalancerIP) texts.push('spec.loadBalancerIP is ignored for headless services');
    if (hasExternalIps) texts.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') texts.push('spec.SessionAffinity is ignored for headless services');
  }
  if (hasExternalIps && !isHeadless && !isName) {
    texts.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (hasExternalIps && isName) texts.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (!isName && spec.externalName) texts.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === 'PreferClose') {
    texts.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return texts;
}

function externalAddress({ spec = {}, status = {} }: Stored<Service>): string {
  const ips = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return ips.length > 0 ? ips.join(',') : NONE;
    case 'LoadBalancer': {
      const ingress = new Set((status.loadBalancer?.ingress ?? []).map((entry) => entry.ip || entry.hostname || ''));
      ingress.delete('');
      const all = [...[...ingress].sort(), ...ips];
      return all.length > 0 ? all.join(',') : '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return UNKNOWN;
  }
}

function portsText({ spec = {} }: Stored<Service>): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.length === 0 ? NONE : ports.join(',');
}

import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, invalidValue, notSupported, required, tooMany } from '../../meta/field-error.ts';
import { portNumberProblems } from '../../meta/formats.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems, qualifiedNameProblems } from '../../meta/names.ts';
import { deepEqual } from '../../schema/equal.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkImmutable, checkOneOf, checkText } from '../field-rules.ts';
import { parseIp } from '../networking/cidr.ts';
import { checkNotSpecialIp } from '../number-rules.ts';
import { AGE, age, column, firstOf, NAME, printer, UNSET } from '../printing.ts';
import { sameValues } from '../semantic.ts';

type Slice = Stored<EndpointSlice>;

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const ENDPOINTS_MAX = 1000;
const PORTS_MAX = 20_000;
const ADDRESSES_MAX = 100;
const HINTS_MAX = 8;
const ITEMS_SHOWN = 3;

export const endpointSlices = behavior<EndpointSlice>({
  setDefaults(slice) {
    for (const port of slice.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  prepareForCreate(slice) {
    slice.metadata.generation = 1;
    dropTopology(slice);
  },
  prepareForUpdate(slice, old) {
    if (!(old.endpoints ?? []).some((endpoint) => endpoint.deprecatedTopology !== undefined)) dropTopology(slice);
    if (changed(slice, old)) slice.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validate,
  validateUpdate(slice, old) {
    const errors = validate(slice);
    checkImmutable(errors, 'addressType', slice.addressType, old.addressType);
    return errors;
  },
  warnings: (slice) => (slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
  printer: printer(
    [
      NAME,
      column('AddressType', 'string', 'Kind of the addresses.'),
      column('Ports', 'string', 'Ports of every endpoint.'),
      column('Endpoints', 'string', 'Addresses of the endpoints.'),
      AGE,
    ],
    (slice, nowMs) => [
      slice.metadata.name ?? '',
      slice.addressType ?? '',
      portsText(slice.ports ?? []),
      endpointsText(slice.endpoints ?? []),
      age(slice, nowMs),
    ],
  ),
});

/** Topology is of v1beta1; v1 has nodeName and zone. */
function dropTopology(slice: Slice): void {
  for (const endpoint of slice.endpoints ?? []) delete endpoint.deprecatedTopology;
}

/** Labels count: they say which Service the slice is of. */
function changed(slice: Slice, old: Slice): boolean {
  const content = ({ addressType, endpoints, ports }: Slice): object => ({ addressType, endpoints, ports });
  return (
    !sameValues('io.k8s.api.discovery.v1.EndpointSlice', content(slice), content(old)) ||
    !deepEqual(slice.metadata.labels ?? {}, old.metadata.labels ?? {})
  );
}

function validate(slice: Slice): FieldError[] {
  const errors: FieldError[] = [];
  const { addressType = '' } = slice;
  const endpoints = slice.endpoints ?? [];
  if (addressType === '') errors.push(required('addressType'));
  else if (!ADDRESS_TYPES.includes(addressType)) errors.push(notSupported('addressType', addressType, ADDRESS_TYPES));
  if (endpoints.length > ENDPOINTS_MAX) {
    errors.push(tooMany('endpoints', endpoints.length, ENDPOINTS_MAX));
  } else {
    endpoints.forEach((endpoint, i) => {
      checkEndpoint(errors, `endpoints[${i}]`, endpoint, addressType);
    });
  }
  checkPorts(errors, slice.ports ?? []);
  return errors;
}

function checkEndpoint(errors: FieldError[], field: string, endpoint: Endpoint, addressType: string): void {
  const { nodeName, hostname, hints } = endpoint;
  const addresses = endpoint.addresses ?? [];
  if (addresses.length === 0) errors.push(required(`${field}.addresses`, 'must contain at least 1 address'));
  if (addresses.length > ADDRESSES_MAX) errors.push(tooMany(`${field}.addresses`, addresses.length, ADDRESSES_MAX));
  else {
    addresses.forEach((address, i) => {
      checkAddress(errors, `${field}.addresses[${i}]`, address, addressType);
    });
  }
  if (nodeName !== undefined) addProblems(errors, `${field}.nodeName`, nodeName, dns1123SubdomainProblems(nodeName));
  if (hostname !== undefined) addProblems(errors, `${field}.hostname`, hostname, dns1123LabelProblems(hostname));
  if (hints === undefined) return;
  checkHints(errors, `${field}.hints.forZones`, hints.forZones ?? []);
  checkHints(errors, `${field}.hints.forNodes`, hints.forNodes ?? []);
}

function checkAddress(errors: FieldError[], field: string, address: string, addressType: string): void {
  if (addressType === 'FQDN') {
    addProblems(
      errors,
      field,
      address,
      dns1123SubdomainProblems(address.endsWith('.') ? address.slice(0, -1) : address),
    );
    return;
  }
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return;
  const ip = parseIp(address);
  if (ip === null || ip.family !== addressType)
    errors.push(invalidValue(field, address, `must be a valid ${addressType} address`));
  else checkNotSpecialIp(errors, field, address, ip);
}

function checkHints(errors: FieldError[], field: string, hints: readonly { name?: string }[]): void {
  if (hints.length > HINTS_MAX) {
    errors.push(tooMany(field, hints.length, HINTS_MAX));
    return;
  }
  const seen = new Set<string>();
  hints.forEach(({ name = '' }, i) => {
    if (seen.has(name)) errors.push(duplicate(`${field}[${i}].name`, name));
    seen.add(name);
    checkText(errors, `${field}[${i}].name`, name, () => []);
  });
}

function checkPorts(errors: FieldError[], ports: readonly DiscoveryV1EndpointPort[]): void {
  if (ports.length > PORTS_MAX) {
    errors.push(tooMany('ports', ports.length, PORTS_MAX));
    return;
  }
  const names = new Set<string>();
  ports.forEach(({ name = '', protocol, port, appProtocol }, i) => {
    const field = `ports[${i}]`;
    if (name !== '') addProblems(errors, `${field}.name`, name, dns1123LabelProblems(name));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
    if (protocol === undefined) errors.push(required(`${field}.protocol`));
    checkOneOf(errors, `${field}.protocol`, protocol, PROTOCOLS);
    if (port !== undefined) addProblems(errors, `${field}.port`, port, portNumberProblems(port));
    if (appProtocol !== undefined)
      addProblems(errors, `${field}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol));
  });
}

function portsText(ports: readonly DiscoveryV1EndpointPort[]): string {
  if (ports.length === 0) return UNSET;
  return firstOf(
    ports.map(({ name, port }) => (port === undefined ? (name ? name : '*') : String(port))),
    ITEMS_SHOWN,
  );
}

function endpointsText(endpoints: readonly Endpoint[]): string {
  const addresses = endpoints.flatMap((endpoint) => endpoint.addresses ?? []);
  return addresses.length === 0 ? UNSET : firstOf(addresses, ITEMS_SHOWN);
}

/** endpoints */
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '../../generated/interfaces.ts';
import { type FieldError, required } from '../../meta/field-error.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems, qualifiedNameProblems } from '../../meta/names.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkRequiredOneOf } from '../field-rules.ts';
import { checkIp, checkNotSpecialIp, checkPortNumber } from '../number-rules.ts';
import { AGE, age, column, NAME, NONE, printer } from '../printing.ts';

const SHOWN_MAX = 3;

export const endpoints = behavior<Endpoints>({
  repeatsMetadataChecks: true,
  setDefaults(object) {
    for (const subset of object.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ??= 'TCP';
  },
  prepareForCreate: repack,
  prepareForUpdate: repack,
  validate,
  validateUpdate: validate,
  allowCreateOnUpdate: true,
  printer: printer<Stored<Endpoints>>(
    [NAME, column('Endpoints', 'string', 'Addresses and ports.'), AGE],
    (object, nowMs) => [object.metadata.name ?? '', addressesText(object.subsets ?? []), age(object, nowMs)],
  ),
});

/** Subsets with the same ports become one, with each address once and in order. */
function repack(object: Stored<Endpoints>): void {
  const { subsets = [] } = object;
  if (subsets.length === 0 || subsets.some(isEmpty)) return;
  const byPorts = new Map<string, EndpointSubset[]>();
  for (const subset of subsets) {
    const key = (subset.ports ?? []).map(portKey).sort().join(' ');
    byPorts.set(key, [...(byPorts.get(key) ?? []), subset]);
  }
  object.subsets = [...byPorts.values()].map(merged);
}

function isEmpty(subset: EndpointSubset): boolean {
  return (subset.addresses ?? []).length === 0 && (subset.notReadyAddresses ?? []).length === 0;
}

function portKey({ name = '', port, protocol, appProtocol = '' }: EndpointPort): string {
  return `${name}/${port}/${protocol}/${appProtocol}`;
}

function addressKey({ ip, targetRef }: EndpointAddress): string {
  return `${ip} ${targetRef?.uid ?? ''}`;
}

function merged(subsets: readonly EndpointSubset[]): EndpointSubset {
  const ready = distinct(subsets.flatMap((subset) => subset.addresses ?? []));
  const names = new Set(ready.map(addressKey));
  // Ready somewhere is ready.
  const notReady = distinct(subsets.flatMap((subset) => subset.notReadyAddresses ?? [])).filter(
    (a) => !names.has(addressKey(a)),
  );
  const subset: EndpointSubset = {};
  if (ready.length > 0) subset.addresses = ready;
  if (notReady.length > 0) subset.notReadyAddresses = notReady;
  const ports = subsets[0]?.ports ?? [];
  if (ports.length > 0) subset.ports = [...ports].sort((a, b) => compare(portKey(a), portKey(b)));
  return subset;
}

function distinct(addresses: readonly EndpointAddress[]): EndpointAddress[] {
  const byKey = new Map<string, EndpointAddress>();
  for (const address of addresses) byKey.set(addressKey(address), address);
  return [...byKey.values()].sort((a, b) => compare(addressKey(a), addressKey(b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function validate(object: Stored<Endpoints>): FieldError[] {
  const errors: FieldError[] = [];
  object.subsets?.forEach((subset, i) => {
    const at = `subsets[${i}]`;
    if (isEmpty(subset)) errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'));
    checkAddresses(errors, `${at}.addresses`, subset.addresses);
    checkAddresses(errors, `${at}.notReadyAddresses`, subset.notReadyAddresses);
    const ports = subset.ports ?? [];
    ports.forEach((port, j) => {
      checkPort(errors, `${at}.ports[${j}]`, port, ports.length > 1);
    });
  });
  return errors;
}

function checkAddresses(errors: FieldError[], field: string, addresses: readonly EndpointAddress[] | undefined): void {
  addresses?.forEach(({ ip = '', hostname = '', nodeName }, i) => {
    const at = `${field}[${i}]`;
    const parsed = checkIp(errors, `${at}.ip`, ip);
    if (hostname !== '') addProblems(errors, `${at}.hostname`, hostname, dns1123LabelProblems(hostname));
    if (nodeName !== undefined) addProblems(errors, `${at}.nodeName`, nodeName, dns1123SubdomainProblems(nodeName));
    if (parsed !== null) checkNotSpecialIp(errors, `${at}.ip`, ip, parsed);
  });
}

function checkPort(errors: FieldError[], at: string, port: EndpointPort, nameRequired: boolean): void {
  const { name = '', appProtocol } = port;
  if (name !== '') addProblems(errors, `${at}.name`, name, dns1123LabelProblems(name));
  else if (nameRequired) errors.push(required(`${at}.name`));
  checkPortNumber(errors, `${at}.port`, port.port ?? 0);
  checkRequiredOneOf(errors, `${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']);
  if (appProtocol !== undefined)
    addProblems(errors, `${at}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol));
}

function addressesText(subsets: readonly EndpointSubset[]): string {
  if (subsets.length === 0) return NONE;
  const shown: string[] = [];
  let count = 0;
  for (const { addresses = [], ports = [] } of subsets) {
    const suffixes = ports.length === 0 ? [''] : ports.map(({ port }) => `:${port}`);
    for (const suffix of suffixes) {
      for (const { ip = '' } of addresses) {
        if (count < SHOWN_MAX) shown.push(suffix !== '' && ip.includes(':') ? `[${ip}]${suffix}` : ip + suffix);
        count++;
      }
    }
  }
  return count > SHOWN_MAX ? `${shown.join(',')} + ${count - SHOWN_MAX} more...` : shown.join(',');
}

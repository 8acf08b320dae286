/**
 * Node ports of services. What is taken is read from the services that stand, and from the writes under way in this
 * process; two servers over one store may still give the same port to two services, which upstream's allocators prevent
 * by a shared bitmap and its repair only reports.
 */

import type { Random } from '../../base/random.ts';
import type { ServiceSpec } from '../../generated/interfaces.ts';
import { invalidValue } from '../../meta/field-error.ts';
import { internalError, invalid } from '../../meta/status.ts';
import { nodePortCandidates, type PortRange } from '../networking/cidr.ts';
import { needsHealthCheckNodePort, needsNodePort } from './service-facts.ts';

export interface NodePorts {
  /**
   * Fills in the node ports that `spec` needs and lacks. Answers the ports newly taken: they stay reserved until
   * `release`. Throws 422 for a wish that cannot be met and 500 when there are no ports left, and then reserves nothing.
   */
  allocate(name: string, spec: ServiceSpec, old: ServiceSpec | null, dryRun: boolean): readonly number[];
  /** Their service is stored, or will not be. */
  release(ports: readonly number[]): void;
}

export interface NodePortOptions {
  readonly range: PortRange;
  readonly random: Random;
  /** By stored services. */
  readonly used: () => ReadonlySet<number>;
}

export function createNodePorts({ range, random, used }: NodePortOptions): NodePorts {
  const reserved = new Set<number>();
  return {
    allocate(name, spec, old, dryRun) {
      const held = new Set(old === null ? [] : nodePortsOf(old));
      let stored: ReadonlySet<number> | null = null;
      const isBusy = (port: number): boolean => {
        stored ??= used();
        return reserved.has(port) || stored.has(port);
      };
      const operation: Operation = { name, taken: new Set(), held, range, random, isBusy };
      if (old === null) createPorts(operation, spec);
      else updatePorts(operation, spec);
      if (needsHealthCheckNodePort(spec) && (old === null || !needsHealthCheckNodePort(old)))
        healthCheckPort(operation, spec);
      const taken = [...operation.taken];
      if (!dryRun) for (const port of taken) reserved.add(port);
      return taken;
    },
    release(ports) {
      for (const port of ports) reserved.delete(port);
    },
  };
}

/** Every port that a service holds on the nodes. */
export function nodePortsOf({ ports = [], healthCheckNodePort }: ServiceSpec): number[] {
  const held = ports.flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
  return healthCheckNodePort ? [...held, healthCheckNodePort] : held;
}

interface Operation {
  readonly name: string;
  /** By this operation. */
  readonly taken: Set<number>;
  /** By the service before this write. */
  readonly held: ReadonlySet<number>;
  readonly range: PortRange;
  readonly random: Random;
  readonly isBusy: (port: number) => boolean;
}

const SERVICE = { group: '', resource: 'Service' };
const FULL_TEXT = 'range is full';

function isNodePortType({ type }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** Ports with one number, of several protocols, share their node port. */
function createPorts(operation: Operation, spec: ServiceSpec): void {
  if (!isNodePortType(spec)) return;
  const byPort = new Map<number, number>();
  const { ports = [] } = spec;
  const wishes = new Map<number | undefined, number>();
  for (const { port, nodePort } of ports) if (nodePort && !wishes.has(port)) wishes.set(port, nodePort);
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !needsNodePort(spec)) continue;
    const shared = byPort.get(port.port ?? 0);
    if (shared !== undefined) {
      if (!port.nodePort) port.nodePort = shared;
      else if (port.nodePort !== shared) takeWish(operation, i, port.nodePort);
      continue;
    }
    const wish = port.nodePort || wishes.get(port.port);
    if (wish) takeWish(operation, i, wish);
    port.nodePort = wish || takeAny(operation, 'nodePort');
    byPort.set(port.port ?? 0, port.nodePort);
  }
}

function updatePorts(operation: Operation, spec: ServiceSpec): void {
  if (!isNodePortType(spec)) return;
  for (const [i, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort) {
      if (needsNodePort(spec)) port.nodePort = takeAny(operation, 'nodePort');
    } else if (!operation.held.has(port.nodePort) && !operation.taken.has(port.nodePort)) {
      takeWish(operation, i, port.nodePort);
    }
  }
}

function healthCheckPort(operation: Operation, spec: ServiceSpec): void {
  const { healthCheckNodePort: wish = 0 } = spec;
  if (wish === 0) {
    spec.healthCheckNodePort = takeAny(operation, 'HealthCheck NodePort 0');
    return;
  }
  const problem = take(operation, wish);
  if (problem !== '') throw internalError(`failed to allocate requested HealthCheck NodePort ${wish}: ${problem}`);
}

function takeWish(operation: Operation, index: number, port: number): void {
  const problem = take(operation, port);
  if (problem === '') return;
  throw invalid(SERVICE, operation.name, [invalidValue(`spec.ports[${index}].nodePort`, port, problem)]);
}

/** '' or why not. */
function take({ range, taken, held, isBusy }: Operation, port: number): string {
  if (port < range.first || port > range.last)
    return `provided port is not in the valid range. The range of valid ports is ${range.first}-${range.last}`;
  if (taken.has(port) || (isBusy(port) && !held.has(port))) return 'provided port is already allocated';
  taken.add(port);
  return '';
}

function takeAny({ range, random, taken, held, isBusy }: Operation, what: string): number {
  for (const port of nodePortCandidates(range, random.below)) {
    if (taken.has(port) || held.has(port) || isBusy(port)) continue;
    taken.add(port);
    return port;
  }
  throw internalError(`failed to allocate a ${what}: ${FULL_TEXT}`);
}

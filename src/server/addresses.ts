/** Where this server is found: by members of the cluster, by its own kubeconfig, by its service. */
import { networkInterfaces } from 'node:os';
import { type Cidr, firstAddress, parseCidr } from '../apis/networking/cidr.ts';
import { type Config, OperatorError } from './config.ts';

export interface Addresses {
  /** Published in the endpoints of the kubernetes service. */
  readonly advertise: string;
  readonly serviceRanges: readonly Cidr[];
  /** First usable address of the primary range: the kubernetes service's. */
  readonly serviceIp: string;
}

/** Throws OperatorError for ranges that cannot hold services. */
export function findAddresses(config: Config): Addresses {
  const serviceRanges = config.serviceClusterIpRanges.map(parseRange);
  const [primary, secondary] = serviceRanges;
  if (primary === undefined || serviceRanges.length > 2)
    throw new OperatorError('--service-cluster-ip-range must hold one or two CIDRs');
  if (secondary !== undefined && secondary.family === primary.family) {
    throw new OperatorError('--service-cluster-ip-range: two ranges must be of different IP families');
  }
  const serviceIp = firstAddress(primary);
  if (serviceIp === null) throw new OperatorError(`--service-cluster-ip-range: ${primary.text} holds no address`);
  return { advertise: advertiseAddress(config), serviceRanges, serviceIp };
}

/** What a client on this machine, or told this machine's name, connects to. */
export function localUrl(config: Config, port: number): string {
  const unspecified = config.bindAddress === '0.0.0.0' || config.bindAddress === '::';
  const host = unspecified ? '127.0.0.1' : config.bindAddress;
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parseRange(text: string): Cidr {
  const range = parseCidr(text);
  if (range === null)
    throw new OperatorError(`--service-cluster-ip-range: ${JSON.stringify(text)} is not a CIDR such as 10.0.0.0/24`);
  return range;
}

/** A pod cannot use a loopback address, so one of the machine's own is better; without any the bind address must do. */
function advertiseAddress(config: Config): string {
  if (config.advertiseAddress !== '') return config.advertiseAddress;
  const bound = config.bindAddress;
  const open = bound === '0.0.0.0' || bound === '::' || bound === '::1' || bound.startsWith('127.');
  if (!open) return bound;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.find((address) => address.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1';
}

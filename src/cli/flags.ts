/** The server's flags as data: kube-apiserver's names and meanings, and how each changes the configuration. */
import { isIP } from 'node:net';
import { parseGoDuration } from '../meta/duration.ts';
import { type AuthorizationMode, type Config, DEFAULT_CONFIG, OperatorError } from '../server/config.ts';

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** One letter, or '' for none. */
  readonly short: string;
  /** Shown in --help; '' marks a switch that may stand without a value. */
  readonly value: string;
  readonly help: string;
  /** The default as --help shows it. */
  readonly shown: string;
  readonly repeatable: boolean;
  readonly apply: (config: Config, text: string) => Config;
}

const flag = (
  name: string,
  value: string,
  shown: string,
  help: string,
  apply: Flag['apply'],
  extra: Partial<Flag> = {},
): Flag => ({
  name,
  short: '',
  value,
  shown,
  help,
  repeatable: false,
  apply,
  ...extra,
});

export const SERVER_FLAGS: readonly Flag[] = [
  flag(
    'data-dir',
    'DIR',
    '.keelson',
    'where the state, the certificates and the admin kubeconfig live',
    (c, dataDir) => ({ ...c, dataDir }),
  ),
  flag('storage', 'ENGINE', 'lmdb', 'lmdb (durable) or memory (gone at exit)', storage),
  flag(
    'history-retention',
    'DURATION',
    '5m0s',
    'how long old revisions stay readable for watches and continue tokens',
    (c, text) => ({
      ...c,
      historySeconds: seconds('history-retention', text),
    }),
  ),
  flag('bind-address', 'IP', '0.0.0.0 (up: 127.0.0.1)', 'address to listen on', (c, text) => ({
    ...c,
    bindAddress: ip('bind-address', text),
  })),
  flag('secure-port', 'PORT', '6443', 'port of the HTTPS API; it cannot be switched off with 0', securePort),
  flag('advertise-address', 'IP', 'found', 'address at which members of the cluster reach this server', (c, text) => ({
    ...c,
    advertiseAddress: ip('advertise-address', text),
  })),
  flag('tls-cert-file', 'FILE', 'own certificate', 'serving certificate (PEM)', (c, certFile) => ({
    ...c,
    tls: { ...c.tls, certFile },
  })),
  flag('tls-private-key-file', 'FILE', 'own key', 'key of the serving certificate (PEM)', (c, keyFile) => ({
    ...c,
    tls: { ...c.tls, keyFile },
  })),
  flag('tls-min-version', 'VERSION', 'VersionTLS12', 'VersionTLS12 or VersionTLS13', tlsMinVersion),
  flag('tls-cipher-suites', 'NAMES', "Node's", 'comma-separated cipher suites for TLS 1.2', (c, text) => ({
    ...c,
    tls: { ...c.tls, cipherSuites: list(text) },
  })),
  flag('disable-http2-serving', '', 'false', 'serve HTTP/1.1 only', (c, text) => ({
    ...c,
    tls: { ...c.tls, http2: !bool('disable-http2-serving', text) },
  })),
  flag(
    'http2-max-streams-per-connection',
    'N',
    '0 (100)',
    'concurrent requests of one HTTP/2 connection',
    (c, text) => ({
      ...c,
      tls: { ...c.tls, http2MaxStreamsPerConnection: count('http2-max-streams-per-connection', text) },
    }),
  ),
  flag('client-ca-file', 'FILE', 'own authority', 'authority of client certificates (PEM)', (c, clientCaFile) => ({
    ...c,
    authentication: { ...c.authentication, clientCaFile },
  })),
  flag(
    'token-auth-file',
    'FILE',
    'none',
    'CSV file of static tokens: token,user,uid[,"group1,group2"]',
    (c, tokenFile) => ({
      ...c,
      authentication: { ...c.authentication, tokenFile },
    }),
  ),
  flag('anonymous-auth', '', 'true', 'let requests without credentials pass as system:anonymous', (c, text) => ({
    ...c,
    authentication: { ...c.authentication, anonymous: bool('anonymous-auth', text) },
  })),
  flag(
    'authorization-mode',
    'MODES',
    'RBAC',
    'comma-separated, asked in order: RBAC, AlwaysAllow, AlwaysDeny',
    authorizationMode,
  ),
  flag(
    'runtime-config',
    'KEY=BOOL',
    'none',
    'switch API versions on or off: api/all, api/beta, group/version, group/version/resource',
    runtimeConfig,
    {
      repeatable: true,
    },
  ),
  flag('service-cluster-ip-range', 'CIDRS', '10.0.0.0/24', 'one or two address ranges for services', (c, text) => ({
    ...c,
    serviceClusterIpRanges: list(text),
  })),
  flag('event-ttl', 'DURATION', '1h0m0s', 'how long events are kept', (c, text) => ({
    ...c,
    eventTtlSeconds: seconds('event-ttl', text),
  })),
  flag('max-requests-inflight', 'N', '400', 'reads under way at once', (c, text) => ({
    ...c,
    maxRequestsInflight: count('max-requests-inflight', text),
  })),
  flag('max-mutating-requests-inflight', 'N', '200', 'writes under way at once', (c, text) => ({
    ...c,
    maxMutatingRequestsInflight: count('max-mutating-requests-inflight', text),
  })),
  flag('request-timeout', 'DURATION', '1m0s', 'limit of a request that is no watch', (c, text) => ({
    ...c,
    requestTimeoutSeconds: seconds('request-timeout', text),
  })),
  flag('min-request-timeout', 'SECONDS', '1800', 'least time that a watch is kept open', (c, text) => ({
    ...c,
    minRequestTimeoutSeconds: count('min-request-timeout', text),
  })),
  flag(
    'shutdown-delay-duration',
    'DURATION',
    '0s',
    'time to go on serving, not ready, after a signal to stop',
    (c, text) => ({
      ...c,
      shutdownDelaySeconds: seconds('shutdown-delay-duration', text),
    }),
  ),
  flag(
    'endpoint-reconciler-type',
    'TYPE',
    'lease',
    'lease, or none to leave the kubernetes endpoints alone',
    endpointReconciler,
  ),
  flag('logging-format', 'FORMAT', 'text', 'text or json', loggingFormat),
  flag(
    'v',
    'LEVEL',
    '0',
    'verbosity of the log: 3 shows requests, 6 much more',
    (c, text) => ({ ...c, logging: { ...c.logging, verbosity: count('v', text) } }),
    {
      short: 'v',
    },
  ),
];

/** What `keelson up` changes of the defaults: a server for one machine is not shown to the network unasked. */
export const UP_DEFAULTS: Config = { ...DEFAULT_CONFIG, mode: 'up', bindAddress: '127.0.0.1' };
export const APISERVER_DEFAULTS: Config = { ...DEFAULT_CONFIG, mode: 'apiserver' };

/** Applies flags as given and checks what only holds for all of them together. */
export function configOf(defaults: Config, given: ReadonlyMap<string, readonly string[]>): Config {
  let config = defaults;
  for (const { name, apply } of SERVER_FLAGS) {
    for (const text of given.get(name) ?? []) config = apply(config, text);
  }
  const { certFile, keyFile } = config.tls;
  if ((certFile === '') !== (keyFile === ''))
    throw new OperatorError('--tls-cert-file and --tls-private-key-file must be given together');
  if (config.storage === 'memory' && !given.has('data-dir')) return { ...config, dataDir: null };
  if (config.maxRequestsInflight + config.maxMutatingRequestsInflight === 0) {
    throw new OperatorError('--max-requests-inflight and --max-mutating-requests-inflight must not both be 0');
  }
  return config;
}

function storage(config: Config, text: string): Config {
  if (text !== 'lmdb' && text !== 'memory') throw bad('storage', text, 'must be lmdb or memory');
  return { ...config, storage: text };
}

function securePort(config: Config, text: string): Config {
  const port = count('secure-port', text);
  if (port < 1 || port > 65535) throw bad('secure-port', text, 'must be between 1 and 65535');
  return { ...config, securePort: port };
}

function tlsMinVersion(config: Config, text: string): Config {
  if (text !== 'VersionTLS12' && text !== 'VersionTLS13')
    throw bad('tls-min-version', text, 'must be VersionTLS12 or VersionTLS13');
  return { ...config, tls: { ...config.tls, minVersion: text === 'VersionTLS13' ? 'TLSv1.3' : 'TLSv1.2' } };
}

const MODES: readonly AuthorizationMode[] = ['AlwaysAllow', 'AlwaysDeny', 'RBAC'];

function authorizationMode(config: Config, text: string): Config {
  const modes = list(text).map((name) => {
    const mode = MODES.find((known) => known === name);
    if (mode === undefined) throw bad('authorization-mode', name, `this server knows ${MODES.join(', ')}`);
    return mode;
  });
  if (modes.length === 0) throw bad('authorization-mode', text, 'needs at least one mode');
  return { ...config, authorizationModes: modes };
}

function runtimeConfig(config: Config, text: string): Config {
  const settings = list(text).map((pair) => {
    const [key = '', value = 'true'] = pair.split('=', 2);
    return [key, bool('runtime-config', value)] as const;
  });
  return { ...config, runtimeConfig: { ...config.runtimeConfig, ...Object.fromEntries(settings) } };
}

function endpointReconciler(config: Config, text: string): Config {
  if (text !== 'lease' && text !== 'none') throw bad('endpoint-reconciler-type', text, 'must be lease or none');
  return { ...config, endpointReconciler: text };
}

function loggingFormat(config: Config, text: string): Config {
  if (text !== 'text' && text !== 'json') throw bad('logging-format', text, 'must be text or json');
  return { ...config, logging: { ...config.logging, format: text } };
}

function list(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

function bool(name: string, text: string): boolean {
  if (['true', '1', 't', 'T', 'TRUE', 'True'].includes(text)) return true;
  if (['false', '0', 'f', 'F', 'FALSE', 'False'].includes(text)) return false;
  throw bad(name, text, 'must be true or false');
}

function count(name: string, text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw bad(name, text, 'must be a whole number, not negative');
  return Number(text);
}

function seconds(name: string, text: string): number {
  const milliseconds = parseGoDuration(text);
  if (typeof milliseconds === 'string' || milliseconds < 0)
    throw bad(name, text, 'must be a duration such as 90s, 5m or 1h30m');
  return milliseconds / 1000;
}

function ip(name: string, text: string): string {
  if (isIP(text) === 0) throw bad(name, text, 'must be an IP address');
  return text;
}

function bad(name: string, text: string, why: string): OperatorError {
  return new OperatorError(`invalid argument ${JSON.stringify(text)} for "--${name}": ${why}`);
}

/** Everything that can be set, complete and checked. Flags are kube-apiserver's own; `src/cli/flags.ts` reads them. */
export interface Config {
  /** 'up': API server, control loops and an admin kubeconfig; 'apiserver': the API server alone. */
  readonly mode: 'up' | 'apiserver';
  /** Null with the memory engine. */
  readonly dataDir: string | null;
  readonly storage: 'lmdb' | 'memory';
  readonly bindAddress: string;
  /** 0 (not reachable by flags, for tests): any free port. */
  readonly securePort: number;
  /** '' : found from the bind address and the host's interfaces. */
  readonly advertiseAddress: string;
  readonly tls: {
    /** '' : the server's own certificate. */
    readonly certFile: string;
    readonly keyFile: string;
    readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
    /** IANA or OpenSSL names; empty: Node's defaults. */
    readonly cipherSuites: readonly string[];
    readonly http2: boolean;
    readonly http2MaxStreamsPerConnection: number;
  };
  readonly authentication: {
    /** '' : the server's own authority. */
    readonly clientCaFile: string;
    readonly tokenFile: string;
    readonly anonymous: boolean;
  };
  readonly authorizationModes: readonly AuthorizationMode[];
  /** `group/version[/resource]`, `api/all`, `api/ga`, `api/beta`, `api/alpha` to on or off. */
  readonly runtimeConfig: Readonly<Record<string, boolean>>;
  readonly serviceClusterIpRanges: readonly string[];
  readonly eventTtlSeconds: number;
  readonly historySeconds: number;
  readonly maxRequestsInflight: number;
  readonly maxMutatingRequestsInflight: number;
  readonly requestTimeoutSeconds: number;
  /** Least time that a watch is kept open, seconds. */
  readonly minRequestTimeoutSeconds: number;
  readonly shutdownDelaySeconds: number;
  readonly endpointReconciler: 'lease' | 'none';
  readonly logging: { readonly format: 'text' | 'json'; readonly verbosity: number };
}

export type AuthorizationMode = 'AlwaysAllow' | 'AlwaysDeny' | 'RBAC';

/** A configuration that cannot work, or a state of the machine that the operator must mend: one line, no stack. */
export class OperatorError extends Error {}

export const DEFAULT_CONFIG: Config = {
  mode: 'up',
  dataDir: '.keelson',
  storage: 'lmdb',
  bindAddress: '0.0.0.0',
  securePort: 6443,
  advertiseAddress: '',
  tls: {
    certFile: '',
    keyFile: '',
    minVersion: 'TLSv1.2',
    cipherSuites: [],
    http2: true,
    http2MaxStreamsPerConnection: 0,
  },
  authentication: { clientCaFile: '', tokenFile: '', anonymous: true },
  authorizationModes: ['RBAC'],
  runtimeConfig: {},
  serviceClusterIpRanges: ['10.0.0.0/24'],
  eventTtlSeconds: 3600,
  historySeconds: 300,
  maxRequestsInflight: 400,
  maxMutatingRequestsInflight: 200,
  requestTimeoutSeconds: 60,
  minRequestTimeoutSeconds: 1800,
  shutdownDelaySeconds: 0,
  endpointReconciler: 'lease',
  logging: { format: 'text', verbosity: 0 },
};

/** Start and stop, in named groups: listener, first objects, control loops, ready; backward to stop. */
import { keepPki } from '../authn/pki/pki.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { createApiClient } from '../controllers/client.ts';
import { startClusterRoleAggregation } from '../controllers/clusterrole-aggregation.ts';
import { firstObjectHooks } from '../controllers/first-objects.ts';
import { type Controller, startNamespaceController } from '../controllers/namespace.ts';
import { startClaimProtection, startVolumeProtection } from '../controllers/volume-protection.ts';
import type { HealthCheck } from '../endpoints/health.ts';
import type { Pipeline } from '../endpoints/pipeline.ts';
import type { Listener } from '../http/listener.ts';
import type { LocalClient } from '../http/local.ts';
import { serviceAccountUserName, USER_APISERVER } from '../meta/well-known-users.ts';
import type { ResourceRow } from '../schema/resource-table.ts';
import type { Addresses } from './addresses.ts';
import type { Config } from './config.ts';
import { type Credentials, servingCertificate } from './credentials.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { servesVersion } from './served.ts';
import type { Storage } from './storage.ts';

/** How long requests under way may take after the listener has closed. */
const CLOSE_GRACE_SECONDS = 10;

export interface ServerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  readonly rows: readonly ResourceRow[];
  readonly addresses: Addresses;
  readonly storage: Storage;
  readonly credentials: Credentials;
}

/** What exists only after the routes do, which ask the server how it is. */
export interface Attachments {
  readonly listener: Listener;
  readonly pipeline: Pipeline;
  readonly connect: (user: string) => LocalClient;
}

export interface Server {
  readonly credentials: Credentials;
  readonly directory: string | null;
  port(): number;
  /** A client of this server in this process. */
  connect(user: string): LocalClient;
  attach(attachments: Attachments): void;
  readonly liveChecks: () => readonly HealthCheck[];
  readonly readyChecks: () => readonly HealthCheck[];
  /** Makes the first objects and starts the control loops; ready when it resolves. */
  start(): Promise<void>;
  /** Graceful; resolves when everything acknowledged is on disk and the directory is free. */
  stop(): Promise<void>;
}

export function createServer(parts: ServerParts): Server {
  const { config, clock, logger, storage, credentials } = parts;
  let attached: Attachments | null = null;
  let readiness: Readiness | null = null;
  let controllers: Controller[] = [];
  let certificates: { stop(): void } | null = null;
  let stopping = false;

  const parts_ = (): Attachments => {
    if (attached === null) throw new Error('the server is not built yet');
    return attached;
  };
  const liveChecks = (): readonly HealthCheck[] => [
    ok('ping'),
    ok('log'),
    storeCheck(storage),
    ...(readiness?.checks ?? []),
  ];

  return {
    credentials,
    directory: storage.directory,
    port: () => attached?.listener.port ?? config.securePort,
    connect: (user) => parts_().connect(user),
    attach(attachments) {
      attached = attachments;
      const { listener } = attachments;
      readiness = createReadiness(firstObjectHooks(hookOptions(parts, attachments)), clock, logger);
      certificates = keepPki(
        {
          ...credentials.pkiOptions,
          onRenewed: (pki) => listener.reload(servingCertificate(config, pki)),
          onError: (error) => logger.error(error, 'renewing the serving certificate failed'),
        },
        credentials.pki,
      );
    },
    liveChecks,
    readyChecks: () => [
      ...liveChecks(),
      { name: 'shutdown', check: () => (stopping ? 'process is shutting down' : null) },
    ],
    async start() {
      await readiness?.start();
      if (config.mode === 'up') controllers = startControllers(parts, parts_());
      await Promise.all(controllers.map((controller) => controller.synced));
    },
    async stop() {
      stopping = true;
      if (config.shutdownDelaySeconds > 0) {
        await new Promise<void>((resolve) => setTimeout(resolve, config.shutdownDelaySeconds * 1000));
      }
      readiness?.stop();
      certificates?.stop();
      await Promise.all(controllers.map((controller) => controller.stop()));
      await attached?.listener.close(CLOSE_GRACE_SECONDS);
      attached?.pipeline.close();
      await storage.close();
    },
  };
}

function hookOptions(parts: ServerParts, { connect, listener }: Attachments) {
  const { config, clock, addresses, credentials, random, rows } = parts;
  const [range] = addresses.serviceRanges;
  if (range === undefined) throw new Error('no service range');
  return {
    client: createApiClient(connect(USER_APISERVER), 'kube-apiserver'),
    clock,
    service: { range, servicePort: 443, securePort: listener.port, nodePort: null },
    serviceCidrs: addresses.serviceRanges.map((cidr) => cidr.text),
    advertiseAddress: addresses.advertise,
    advertisePort: listener.port,
    reconcileEndpoints: config.endpointReconciler !== 'none',
    authentication: { clientCa: credentials.clientCa, requestHeader: null },
    served: servesVersion(rows),
    holderUuid: random.uuid(),
  };
}

/** Each loop speaks as the service account that upstream's controller manager gives it, with that account's rights. */
function startControllers(parts: ServerParts, { connect }: Attachments): Controller[] {
  const { clock, logger } = parts;
  const as = (account: string) => createApiClient(connect(serviceAccountUserName('kube-system', account)), account);
  return [
    startNamespaceController({ client: as('namespace-controller'), clock, logger }),
    startClusterRoleAggregation({ client: as('clusterrole-aggregation-controller'), clock, logger }),
    startClaimProtection({ client: as('pvc-protection-controller'), clock, logger }),
    startVolumeProtection({ client: as('pv-protection-controller'), clock, logger }),
  ];
}

function ok(name: string): HealthCheck {
  return { name, check: () => null };
}

/** Named as upstream's, which probes ask for by name, whatever engine stands behind it. */
function storeCheck(storage: Storage): HealthCheck {
  return {
    name: 'etcd',
    async check() {
      await storage.store.currentRevision();
      return null;
    },
  };
}

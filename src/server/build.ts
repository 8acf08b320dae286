/** The composition root: which implementation serves which purpose is said here and nowhere else. */
import { join } from 'node:path';
import { BEHAVIORS, CONVERSIONS } from '../apis/list.ts';
import { kubeconfigText } from '../authn/pki/kubeconfig.ts';
import { writePrivateFile } from '../authn/pki/private-files.ts';
import { createAuthorization } from '../authz/modes.ts';
import { createEscalationCheck } from '../authz/rbac/escalation-check.ts';
import { createRbacTable } from '../authz/rbac/source.ts';
import { createSignerRights } from '../authz/signers.ts';
import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { createMetrics } from '../base/metrics.ts';
import { createRandom } from '../base/random.ts';
import { createNegotiator, resourceOffer } from '../codec/negotiate.ts';
import { createYamlReader } from '../codec/yaml-reader.ts';
import { createMaxInFlight } from '../endpoints/max-in-flight.ts';
import { createWatchEventMetrics } from '../endpoints/metrics.ts';
import { createPipeline } from '../endpoints/pipeline.ts';
import { addProcessMetrics } from '../endpoints/process-metrics.ts';
import { createRequestMetrics } from '../endpoints/request-metrics.ts';
import { createConversions, turnOfEventLoop } from '../endpoints/verbs/conversions.ts';
import { createResourceHandler } from '../endpoints/verbs/dispatch.ts';
import { createListener } from '../http/listener.ts';
import { createLocalClient, type LocalClient } from '../http/local.ts';
import type { Registry } from '../registry/registry.ts';
import { resourceKey } from '../registry/resource.ts';
import { compileResources } from '../registry/table.ts';
import { createMessages } from '../schema/protobuf-message.ts';
import { protobufTable } from '../schema/protobuf-table.ts';
import { resourceList } from '../schema/resources.ts';
import { typeTable } from '../schema/types.ts';
import { createActions, createHooks } from './actions.ts';
import { findAddresses, localUrl } from './addresses.ts';
import { createAdmissionChain } from './admission-chain.ts';
import type { Config } from './config.ts';
import { connectionsMaxOf, readProcessLimits } from './connections.ts';
import { createAuthenticator, loadCredentials } from './credentials.ts';
import { createServer, type Server } from './lifecycle.ts';
import { localUser } from './local-users.ts';
import { feedRbac } from './rbac-feed.ts';
import { createRoutes } from './routes.ts';
import { servedRows } from './served.ts';
import { openStorage, type Storage } from './storage.ts';

/** Listens when it resolves; ready when the server's `start` has. Throws OperatorError for what the operator must mend. */
export async function build(config: Config, logger: Logger): Promise<Server> {
  const given = check(config, logger);
  const storage = await openStorage(config, systemClock, logger);
  try {
    return await assemble(config, logger, given, storage);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** What the configuration alone can have wrong is found before the data directory is touched. */
function check(config: Config, logger: Logger) {
  const list = resourceList();
  return {
    list,
    rows: servedRows(list, config.runtimeConfig),
    addresses: findAddresses(config),
    authenticator: createAuthenticator(config, logger),
  };
}

async function assemble(
  config: Config,
  logger: Logger,
  { list, rows, addresses, authenticator }: ReturnType<typeof check>,
  storage: Storage,
): Promise<Server> {
  const clock = systemClock;
  const random = createRandom();
  const metrics = createMetrics();
  const { store } = storage;
  const credentials = await loadCredentials(config, storage.directory, addresses, clock);

  const resources = compileResources({
    rows,
    allRows: list.resources,
    types: typeTable(),
    behaviors: BEHAVIORS,
    conversions: CONVERSIONS,
    openCache: ({ prefix, toEntry, indexOf }) => store.cacheFor(prefix, toEntry, indexOf),
    eventTtlSeconds: config.eventTtlSeconds,
  });
  const rbac = createRbacTable();
  const { authorizer, ruleResolver } = createAuthorization(config.authorizationModes, rbac);
  const admission = createAdmissionChain({
    resources,
    mayUseSigner: createSignerRights(authorizer),
    storageChecks: config.authorizationModes.includes('RBAC')
      ? [createEscalationCheck({ source: rbac, authorizer })]
      : [],
    logger,
  });
  const registry: Registry = {
    store: {
      write: store.write,
      range: (options) => store.engine.range(options),
      currentRevision: store.currentRevision,
      compactedRevision: () => store.engine.compactedRevision(),
    },
    admission,
    clock,
    random,
    actions: createActions({
      authenticator,
      authorizer,
      ruleResolver,
      clock,
      registry: () => registry,
      resources: () => resources,
    }),
    hooks: createHooks({ registry: () => registry, resources: () => resources, addresses, random }),
  };

  const flowControl = createMaxInFlight({
    readOnlyMax: config.maxRequestsInflight,
    mutatingMax: config.maxMutatingRequestsInflight,
  });
  const resourceHandler = createResourceHandler({
    registry,
    authorizer,
    messages: createMessages(typeTable(), protobufTable()),
    readYaml: createYamlReader(),
    resources: () => resources,
    negotiate: createNegotiator(resourceOffer),
    conversions: createConversions({
      atOnceMax: 2,
      keptBytesMax: 32 * 1024 * 1024,
      keptMs: 5000,
      sliceMs: 4,
      clock,
      turn: turnOfEventLoop,
    }),
    minRequestTimeoutSeconds: config.minRequestTimeoutSeconds,
    watchMetrics: createWatchEventMetrics(metrics),
    computed: new Map([['/componentstatuses', { list: () => [storeStatus()] }]]),
  });
  addProcessMetrics(metrics);

  const server = createServer({ config, clock, logger, random, rows, addresses, storage, credentials });
  const routes = createRoutes({
    groups: list.groups,
    rows,
    resourceHandler,
    serverAddress: () => `${addresses.advertise}:${server.port()}`,
    checks: { live: server.liveChecks, ready: server.readyChecks },
    metrics,
    logger,
  });
  const pipeline = createPipeline({
    authenticator,
    authorizer,
    flowControl,
    routes,
    audit: null,
    metrics: createRequestMetrics({
      metrics,
      flowControl,
      serves: (group, version, resource, subresource) => {
        const served = resources.get(resourceKey(group, version, resource));
        return served !== undefined && (subresource === '' || served.subresources.has(subresource));
      },
      servesPath: (path) => routes.paths.has(path),
    }),
    logger,
    random,
    requestTimeoutSeconds: config.requestTimeoutSeconds,
    localUser,
  });
  await feedRbac(rbac, resources, logger);
  const listener = await createListener({
    handler: pipeline.handler,
    host: config.bindAddress,
    port: config.securePort,
    certificate: credentials.serving,
    http2: config.tls.http2,
    http2MaxStreamsPerConnection: config.tls.http2MaxStreamsPerConnection,
    connectionsMax: connectionsMaxOf(readProcessLimits()),
    tlsMinVersion: config.tls.minVersion,
    tlsCiphers: config.tls.cipherSuites.length === 0 ? null : config.tls.cipherSuites.join(':'),
    onClientError: (error) => logger.info(4, 'TLS or connection error', { err: error.message }),
    onHandlerError: (error) => logger.error(error, 'a handler threw'),
  });
  const connect = (user: string): LocalClient => createLocalClient(pipeline.handler, user);
  server.attach({ listener, pipeline, connect });
  return server;
}

/** The one component that an API server knows by itself. */
function storeStatus() {
  return {
    kind: 'ComponentStatus',
    apiVersion: 'v1',
    metadata: { name: 'etcd-0' },
    conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
  };
}

/** The admin kubeconfig of a data directory, for this address. */
export function writeAdminKubeconfig(
  directory: string,
  config: Config,
  port: number,
  pki: { caPem: string; adminCertPem: string; adminKeyPem: string },
): string {
  const path = join(directory, 'admin.kubeconfig');
  const text = kubeconfigText({
    server: localUrl(config, port),
    caPem: pki.caPem,
    certPem: pki.adminCertPem,
    keyPem: pki.adminKeyPem,
    clusterName: 'keelson',
    userName: 'kubernetes-admin',
    namespace: '',
  });
  writePrivateFile(path, text);
  return path;
}

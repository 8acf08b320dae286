/** `keelson up` and `keelson apiserver`: run until told to stop. */
import { FileProblem } from '../authn/pki/private-files.ts';
import { createLogger } from '../base/logger.ts';
import { localUrl } from '../server/addresses.ts';
import { build, writeAdminKubeconfig } from '../server/build.ts';
import { type Config, OperatorError } from '../server/config.ts';
import type { Server } from '../server/lifecycle.ts';

export async function run(config: Config): Promise<void> {
  const logger = createLogger({ ...config.logging, component: 'keelson' });
  const server = await build(config, logger).catch((error: unknown) => {
    throw portProblem(config, error);
  });
  const kubeconfig = await adminKubeconfig(config, server);
  const stopped = stopOnSignal(server);
  await server.start();
  announce(config, server, kubeconfig);
  await stopped;
  logger.flush();
  process.exit(0);
}

/** Null: nothing is kept. Without it nobody could get in: then the server does not start. */
async function adminKubeconfig(config: Config, server: Server): Promise<string | null> {
  if (server.directory === null) return null;
  try {
    return writeAdminKubeconfig(server.directory, config, server.port(), server.credentials.pki);
  } catch (error) {
    await server.stop();
    throw error instanceof FileProblem ? new OperatorError(error.message) : error;
  }
}

function announce(config: Config, server: Server, kubeconfig: string | null): void {
  const url = localUrl(config, server.port());
  const milliseconds = Math.round(performance.now());
  process.stdout.write(
    kubeconfig === null
      ? `Keelson is ready at ${url} in ${milliseconds} ms (state in memory only)\n`
      : `Keelson is ready at ${url} in ${milliseconds} ms. Next: export KUBECONFIG=${kubeconfig} && kubectl get namespaces\n`,
  );
}

/** The first signal stops gracefully, a second one at once. */
function stopOnSignal(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let told = false;
  const onSignal = (): void => {
    if (told) process.exit(130);
    told = true;
    process.stdout.write('Keelson is stopping\n');
    server.stop().then(resolve, reject);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return promise;
}

function portProblem(config: Config, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const place = `${config.bindAddress}:${config.securePort}`;
  if (code === 'EADDRINUSE')
    return new OperatorError(
      `port ${config.securePort} is in use; stop what listens on ${place} or choose another one with --secure-port`,
    );
  if (code === 'EACCES')
    return new OperatorError(`no permission to listen on ${place}; choose a port above 1023 with --secure-port`);
  if (code === 'EADDRNOTAVAIL')
    return new OperatorError(
      `${config.bindAddress} is no address of this machine; choose another one with --bind-address`,
    );
  return error;
}

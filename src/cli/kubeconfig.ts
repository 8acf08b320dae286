/** `keelson kubeconfig`: a new client certificate of any user, as a kubeconfig on stdout. */
import { kubeconfigText } from '../authn/pki/kubeconfig.ts';
import { issueClientCertificate } from '../authn/pki/pki.ts';
import { systemClock } from '../base/clock.ts';
import { OperatorError } from '../server/config.ts';

const DAYS = 365;

export async function printKubeconfig(options: {
  dataDir: string;
  server: string;
  user: string;
  group: string[];
}): Promise<void> {
  const request = {
    dir: options.dataDir,
    clock: systemClock,
    user: options.user,
    groups: options.group,
    uid: '',
    days: DAYS,
  };
  const { certPem, keyPem, caPem } = await issueClientCertificate(request).catch((error: unknown) => {
    throw new OperatorError((error as Error).message);
  });
  const { server, user } = options;
  process.stdout.write(
    kubeconfigText({ server, caPem, certPem, keyPem, clusterName: 'keelson', userName: user, namespace: '' }),
  );
}

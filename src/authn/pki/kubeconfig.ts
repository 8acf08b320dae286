/** A kubeconfig with everything embedded: one cluster, one user, one context. */
export interface KubeconfigOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
  readonly clusterName: string;
  readonly userName: string;
  /** '' for none. */
  readonly namespace: string;
}

/** YAML. Every value is written as a JSON string, which YAML reads as it stands. */
export function kubeconfigText(options: KubeconfigOptions): string {
  const cluster = JSON.stringify(options.clusterName);
  const user = JSON.stringify(options.userName);
  const context = JSON.stringify(`${options.userName}@${options.clusterName}`);
  const namespace = options.namespace === '' ? '' : `    namespace: ${JSON.stringify(options.namespace)}\n`;
  return `apiVersion: v1
kind: Config
clusters:
- name: ${cluster}
  cluster:
    certificate-authority-data: ${base64(options.caPem)}
    server: ${JSON.stringify(options.server)}
contexts:
- name: ${context}
  context:
    cluster: ${cluster}
${namespace}    user: ${user}
current-context: ${context}
preferences: {}
users:
- name: ${user}
  user:
    client-certificate-data: ${base64(options.certPem)}
    client-key-data: ${base64(options.keyPem)}
`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

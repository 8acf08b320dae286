/** Every admission plugin of v1.36 in the order in which upstream runs them, and which are on by default. */

export interface PluginName {
  readonly name: string;
  readonly enabledByDefault: boolean;
}

const on = (name: string): PluginName => ({ name, enabledByDefault: true });
const off = (name: string): PluginName => ({ name, enabledByDefault: false });

export const ADMISSION_ORDER: readonly PluginName[] = [
  off('AlwaysAdmit'),
  off('NamespaceAutoProvision'),
  on('NamespaceLifecycle'),
  off('NamespaceExists'),
  off('LimitPodHardAntiAffinityTopology'),
  on('LimitRanger'),
  on('ServiceAccount'),
  off('NodeRestriction'),
  on('TaintNodesByCondition'),
  off('AlwaysPullImages'),
  off('ImagePolicyWebhook'),
  on('PodSecurity'),
  off('PodNodeSelector'),
  on('Priority'),
  on('DefaultTolerationSeconds'),
  off('PodTolerationRestriction'),
  off('EventRateLimit'),
  off('ExtendedResourceToleration'),
  on('DefaultStorageClass'),
  on('StorageObjectInUseProtection'),
  on('PodGroupProtection'),
  off('OwnerReferencesPermissionEnforcement'),
  on('PersistentVolumeClaimResize'),
  on('RuntimeClass'),
  on('CertificateApproval'),
  on('CertificateSigning'),
  on('ClusterTrustBundleAttest'),
  on('CertificateSubjectRestriction'),
  on('DefaultIngressClass'),
  off('DenyServiceExternalIPs'),
  on('PodTopologyLabels'),
  on('PodGroupWorkloadExists'),
  on('NodeDeclaredFeatureValidator'),
  on('JobValidation'),
  on('PodResizeValidator'),
  on('MutatingAdmissionPolicy'),
  on('MutatingAdmissionWebhook'),
  on('ValidatingAdmissionPolicy'),
  on('ValidatingAdmissionWebhook'),
  on('ResourceQuota'),
  off('AlwaysDeny'),
];

/**
 * The names that `--enable-admission-plugins` and `--disable-admission-plugins` leave on. Throws an Error that names
 * everything wrong.
 */
export function enabledPlugins(enable: readonly string[], disable: readonly string[]): ReadonlySet<string> {
  const errors: string[] = [];
  const known = new Set(ADMISSION_ORDER.map((plugin) => plugin.name));
  for (const name of enable) if (!known.has(name)) errors.push(`enable-admission-plugins plugin "${name}" is unknown`);
  for (const name of disable)
    if (!known.has(name)) errors.push(`disable-admission-plugins plugin "${name}" is unknown`);
  const both = enable.filter((name) => disable.includes(name));
  if (both.length > 0) {
    errors.push(`[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`);
  }
  if (errors.length > 0) throw new Error(errors.join(', '));
  const names = ADMISSION_ORDER.filter(({ name, enabledByDefault }) =>
    enable.includes(name) ? true : enabledByDefault && !disable.includes(name),
  );
  return new Set(names.map((plugin) => plugin.name));
}

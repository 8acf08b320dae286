/** Defaults of pod specs, shared by pods and everything that holds a pod template. */
import type {
  Container,
  EnvVar,
  EphemeralContainer,
  HTTPGetAction,
  LifecycleHandler,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
} from '../../generated/interfaces.ts';
import { parseQuantity, quantityText } from '../../meta/quantity.ts';
import { imageTag } from './image-reference.ts';
import { setVolumeDefaults } from './volume-defaults.ts';

export function setPodTemplateDefaults(template: PodTemplateSpec | undefined): void {
  if (template === undefined) return;
  // Go's struct is there, empty, when a client leaves it out.
  template.spec ??= {};
  setPodSpecDefaults(template.spec);
}

/** Of what holds a template by value: Go's struct is there, empty, when a client leaves it out. */
export function setOwnTemplateDefaults(holder: { template?: PodTemplateSpec }): void {
  holder.template ??= {};
  setPodTemplateDefaults(holder.template);
}

export function setPodSpecDefaults(spec: PodSpec): void {
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.restartPolicy ??= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ??= 'default-scheduler';
  syncServiceAccount(spec);
  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume);
  dropDisabledSources(spec);
  for (const container of spec.containers ?? []) setContainerDefaults(container);
  for (const container of spec.initContainers ?? []) setContainerDefaults(container);
  for (const container of spec.ephemeralContainers ?? []) setContainerDefaults(container);
  roundUpQuantities(spec.overhead);
  if (spec.resources !== undefined) roundUpResources(spec.resources);
}

/** What belongs to a feature that v1.36 leaves off is not kept: ClusterTrustBundleProjection (KEP-3257). */
function dropDisabledSources(spec: PodSpec): void {
  for (const { projected } of spec.volumes ?? []) {
    for (const source of projected?.sources ?? []) delete source.clusterTrustBundle;
  }
}

/** `serviceAccount` is the old name of `serviceAccountName`; the new one wins. */
function syncServiceAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName ?? spec.serviceAccount;
  if (name === undefined) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

function setContainerDefaults(container: Container | EphemeralContainer): void {
  container.imagePullPolicy ??= imageTag(container.image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const variable of container.env ?? []) setEnvDefaults(variable);
  setProbeDefaults(container.livenessProbe);
  setProbeDefaults(container.readinessProbe);
  setProbeDefaults(container.startupProbe);
  setHandlerDefaults(container.lifecycle?.postStart);
  setHandlerDefaults(container.lifecycle?.preStop);
  if (container.resources !== undefined) roundUpResources(container.resources);
}

function setEnvDefaults(variable: EnvVar): void {
  const source = variable.valueFrom;
  if (source === undefined) return;
  if (source.fieldRef !== undefined) source.fieldRef.apiVersion ??= 'v1';
  if (source.resourceFieldRef !== undefined) source.resourceFieldRef.divisor ??= '0';
  if (source.fileKeyRef !== undefined) source.fileKeyRef.optional ??= false;
}

function setProbeDefaults(probe: Probe | undefined): void {
  if (probe === undefined) return;
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  setHttpDefaults(probe.httpGet);
  if (probe.grpc !== undefined) probe.grpc.service ??= '';
}

function setHandlerDefaults(handler: LifecycleHandler | undefined): void {
  setHttpDefaults(handler?.httpGet);
}

function setHttpDefaults(action: HTTPGetAction | undefined): void {
  if (action === undefined) return;
  action.path ||= '/';
  action.scheme ??= 'HTTP';
}

function roundUpResources(resources: ResourceRequirements): void {
  roundUpQuantities(resources.limits);
  roundUpQuantities(resources.requests);
}

const NANO_PER_MILLI = 1_000_000n;

/** Amounts finer than a thousandth are rounded up to it. */
export function roundUpQuantities(list: Record<string, string> | undefined): void {
  if (list === undefined) return;
  for (const name in list) {
    const text = list[name]!;
    // Only `n` and `u` reach below a thousandth in canonical text.
    if (!text.endsWith('n') && !text.endsWith('u')) continue;
    const quantity = parseQuantity(text);
    if (quantity === null) continue;
    const nano = ((quantity.nano + NANO_PER_MILLI - 1n) / NANO_PER_MILLI) * NANO_PER_MILLI;
    list[name] = quantityText({ nano, format: quantity.format });
  }
}

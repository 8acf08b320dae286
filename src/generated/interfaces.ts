// Made by `npm run generate` from the published API description. Never edited by hand.
// sha256 of what follows: 4722f77c67b7e293c808bf7eacd3f8a0cc5abeca9114867e556598e3056fb949

// io.k8s.apimachinery.pkg.apis.meta.v1
export interface APIGroup {
  kind?: string;
  apiVersion?: string;
  name?: string;
  versions?: GroupVersionForDiscovery[] | null;
  preferredVersion?: GroupVersionForDiscovery;
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[];
}
export interface APIGroupList {
  kind?: string;
  apiVersion?: string;
  groups?: APIGroup[] | null;
}
export interface APIResource {
  name?: string;
  singularName?: string;
  namespaced?: boolean;
  group?: string;
  version?: string;
  kind?: string;
  verbs?: string[] | null;
  shortNames?: string[];
  categories?: string[];
  storageVersionHash?: string;
}
export interface APIResourceList {
  kind?: string;
  apiVersion?: string;
  groupVersion?: string;
  resources?: APIResource[] | null;
}
export interface APIVersions {
  kind?: string;
  apiVersion?: string;
  versions?: string[] | null;
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[] | null;
}
export interface ApplyOptions {
  kind?: string;
  apiVersion?: string;
  dryRun?: string[];
  force?: boolean;
  fieldManager?: string;
}
export interface Condition {
  type?: string;
  status?: string;
  observedGeneration?: number;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface CreateOptions {
  kind?: string;
  apiVersion?: string;
  dryRun?: string[];
  fieldManager?: string;
  fieldValidation?: string;
}
export interface DeleteOptions {
  kind?: string;
  apiVersion?: string;
  gracePeriodSeconds?: number;
  preconditions?: Preconditions;
  orphanDependents?: boolean;
  propagationPolicy?: string;
  dryRun?: string[];
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
}
export interface FieldSelectorRequirement {
  key?: string;
  operator?: string;
  values?: string[];
}
export interface GetOptions {
  kind?: string;
  apiVersion?: string;
  resourceVersion?: string;
}
export interface GroupResource {
  group?: string;
  resource?: string;
}
export interface GroupVersionForDiscovery {
  groupVersion?: string;
  version?: string;
}
export interface GroupVersionKind {
  group?: string;
  version?: string;
  kind?: string;
}
export interface GroupVersionResource {
  group?: string;
  version?: string;
  resource?: string;
}
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelSelectorRequirement[];
}
export interface LabelSelectorRequirement {
  key?: string;
  operator?: string;
  values?: string[];
}
export interface ListMeta {
  selfLink?: string;
  resourceVersion?: string;
  continue?: string;
  remainingItemCount?: number;
  shardInfo?: ShardInfo;
}
export interface ListOptions {
  kind?: string;
  apiVersion?: string;
  labelSelector?: string;
  fieldSelector?: string;
  watch?: boolean;
  allowWatchBookmarks?: boolean;
  resourceVersion?: string;
  resourceVersionMatch?: string;
  timeoutSeconds?: number;
  limit?: number;
  continue?: string;
  sendInitialEvents?: boolean;
  shardSelector?: string;
}
export interface ManagedFieldsEntry {
  manager?: string;
  operation?: string;
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: Record<string, unknown>;
  subresource?: string;
}
export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  selfLink?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: ManagedFieldsEntry[];
}
export interface OwnerReference {
  apiVersion?: string;
  kind?: string;
  name?: string;
  uid?: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}
export interface PartialObjectMetadata {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
}
export interface PartialObjectMetadataList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: PartialObjectMetadata[] | null;
}
export interface PatchOptions {
  kind?: string;
  apiVersion?: string;
  dryRun?: string[];
  force?: boolean;
  fieldManager?: string;
  fieldValidation?: string;
}
export interface Preconditions {
  uid?: string;
  resourceVersion?: string;
}
export interface ServerAddressByClientCIDR {
  clientCIDR?: string;
  serverAddress?: string;
}
export interface ShardInfo {
  selector?: string;
}
export interface Status {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  status?: string;
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}
export interface Table {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  columnDefinitions?: TableColumnDefinition[] | null;
  rows?: TableRow[] | null;
}
export interface TableColumnDefinition {
  name?: string;
  type?: string;
  format?: string;
  description?: string;
  priority?: number;
}
export interface TableOptions {
  kind?: string;
  apiVersion?: string;
  includeObject?: string;
}
export interface TableRow {
  cells?: unknown[] | null;
  conditions?: TableRowCondition[];
  object?: unknown | null;
}
export interface TableRowCondition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
}
export interface TypeMeta {
  kind?: string;
  apiVersion?: string;
}
export interface UpdateOptions {
  kind?: string;
  apiVersion?: string;
  dryRun?: string[];
  fieldManager?: string;
  fieldValidation?: string;
}
export interface WatchEvent {
  type?: string;
  object?: unknown | null;
}

// io.k8s.api.core.v1
export interface AWSElasticBlockStoreVolumeSource {
  volumeID?: string;
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
}
export interface Affinity {
  nodeAffinity?: NodeAffinity;
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAntiAffinity;
}
export interface AppArmorProfile {
  type?: string;
  localhostProfile?: string;
}
export interface AttachedVolume {
  name?: string;
  devicePath?: string;
}
export interface AzureDiskVolumeSource {
  diskName?: string;
  diskURI?: string;
  cachingMode?: string;
  fsType?: string;
  readOnly?: boolean;
  kind?: string;
}
export interface AzureFilePersistentVolumeSource {
  secretName?: string;
  shareName?: string;
  readOnly?: boolean;
  secretNamespace?: string | null;
}
export interface AzureFileVolumeSource {
  secretName?: string;
  shareName?: string;
  readOnly?: boolean;
}
export interface Binding {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  target?: ObjectReference;
}
export interface CSIPersistentVolumeSource {
  driver?: string;
  volumeHandle?: string;
  readOnly?: boolean;
  fsType?: string;
  volumeAttributes?: Record<string, string>;
  controllerPublishSecretRef?: SecretReference;
  nodeStageSecretRef?: SecretReference;
  nodePublishSecretRef?: SecretReference;
  controllerExpandSecretRef?: SecretReference;
  nodeExpandSecretRef?: SecretReference;
}
export interface CSIVolumeSource {
  driver?: string;
  readOnly?: boolean;
  fsType?: string;
  volumeAttributes?: Record<string, string>;
  nodePublishSecretRef?: LocalObjectReference;
}
export interface Capabilities {
  add?: string[];
  drop?: string[];
}
export interface CephFSPersistentVolumeSource {
  monitors?: string[] | null;
  path?: string;
  user?: string;
  secretFile?: string;
  secretRef?: SecretReference;
  readOnly?: boolean;
}
export interface CephFSVolumeSource {
  monitors?: string[] | null;
  path?: string;
  user?: string;
  secretFile?: string;
  secretRef?: LocalObjectReference;
  readOnly?: boolean;
}
export interface CinderPersistentVolumeSource {
  volumeID?: string;
  fsType?: string;
  readOnly?: boolean;
  secretRef?: SecretReference;
}
export interface CinderVolumeSource {
  volumeID?: string;
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
}
export interface ClientIPConfig {
  timeoutSeconds?: number;
}
export interface ClusterTrustBundleProjection {
  name?: string;
  signerName?: string;
  labelSelector?: LabelSelector;
  optional?: boolean;
  path?: string;
}
export interface ComponentCondition {
  type?: string;
  status?: string;
  message?: string;
  error?: string;
}
export interface ComponentStatus {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  conditions?: ComponentCondition[];
}
export interface ComponentStatusList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ComponentStatus[] | null;
}
export interface ConfigMap {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  immutable?: boolean;
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}
export interface ConfigMapEnvSource {
  name?: string;
  optional?: boolean;
}
export interface ConfigMapKeySelector {
  name?: string;
  key?: string;
  optional?: boolean;
}
export interface ConfigMapList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ConfigMap[] | null;
}
export interface ConfigMapNodeConfigSource {
  namespace?: string;
  name?: string;
  uid?: string;
  resourceVersion?: string;
  kubeletConfigKey?: string;
}
export interface ConfigMapProjection {
  name?: string;
  items?: KeyToPath[];
  optional?: boolean;
}
export interface ConfigMapVolumeSource {
  name?: string;
  items?: KeyToPath[];
  defaultMode?: number;
  optional?: boolean;
}
export interface Container {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  ports?: ContainerPort[];
  envFrom?: EnvFromSource[];
  env?: EnvVar[];
  resources?: ResourceRequirements;
  resizePolicy?: ContainerResizePolicy[];
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  volumeMounts?: VolumeMount[];
  volumeDevices?: VolumeDevice[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: Lifecycle;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  imagePullPolicy?: string;
  securityContext?: SecurityContext;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
}
export interface ContainerExtendedResourceRequest {
  containerName?: string;
  resourceName?: string;
  requestName?: string;
}
export interface ContainerImage {
  names?: string[] | null;
  sizeBytes?: number;
}
export interface ContainerPort {
  name?: string;
  hostPort?: number;
  containerPort?: number;
  protocol?: string;
  hostIP?: string;
}
export interface ContainerResizePolicy {
  resourceName?: string;
  restartPolicy?: string;
}
export interface ContainerRestartRule {
  action?: string;
  exitCodes?: ContainerRestartRuleOnExitCodes;
}
export interface ContainerRestartRuleOnExitCodes {
  operator?: string;
  values?: number[];
}
export interface ContainerState {
  waiting?: ContainerStateWaiting;
  running?: ContainerStateRunning;
  terminated?: ContainerStateTerminated;
}
export interface ContainerStateRunning {
  startedAt?: string | null;
}
export interface ContainerStateTerminated {
  exitCode?: number;
  signal?: number;
  reason?: string;
  message?: string;
  startedAt?: string | null;
  finishedAt?: string | null;
  containerID?: string;
}
export interface ContainerStateWaiting {
  reason?: string;
  message?: string;
}
export interface ContainerStatus {
  name?: string;
  state?: ContainerState;
  lastState?: ContainerState;
  ready?: boolean;
  restartCount?: number;
  image?: string;
  imageID?: string;
  containerID?: string;
  started?: boolean;
  allocatedResources?: Record<string, string>;
  resources?: ResourceRequirements;
  volumeMounts?: VolumeMountStatus[];
  user?: ContainerUser;
  allocatedResourcesStatus?: ResourceStatus[];
  stopSignal?: string;
}
export interface ContainerUser {
  linux?: LinuxContainerUser;
}
export interface DaemonEndpoint {
  Port?: number;
}
export interface DownwardAPIProjection {
  items?: DownwardAPIVolumeFile[];
}
export interface DownwardAPIVolumeFile {
  path?: string;
  fieldRef?: ObjectFieldSelector;
  resourceFieldRef?: ResourceFieldSelector;
  mode?: number;
}
export interface DownwardAPIVolumeSource {
  items?: DownwardAPIVolumeFile[];
  defaultMode?: number;
}
export interface EmptyDirVolumeSource {
  medium?: string;
  sizeLimit?: string;
}
export interface EndpointAddress {
  ip?: string;
  hostname?: string;
  nodeName?: string;
  targetRef?: ObjectReference;
}
export interface EndpointPort {
  name?: string;
  port?: number;
  protocol?: string;
  appProtocol?: string;
}
export interface EndpointSubset {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
}
export interface Endpoints {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  subsets?: EndpointSubset[];
}
export interface EndpointsList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Endpoints[] | null;
}
export interface EnvFromSource {
  prefix?: string;
  configMapRef?: ConfigMapEnvSource;
  secretRef?: SecretEnvSource;
}
export interface EnvVar {
  name?: string;
  value?: string;
  valueFrom?: EnvVarSource;
}
export interface EnvVarSource {
  fieldRef?: ObjectFieldSelector;
  resourceFieldRef?: ResourceFieldSelector;
  configMapKeyRef?: ConfigMapKeySelector;
  secretKeyRef?: SecretKeySelector;
  fileKeyRef?: FileKeySelector;
}
export interface EphemeralContainer {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  ports?: ContainerPort[];
  envFrom?: EnvFromSource[];
  env?: EnvVar[];
  resources?: ResourceRequirements;
  resizePolicy?: ContainerResizePolicy[];
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  volumeMounts?: VolumeMount[];
  volumeDevices?: VolumeDevice[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: Lifecycle;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  imagePullPolicy?: string;
  securityContext?: SecurityContext;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
  targetContainerName?: string;
}
export interface EphemeralContainerCommon {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  ports?: ContainerPort[];
  envFrom?: EnvFromSource[];
  env?: EnvVar[];
  resources?: ResourceRequirements;
  resizePolicy?: ContainerResizePolicy[];
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  volumeMounts?: VolumeMount[];
  volumeDevices?: VolumeDevice[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: Lifecycle;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  imagePullPolicy?: string;
  securityContext?: SecurityContext;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
}
export interface EphemeralVolumeSource {
  volumeClaimTemplate?: PersistentVolumeClaimTemplate;
}
export interface Event {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  involvedObject?: ObjectReference;
  reason?: string;
  message?: string;
  source?: EventSource;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  count?: number;
  type?: string;
  eventTime?: string | null;
  series?: EventSeries;
  action?: string;
  related?: ObjectReference;
  reportingComponent?: string;
  reportingInstance?: string;
}
export interface EventList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Event[] | null;
}
export interface EventSeries {
  count?: number;
  lastObservedTime?: string | null;
}
export interface EventSource {
  component?: string;
  host?: string;
}
export interface ExecAction {
  command?: string[];
}
export interface FCVolumeSource {
  targetWWNs?: string[];
  lun?: number;
  fsType?: string;
  readOnly?: boolean;
  wwids?: string[];
}
export interface FileKeySelector {
  volumeName?: string;
  path?: string;
  key?: string;
  optional?: boolean;
}
export interface FlexPersistentVolumeSource {
  driver?: string;
  fsType?: string;
  secretRef?: SecretReference;
  readOnly?: boolean;
  options?: Record<string, string>;
}
export interface FlexVolumeSource {
  driver?: string;
  fsType?: string;
  secretRef?: LocalObjectReference;
  readOnly?: boolean;
  options?: Record<string, string>;
}
export interface FlockerVolumeSource {
  datasetName?: string;
  datasetUUID?: string;
}
export interface GCEPersistentDiskVolumeSource {
  pdName?: string;
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
}
export interface GRPCAction {
  port?: number;
  service?: string | null;
}
export interface GitRepoVolumeSource {
  repository?: string;
  revision?: string;
  directory?: string;
}
export interface GlusterfsPersistentVolumeSource {
  endpoints?: string;
  path?: string;
  readOnly?: boolean;
  endpointsNamespace?: string;
}
export interface GlusterfsVolumeSource {
  endpoints?: string;
  path?: string;
  readOnly?: boolean;
}
export interface HTTPGetAction {
  path?: string;
  port?: number | string;
  host?: string;
  scheme?: string;
  httpHeaders?: HTTPHeader[];
}
export interface HTTPHeader {
  name?: string;
  value?: string;
}
export interface HostAlias {
  ip?: string;
  hostnames?: string[];
}
export interface HostIP {
  ip?: string;
}
export interface HostPathVolumeSource {
  path?: string;
  type?: string;
}
export interface ISCSIPersistentVolumeSource {
  targetPortal?: string;
  iqn?: string;
  lun?: number;
  iscsiInterface?: string;
  fsType?: string;
  readOnly?: boolean;
  portals?: string[];
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  secretRef?: SecretReference;
  initiatorName?: string;
}
export interface ISCSIVolumeSource {
  targetPortal?: string;
  iqn?: string;
  lun?: number;
  iscsiInterface?: string;
  fsType?: string;
  readOnly?: boolean;
  portals?: string[];
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  secretRef?: LocalObjectReference;
  initiatorName?: string;
}
export interface ImageVolumeSource {
  reference?: string;
  pullPolicy?: string;
}
export interface ImageVolumeStatus {
  imageRef?: string;
}
export interface KeyToPath {
  key?: string;
  path?: string;
  mode?: number;
}
export interface Lifecycle {
  postStart?: LifecycleHandler;
  preStop?: LifecycleHandler;
  stopSignal?: string;
}
export interface LifecycleHandler {
  exec?: ExecAction;
  httpGet?: HTTPGetAction;
  tcpSocket?: TCPSocketAction;
  sleep?: SleepAction;
}
export interface LimitRange {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: LimitRangeSpec;
}
export interface LimitRangeItem {
  type?: string;
  max?: Record<string, string>;
  min?: Record<string, string>;
  default?: Record<string, string>;
  defaultRequest?: Record<string, string>;
  maxLimitRequestRatio?: Record<string, string>;
}
export interface LimitRangeList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: LimitRange[] | null;
}
export interface LimitRangeSpec {
  limits?: LimitRangeItem[] | null;
}
export interface LinuxContainerUser {
  uid?: number;
  gid?: number;
  supplementalGroups?: number[];
}
export interface List {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: unknown[] | null;
}
export interface LoadBalancerIngress {
  ip?: string;
  hostname?: string;
  ipMode?: string;
  ports?: PortStatus[];
}
export interface LoadBalancerStatus {
  ingress?: LoadBalancerIngress[];
}
export interface LocalObjectReference {
  name?: string;
}
export interface LocalVolumeSource {
  path?: string;
  fsType?: string;
}
export interface ModifyVolumeStatus {
  targetVolumeAttributesClassName?: string;
  status?: string;
}
export interface NFSVolumeSource {
  server?: string;
  path?: string;
  readOnly?: boolean;
}
export interface Namespace {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: NamespaceSpec;
  status?: NamespaceStatus;
}
export interface NamespaceCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface NamespaceList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Namespace[] | null;
}
export interface NamespaceSpec {
  finalizers?: string[];
}
export interface NamespaceStatus {
  phase?: string;
  conditions?: NamespaceCondition[];
}
export interface Node {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: NodeSpec;
  status?: NodeStatus;
}
export interface NodeAddress {
  type?: string;
  address?: string;
}
export interface NodeAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  preferredDuringSchedulingIgnoredDuringExecution?: PreferredSchedulingTerm[];
}
export interface NodeAllocatableResourceClaimStatus {
  resourceClaimName?: string;
  containers?: string[];
  resources?: Record<string, string> | null;
}
export interface NodeCondition {
  type?: string;
  status?: string;
  lastHeartbeatTime?: string | null;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface NodeConfigSource {
  configMap?: ConfigMapNodeConfigSource;
}
export interface NodeConfigStatus {
  assigned?: NodeConfigSource;
  active?: NodeConfigSource;
  lastKnownGood?: NodeConfigSource;
  error?: string;
}
export interface NodeDaemonEndpoints {
  kubeletEndpoint?: DaemonEndpoint;
}
export interface NodeFeatures {
  supplementalGroupsPolicy?: boolean;
}
export interface NodeList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Node[] | null;
}
export interface NodeProxyOptions {
  kind?: string;
  apiVersion?: string;
  path?: string;
}
export interface NodeRuntimeHandler {
  name?: string;
  features?: NodeRuntimeHandlerFeatures;
}
export interface NodeRuntimeHandlerFeatures {
  recursiveReadOnlyMounts?: boolean;
  userNamespaces?: boolean;
}
export interface NodeSelector {
  nodeSelectorTerms?: NodeSelectorTerm[] | null;
}
export interface NodeSelectorRequirement {
  key?: string;
  operator?: string;
  values?: string[];
}
export interface NodeSelectorTerm {
  matchExpressions?: NodeSelectorRequirement[];
  matchFields?: NodeSelectorRequirement[];
}
export interface NodeSpec {
  podCIDR?: string;
  podCIDRs?: string[];
  providerID?: string;
  unschedulable?: boolean;
  taints?: Taint[];
  configSource?: NodeConfigSource;
  externalID?: string;
}
export interface NodeStatus {
  capacity?: Record<string, string>;
  allocatable?: Record<string, string>;
  phase?: string;
  conditions?: NodeCondition[];
  addresses?: NodeAddress[];
  daemonEndpoints?: NodeDaemonEndpoints;
  nodeInfo?: NodeSystemInfo;
  images?: ContainerImage[];
  volumesInUse?: string[];
  volumesAttached?: AttachedVolume[];
  config?: NodeConfigStatus;
  runtimeHandlers?: NodeRuntimeHandler[];
  features?: NodeFeatures;
  declaredFeatures?: string[];
}
export interface NodeSwapStatus {
  capacity?: number;
}
export interface NodeSystemInfo {
  machineID?: string;
  systemUUID?: string;
  bootID?: string;
  kernelVersion?: string;
  osImage?: string;
  containerRuntimeVersion?: string;
  kubeletVersion?: string;
  kubeProxyVersion?: string;
  operatingSystem?: string;
  architecture?: string;
  swap?: NodeSwapStatus;
}
export interface ObjectFieldSelector {
  apiVersion?: string;
  fieldPath?: string;
}
export interface ObjectReference {
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiVersion?: string;
  resourceVersion?: string;
  fieldPath?: string;
}
export interface PersistentVolume {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: PersistentVolumeSpec;
  status?: PersistentVolumeStatus;
}
export interface PersistentVolumeClaim {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: PersistentVolumeClaimSpec;
  status?: PersistentVolumeClaimStatus;
}
export interface PersistentVolumeClaimCondition {
  type?: string;
  status?: string;
  lastProbeTime?: string | null;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface PersistentVolumeClaimList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: PersistentVolumeClaim[] | null;
}
export interface PersistentVolumeClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: VolumeResourceRequirements;
  volumeName?: string;
  storageClassName?: string;
  volumeMode?: string;
  dataSource?: TypedLocalObjectReference;
  dataSourceRef?: TypedObjectReference;
  volumeAttributesClassName?: string;
}
export interface PersistentVolumeClaimStatus {
  phase?: string;
  accessModes?: string[];
  capacity?: Record<string, string>;
  conditions?: PersistentVolumeClaimCondition[];
  allocatedResources?: Record<string, string>;
  allocatedResourceStatuses?: Record<string, string>;
  currentVolumeAttributesClassName?: string;
  modifyVolumeStatus?: ModifyVolumeStatus;
}
export interface PersistentVolumeClaimTemplate {
  metadata?: ObjectMeta;
  spec?: PersistentVolumeClaimSpec;
}
export interface PersistentVolumeClaimVolumeSource {
  claimName?: string;
  readOnly?: boolean;
}
export interface PersistentVolumeList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: PersistentVolume[] | null;
}
export interface PersistentVolumeSource {
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  hostPath?: HostPathVolumeSource;
  glusterfs?: GlusterfsPersistentVolumeSource;
  nfs?: NFSVolumeSource;
  rbd?: RBDPersistentVolumeSource;
  iscsi?: ISCSIPersistentVolumeSource;
  cinder?: CinderPersistentVolumeSource;
  cephfs?: CephFSPersistentVolumeSource;
  fc?: FCVolumeSource;
  flocker?: FlockerVolumeSource;
  flexVolume?: FlexPersistentVolumeSource;
  azureFile?: AzureFilePersistentVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
  quobyte?: QuobyteVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  scaleIO?: ScaleIOPersistentVolumeSource;
  local?: LocalVolumeSource;
  storageos?: StorageOSPersistentVolumeSource;
  csi?: CSIPersistentVolumeSource;
}
export interface PersistentVolumeSpec {
  capacity?: Record<string, string>;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  hostPath?: HostPathVolumeSource;
  glusterfs?: GlusterfsPersistentVolumeSource;
  nfs?: NFSVolumeSource;
  rbd?: RBDPersistentVolumeSource;
  iscsi?: ISCSIPersistentVolumeSource;
  cinder?: CinderPersistentVolumeSource;
  cephfs?: CephFSPersistentVolumeSource;
  fc?: FCVolumeSource;
  flocker?: FlockerVolumeSource;
  flexVolume?: FlexPersistentVolumeSource;
  azureFile?: AzureFilePersistentVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
  quobyte?: QuobyteVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  scaleIO?: ScaleIOPersistentVolumeSource;
  local?: LocalVolumeSource;
  storageos?: StorageOSPersistentVolumeSource;
  csi?: CSIPersistentVolumeSource;
  accessModes?: string[];
  claimRef?: ObjectReference;
  persistentVolumeReclaimPolicy?: string;
  storageClassName?: string;
  mountOptions?: string[];
  volumeMode?: string;
  nodeAffinity?: VolumeNodeAffinity;
  volumeAttributesClassName?: string;
}
export interface PersistentVolumeStatus {
  phase?: string;
  message?: string;
  reason?: string;
  lastPhaseTransitionTime?: string;
}
export interface PhotonPersistentDiskVolumeSource {
  pdID?: string;
  fsType?: string;
}
export interface Pod {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: PodSpec;
  status?: PodStatus;
}
export interface PodAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
}
export interface PodAffinityTerm {
  labelSelector?: LabelSelector;
  namespaces?: string[];
  topologyKey?: string;
  namespaceSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}
export interface PodAntiAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
}
export interface PodAttachOptions {
  kind?: string;
  apiVersion?: string;
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
  tty?: boolean;
  container?: string;
}
export interface PodCertificateProjection {
  signerName?: string;
  keyType?: string;
  maxExpirationSeconds?: number;
  credentialBundlePath?: string;
  keyPath?: string;
  certificateChainPath?: string;
  userAnnotations?: Record<string, string>;
}
export interface PodCondition {
  type?: string;
  observedGeneration?: number;
  status?: string;
  lastProbeTime?: string | null;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface PodDNSConfig {
  nameservers?: string[];
  searches?: string[];
  options?: PodDNSConfigOption[];
}
export interface PodDNSConfigOption {
  name?: string;
  value?: string;
}
export interface PodExecOptions {
  kind?: string;
  apiVersion?: string;
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
  tty?: boolean;
  container?: string;
  command?: string[] | null;
}
export interface PodExtendedResourceClaimStatus {
  requestMappings?: ContainerExtendedResourceRequest[] | null;
  resourceClaimName?: string;
}
export interface PodIP {
  ip?: string;
}
export interface PodList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Pod[] | null;
}
export interface PodLogOptions {
  kind?: string;
  apiVersion?: string;
  container?: string;
  follow?: boolean;
  previous?: boolean;
  sinceSeconds?: number;
  sinceTime?: string;
  timestamps?: boolean;
  tailLines?: number;
  limitBytes?: number;
  insecureSkipTLSVerifyBackend?: boolean;
  stream?: string;
}
export interface PodOS {
  name?: string;
}
export interface PodPortForwardOptions {
  kind?: string;
  apiVersion?: string;
  ports?: number[];
}
export interface PodProxyOptions {
  kind?: string;
  apiVersion?: string;
  path?: string;
}
export interface PodReadinessGate {
  conditionType?: string;
}
export interface PodResourceClaim {
  name?: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}
export interface PodResourceClaimStatus {
  name?: string;
  resourceClaimName?: string;
}
export interface PodSchedulingGate {
  name?: string;
}
export interface PodSchedulingGroup {
  podGroupName?: string;
}
export interface PodSecurityContext {
  seLinuxOptions?: SELinuxOptions;
  windowsOptions?: WindowsSecurityContextOptions;
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  fsGroup?: number;
  sysctls?: Sysctl[];
  fsGroupChangePolicy?: string;
  seccompProfile?: SeccompProfile;
  appArmorProfile?: AppArmorProfile;
  seLinuxChangePolicy?: string;
}
export interface PodSpec {
  volumes?: Volume[];
  initContainers?: Container[];
  containers?: Container[] | null;
  ephemeralContainers?: EphemeralContainer[];
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  dnsPolicy?: string;
  nodeSelector?: Record<string, string>;
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  nodeName?: string;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  shareProcessNamespace?: boolean;
  securityContext?: PodSecurityContext;
  imagePullSecrets?: LocalObjectReference[];
  hostname?: string;
  subdomain?: string;
  affinity?: Affinity;
  schedulerName?: string;
  tolerations?: Toleration[];
  hostAliases?: HostAlias[];
  priorityClassName?: string;
  priority?: number;
  dnsConfig?: PodDNSConfig;
  readinessGates?: PodReadinessGate[];
  runtimeClassName?: string;
  enableServiceLinks?: boolean;
  preemptionPolicy?: string;
  overhead?: Record<string, string>;
  topologySpreadConstraints?: TopologySpreadConstraint[];
  setHostnameAsFQDN?: boolean;
  os?: PodOS;
  hostUsers?: boolean;
  schedulingGates?: PodSchedulingGate[];
  resourceClaims?: PodResourceClaim[];
  resources?: ResourceRequirements;
  hostnameOverride?: string;
  schedulingGroup?: PodSchedulingGroup;
}
export interface PodStatus {
  observedGeneration?: number;
  phase?: string;
  conditions?: PodCondition[];
  message?: string;
  reason?: string;
  nominatedNodeName?: string;
  hostIP?: string;
  hostIPs?: HostIP[];
  podIP?: string;
  podIPs?: PodIP[];
  startTime?: string;
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
  qosClass?: string;
  ephemeralContainerStatuses?: ContainerStatus[];
  resize?: string;
  resourceClaimStatuses?: PodResourceClaimStatus[];
  extendedResourceClaimStatus?: PodExtendedResourceClaimStatus;
  allocatedResources?: Record<string, string>;
  resources?: ResourceRequirements;
  nodeAllocatableResourceClaimStatuses?: NodeAllocatableResourceClaimStatus[];
}
export interface PodStatusResult {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  status?: PodStatus;
}
export interface PodTemplate {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  template?: PodTemplateSpec;
}
export interface PodTemplateList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: PodTemplate[] | null;
}
export interface PodTemplateSpec {
  metadata?: ObjectMeta;
  spec?: PodSpec;
}
export interface PortStatus {
  port?: number;
  protocol?: string;
  error?: string;
}
export interface PortworxVolumeSource {
  volumeID?: string;
  fsType?: string;
  readOnly?: boolean;
}
export interface PreferredSchedulingTerm {
  weight?: number;
  preference?: NodeSelectorTerm;
}
export interface Probe {
  exec?: ExecAction;
  httpGet?: HTTPGetAction;
  tcpSocket?: TCPSocketAction;
  grpc?: GRPCAction;
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
  terminationGracePeriodSeconds?: number;
}
export interface ProbeHandler {
  exec?: ExecAction;
  httpGet?: HTTPGetAction;
  tcpSocket?: TCPSocketAction;
  grpc?: GRPCAction;
}
export interface ProjectedVolumeSource {
  sources?: VolumeProjection[] | null;
  defaultMode?: number;
}
export interface QuobyteVolumeSource {
  registry?: string;
  volume?: string;
  readOnly?: boolean;
  user?: string;
  group?: string;
  tenant?: string;
}
export interface RBDPersistentVolumeSource {
  monitors?: string[] | null;
  image?: string;
  fsType?: string;
  pool?: string;
  user?: string;
  keyring?: string;
  secretRef?: SecretReference;
  readOnly?: boolean;
}
export interface RBDVolumeSource {
  monitors?: string[] | null;
  image?: string;
  fsType?: string;
  pool?: string;
  user?: string;
  keyring?: string;
  secretRef?: LocalObjectReference;
  readOnly?: boolean;
}
export interface RangeAllocation {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  range?: string;
  data?: string | null;
}
export interface ReplicationController {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ReplicationControllerSpec;
  status?: ReplicationControllerStatus;
}
export interface ReplicationControllerCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface ReplicationControllerList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ReplicationController[] | null;
}
export interface ReplicationControllerSpec {
  replicas?: number;
  minReadySeconds?: number;
  selector?: Record<string, string>;
  template?: PodTemplateSpec;
}
export interface ReplicationControllerStatus {
  replicas?: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  observedGeneration?: number;
  conditions?: ReplicationControllerCondition[];
}
export interface ResourceClaim {
  name?: string;
  request?: string;
}
export interface ResourceFieldSelector {
  containerName?: string;
  resource?: string;
  divisor?: string;
}
export interface ResourceHealth {
  resourceID?: string;
  health?: string;
  message?: string;
}
export interface ResourceQuota {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ResourceQuotaSpec;
  status?: ResourceQuotaStatus;
}
export interface ResourceQuotaList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ResourceQuota[] | null;
}
export interface ResourceQuotaSpec {
  hard?: Record<string, string>;
  scopes?: string[];
  scopeSelector?: ScopeSelector;
}
export interface ResourceQuotaStatus {
  hard?: Record<string, string>;
  used?: Record<string, string>;
}
export interface ResourceRequirements {
  limits?: Record<string, string>;
  requests?: Record<string, string>;
  claims?: ResourceClaim[];
}
export interface ResourceStatus {
  name?: string;
  resources?: ResourceHealth[];
}
export interface SELinuxOptions {
  user?: string;
  role?: string;
  type?: string;
  level?: string;
}
export interface ScaleIOPersistentVolumeSource {
  gateway?: string;
  system?: string;
  secretRef?: SecretReference | null;
  sslEnabled?: boolean;
  protectionDomain?: string;
  storagePool?: string;
  storageMode?: string;
  volumeName?: string;
  fsType?: string;
  readOnly?: boolean;
}
export interface ScaleIOVolumeSource {
  gateway?: string;
  system?: string;
  secretRef?: LocalObjectReference | null;
  sslEnabled?: boolean;
  protectionDomain?: string;
  storagePool?: string;
  storageMode?: string;
  volumeName?: string;
  fsType?: string;
  readOnly?: boolean;
}
export interface ScopeSelector {
  matchExpressions?: ScopedResourceSelectorRequirement[];
}
export interface ScopedResourceSelectorRequirement {
  scopeName?: string;
  operator?: string;
  values?: string[];
}
export interface SeccompProfile {
  type?: string;
  localhostProfile?: string;
}
export interface Secret {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  immutable?: boolean;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  type?: string;
}
export interface SecretEnvSource {
  name?: string;
  optional?: boolean;
}
export interface SecretKeySelector {
  name?: string;
  key?: string;
  optional?: boolean;
}
export interface SecretList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Secret[] | null;
}
export interface SecretProjection {
  name?: string;
  items?: KeyToPath[];
  optional?: boolean;
}
export interface SecretReference {
  name?: string;
  namespace?: string;
}
export interface SecretVolumeSource {
  secretName?: string;
  items?: KeyToPath[];
  defaultMode?: number;
  optional?: boolean;
}
export interface SecurityContext {
  capabilities?: Capabilities;
  privileged?: boolean;
  seLinuxOptions?: SELinuxOptions;
  windowsOptions?: WindowsSecurityContextOptions;
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  readOnlyRootFilesystem?: boolean;
  allowPrivilegeEscalation?: boolean;
  procMount?: string;
  seccompProfile?: SeccompProfile;
  appArmorProfile?: AppArmorProfile;
}
export interface SerializedReference {
  kind?: string;
  apiVersion?: string;
  reference?: ObjectReference;
}
export interface Service {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ServiceSpec;
  status?: ServiceStatus;
}
export interface ServiceAccount {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  secrets?: ObjectReference[];
  imagePullSecrets?: LocalObjectReference[];
  automountServiceAccountToken?: boolean;
}
export interface ServiceAccountList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ServiceAccount[] | null;
}
export interface ServiceAccountTokenProjection {
  audience?: string;
  expirationSeconds?: number;
  path?: string;
}
export interface ServiceList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Service[] | null;
}
export interface ServicePort {
  name?: string;
  protocol?: string;
  appProtocol?: string;
  port?: number;
  targetPort?: number | string;
  nodePort?: number;
}
export interface ServiceProxyOptions {
  kind?: string;
  apiVersion?: string;
  path?: string;
}
export interface ServiceSpec {
  ports?: ServicePort[];
  selector?: Record<string, string>;
  clusterIP?: string;
  clusterIPs?: string[];
  type?: string;
  externalIPs?: string[];
  sessionAffinity?: string;
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  externalName?: string;
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  publishNotReadyAddresses?: boolean;
  sessionAffinityConfig?: SessionAffinityConfig;
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  allocateLoadBalancerNodePorts?: boolean;
  loadBalancerClass?: string;
  internalTrafficPolicy?: string;
  trafficDistribution?: string;
}
export interface ServiceStatus {
  loadBalancer?: LoadBalancerStatus;
  conditions?: Condition[];
}
export interface SessionAffinityConfig {
  clientIP?: ClientIPConfig;
}
export interface SleepAction {
  seconds?: number;
}
export interface StorageOSPersistentVolumeSource {
  volumeName?: string;
  volumeNamespace?: string;
  fsType?: string;
  readOnly?: boolean;
  secretRef?: ObjectReference;
}
export interface StorageOSVolumeSource {
  volumeName?: string;
  volumeNamespace?: string;
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
}
export interface Sysctl {
  name?: string;
  value?: string;
}
export interface TCPSocketAction {
  port?: number | string;
  host?: string;
}
export interface Taint {
  key?: string;
  value?: string;
  effect?: string;
  timeAdded?: string;
}
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}
export interface TopologySelectorLabelRequirement {
  key?: string;
  values?: string[] | null;
}
export interface TopologySelectorTerm {
  matchLabelExpressions?: TopologySelectorLabelRequirement[];
}
export interface TopologySpreadConstraint {
  maxSkew?: number;
  topologyKey?: string;
  whenUnsatisfiable?: string;
  labelSelector?: LabelSelector;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  matchLabelKeys?: string[];
}
export interface TypedLocalObjectReference {
  apiGroup?: string | null;
  kind?: string;
  name?: string;
}
export interface TypedObjectReference {
  apiGroup?: string | null;
  kind?: string;
  name?: string;
  namespace?: string;
}
export interface Volume {
  name?: string;
  hostPath?: HostPathVolumeSource;
  emptyDir?: EmptyDirVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  gitRepo?: GitRepoVolumeSource;
  secret?: SecretVolumeSource;
  nfs?: NFSVolumeSource;
  iscsi?: ISCSIVolumeSource;
  glusterfs?: GlusterfsVolumeSource;
  persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  rbd?: RBDVolumeSource;
  flexVolume?: FlexVolumeSource;
  cinder?: CinderVolumeSource;
  cephfs?: CephFSVolumeSource;
  flocker?: FlockerVolumeSource;
  downwardAPI?: DownwardAPIVolumeSource;
  fc?: FCVolumeSource;
  azureFile?: AzureFileVolumeSource;
  configMap?: ConfigMapVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
  quobyte?: QuobyteVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  projected?: ProjectedVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  scaleIO?: ScaleIOVolumeSource;
  storageos?: StorageOSVolumeSource;
  csi?: CSIVolumeSource;
  ephemeral?: EphemeralVolumeSource;
  image?: ImageVolumeSource;
}
export interface VolumeDevice {
  name?: string;
  devicePath?: string;
}
export interface VolumeMount {
  name?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  mountPath?: string;
  subPath?: string;
  mountPropagation?: string;
  subPathExpr?: string;
}
export interface VolumeMountStatus {
  name?: string;
  mountPath?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  volumeStatus?: VolumeStatus;
}
export interface VolumeNodeAffinity {
  required?: NodeSelector;
}
export interface VolumeProjection {
  secret?: SecretProjection;
  downwardAPI?: DownwardAPIProjection;
  configMap?: ConfigMapProjection;
  serviceAccountToken?: ServiceAccountTokenProjection;
  clusterTrustBundle?: ClusterTrustBundleProjection;
  podCertificate?: PodCertificateProjection;
}
export interface VolumeResourceRequirements {
  limits?: Record<string, string>;
  requests?: Record<string, string>;
}
export interface VolumeSource {
  hostPath?: HostPathVolumeSource;
  emptyDir?: EmptyDirVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  gitRepo?: GitRepoVolumeSource;
  secret?: SecretVolumeSource;
  nfs?: NFSVolumeSource;
  iscsi?: ISCSIVolumeSource;
  glusterfs?: GlusterfsVolumeSource;
  persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  rbd?: RBDVolumeSource;
  flexVolume?: FlexVolumeSource;
  cinder?: CinderVolumeSource;
  cephfs?: CephFSVolumeSource;
  flocker?: FlockerVolumeSource;
  downwardAPI?: DownwardAPIVolumeSource;
  fc?: FCVolumeSource;
  azureFile?: AzureFileVolumeSource;
  configMap?: ConfigMapVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
  quobyte?: QuobyteVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  projected?: ProjectedVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  scaleIO?: ScaleIOVolumeSource;
  storageos?: StorageOSVolumeSource;
  csi?: CSIVolumeSource;
  ephemeral?: EphemeralVolumeSource;
  image?: ImageVolumeSource;
}
export interface VolumeStatus {
  image?: ImageVolumeStatus;
}
export interface VsphereVirtualDiskVolumeSource {
  volumePath?: string;
  fsType?: string;
  storagePolicyName?: string;
  storagePolicyID?: string;
}
export interface WeightedPodAffinityTerm {
  weight?: number;
  podAffinityTerm?: PodAffinityTerm;
}
export interface WindowsSecurityContextOptions {
  gmsaCredentialSpecName?: string;
  gmsaCredentialSpec?: string;
  runAsUserName?: string;
  hostProcess?: boolean;
}

// io.k8s.api.apps.v1
export interface ControllerRevision {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  data?: unknown | null;
  revision?: number;
}
export interface ControllerRevisionList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ControllerRevision[] | null;
}
export interface DaemonSet {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: DaemonSetSpec;
  status?: DaemonSetStatus;
}
export interface DaemonSetCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface DaemonSetList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: DaemonSet[] | null;
}
export interface DaemonSetSpec {
  selector?: LabelSelector | null;
  template?: PodTemplateSpec;
  updateStrategy?: DaemonSetUpdateStrategy;
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
}
export interface DaemonSetStatus {
  currentNumberScheduled?: number;
  numberMisscheduled?: number;
  desiredNumberScheduled?: number;
  numberReady?: number;
  observedGeneration?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  numberUnavailable?: number;
  collisionCount?: number;
  conditions?: DaemonSetCondition[];
}
export interface DaemonSetUpdateStrategy {
  type?: string;
  rollingUpdate?: RollingUpdateDaemonSet;
}
export interface Deployment {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: DeploymentSpec;
  status?: DeploymentStatus;
}
export interface DeploymentCondition {
  type?: string;
  status?: string;
  lastUpdateTime?: string | null;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface DeploymentList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Deployment[] | null;
}
export interface DeploymentSpec {
  replicas?: number;
  selector?: LabelSelector | null;
  template?: PodTemplateSpec;
  strategy?: DeploymentStrategy;
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  paused?: boolean;
  progressDeadlineSeconds?: number;
}
export interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  terminatingReplicas?: number;
  conditions?: DeploymentCondition[];
  collisionCount?: number;
}
export interface DeploymentStrategy {
  type?: string;
  rollingUpdate?: RollingUpdateDeployment;
}
export interface ReplicaSet {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ReplicaSetSpec;
  status?: ReplicaSetStatus;
}
export interface ReplicaSetCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface ReplicaSetList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ReplicaSet[] | null;
}
export interface ReplicaSetSpec {
  replicas?: number;
  minReadySeconds?: number;
  selector?: LabelSelector | null;
  template?: PodTemplateSpec;
}
export interface ReplicaSetStatus {
  replicas?: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  terminatingReplicas?: number;
  observedGeneration?: number;
  conditions?: ReplicaSetCondition[];
}
export interface RollingUpdateDaemonSet {
  maxUnavailable?: number | string;
  maxSurge?: number | string;
}
export interface RollingUpdateDeployment {
  maxUnavailable?: number | string;
  maxSurge?: number | string;
}
export interface RollingUpdateStatefulSetStrategy {
  partition?: number;
  maxUnavailable?: number | string;
}
export interface StatefulSet {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: StatefulSetSpec;
  status?: StatefulSetStatus;
}
export interface StatefulSetCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface StatefulSetList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: StatefulSet[] | null;
}
export interface StatefulSetOrdinals {
  start?: number;
}
export interface StatefulSetPersistentVolumeClaimRetentionPolicy {
  whenDeleted?: string;
  whenScaled?: string;
}
export interface StatefulSetSpec {
  replicas?: number;
  selector?: LabelSelector | null;
  template?: PodTemplateSpec;
  volumeClaimTemplates?: PersistentVolumeClaim[];
  serviceName?: string;
  podManagementPolicy?: string;
  updateStrategy?: StatefulSetUpdateStrategy;
  revisionHistoryLimit?: number;
  minReadySeconds?: number;
  persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy;
  ordinals?: StatefulSetOrdinals;
}
export interface StatefulSetStatus {
  observedGeneration?: number;
  replicas?: number;
  readyReplicas?: number;
  currentReplicas?: number;
  updatedReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  collisionCount?: number;
  conditions?: StatefulSetCondition[];
  availableReplicas?: number;
}
export interface StatefulSetUpdateStrategy {
  type?: string;
  rollingUpdate?: RollingUpdateStatefulSetStrategy;
}

// io.k8s.api.batch.v1
export interface CronJob {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: CronJobSpec;
  status?: CronJobStatus;
}
export interface CronJobList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: CronJob[] | null;
}
export interface CronJobSpec {
  schedule?: string;
  timeZone?: string;
  startingDeadlineSeconds?: number;
  concurrencyPolicy?: string;
  suspend?: boolean;
  jobTemplate?: JobTemplateSpec;
  successfulJobsHistoryLimit?: number;
  failedJobsHistoryLimit?: number;
}
export interface CronJobStatus {
  active?: ObjectReference[];
  lastScheduleTime?: string;
  lastSuccessfulTime?: string;
}
export interface Job {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: JobSpec;
  status?: JobStatus;
}
export interface JobCondition {
  type?: string;
  status?: string;
  lastProbeTime?: string | null;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface JobList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Job[] | null;
}
export interface JobSpec {
  parallelism?: number;
  completions?: number;
  activeDeadlineSeconds?: number;
  podFailurePolicy?: PodFailurePolicy;
  successPolicy?: SuccessPolicy;
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  maxFailedIndexes?: number;
  selector?: LabelSelector;
  manualSelector?: boolean;
  template?: PodTemplateSpec;
  ttlSecondsAfterFinished?: number;
  completionMode?: string;
  suspend?: boolean;
  podReplacementPolicy?: string;
  managedBy?: string;
}
export interface JobStatus {
  conditions?: JobCondition[];
  startTime?: string;
  completionTime?: string;
  active?: number;
  succeeded?: number;
  failed?: number;
  terminating?: number;
  completedIndexes?: string;
  failedIndexes?: string;
  uncountedTerminatedPods?: UncountedTerminatedPods;
  ready?: number;
}
export interface JobTemplateSpec {
  metadata?: ObjectMeta;
  spec?: JobSpec;
}
export interface PodFailurePolicy {
  rules?: PodFailurePolicyRule[] | null;
}
export interface PodFailurePolicyOnExitCodesRequirement {
  containerName?: string;
  operator?: string;
  values?: number[] | null;
}
export interface PodFailurePolicyOnPodConditionsPattern {
  type?: string;
  status?: string;
}
export interface PodFailurePolicyRule {
  action?: string;
  onExitCodes?: PodFailurePolicyOnExitCodesRequirement;
  onPodConditions?: PodFailurePolicyOnPodConditionsPattern[];
}
export interface SuccessPolicy {
  rules?: SuccessPolicyRule[] | null;
}
export interface SuccessPolicyRule {
  succeededIndexes?: string;
  succeededCount?: number;
}
export interface UncountedTerminatedPods {
  succeeded?: string[];
  failed?: string[];
}

// io.k8s.api.rbac.v1
export interface AggregationRule {
  clusterRoleSelectors?: LabelSelector[];
}
export interface ClusterRole {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  rules?: PolicyRule[] | null;
  aggregationRule?: AggregationRule;
}
export interface ClusterRoleBinding {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  subjects?: Subject[];
  roleRef?: RoleRef;
}
export interface ClusterRoleBindingList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ClusterRoleBinding[] | null;
}
export interface ClusterRoleList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ClusterRole[] | null;
}
export interface PolicyRule {
  verbs?: string[] | null;
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}
export interface Role {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  rules?: PolicyRule[] | null;
}
export interface RoleBinding {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  subjects?: Subject[];
  roleRef?: RoleRef;
}
export interface RoleBindingList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: RoleBinding[] | null;
}
export interface RoleList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Role[] | null;
}
export interface RoleRef {
  apiGroup?: string;
  kind?: string;
  name?: string;
}
export interface Subject {
  kind?: string;
  apiGroup?: string;
  name?: string;
  namespace?: string;
}

// io.k8s.api.authentication.v1
export interface BoundObjectReference {
  kind?: string;
  apiVersion?: string;
  name?: string;
  uid?: string;
}
export interface SelfSubjectReview {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  status?: SelfSubjectReviewStatus;
}
export interface SelfSubjectReviewStatus {
  userInfo?: UserInfo;
}
export interface TokenRequest {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: TokenRequestSpec;
  status?: TokenRequestStatus;
}
export interface TokenRequestSpec {
  audiences?: string[] | null;
  expirationSeconds?: number | null;
  boundObjectRef?: BoundObjectReference | null;
}
export interface TokenRequestStatus {
  token?: string;
  expirationTimestamp?: string | null;
}
export interface TokenReview {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: TokenReviewSpec;
  status?: TokenReviewStatus;
}
export interface TokenReviewSpec {
  token?: string;
  audiences?: string[];
}
export interface TokenReviewStatus {
  authenticated?: boolean;
  user?: UserInfo;
  audiences?: string[];
  error?: string;
}
export interface UserInfo {
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[] | null>;
}

// io.k8s.api.authorization.v1
export interface FieldSelectorAttributes {
  rawSelector?: string;
  requirements?: FieldSelectorRequirement[];
}
export interface LabelSelectorAttributes {
  rawSelector?: string;
  requirements?: LabelSelectorRequirement[];
}
export interface LocalSubjectAccessReview {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: SubjectAccessReviewSpec;
  status?: SubjectAccessReviewStatus;
}
export interface NonResourceAttributes {
  path?: string;
  verb?: string;
}
export interface NonResourceRule {
  verbs?: string[] | null;
  nonResourceURLs?: string[];
}
export interface ResourceAttributes {
  namespace?: string;
  verb?: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  name?: string;
  fieldSelector?: FieldSelectorAttributes;
  labelSelector?: LabelSelectorAttributes;
}
export interface ResourceRule {
  verbs?: string[] | null;
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
}
export interface SelfSubjectAccessReview {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: SelfSubjectAccessReviewSpec;
  status?: SubjectAccessReviewStatus;
}
export interface SelfSubjectAccessReviewSpec {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: NonResourceAttributes;
}
export interface SelfSubjectRulesReview {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: SelfSubjectRulesReviewSpec;
  status?: SubjectRulesReviewStatus;
}
export interface SelfSubjectRulesReviewSpec {
  namespace?: string;
}
export interface SubjectAccessReview {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: SubjectAccessReviewSpec;
  status?: SubjectAccessReviewStatus;
}
export interface SubjectAccessReviewSpec {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: NonResourceAttributes;
  user?: string;
  groups?: string[];
  extra?: Record<string, string[] | null>;
  uid?: string;
}
export interface SubjectAccessReviewStatus {
  allowed?: boolean;
  denied?: boolean;
  reason?: string;
  evaluationError?: string;
}
export interface SubjectRulesReviewStatus {
  resourceRules?: ResourceRule[] | null;
  nonResourceRules?: NonResourceRule[] | null;
  incomplete?: boolean;
  evaluationError?: string;
}

// io.k8s.api.coordination.v1
export interface Lease {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: LeaseSpec;
}
export interface LeaseList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Lease[] | null;
}
export interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
  strategy?: string;
  preferredHolder?: string;
}

// io.k8s.api.discovery.v1
export interface Endpoint {
  addresses?: string[] | null;
  conditions?: EndpointConditions;
  hostname?: string;
  targetRef?: ObjectReference;
  deprecatedTopology?: Record<string, string>;
  nodeName?: string;
  zone?: string;
  hints?: EndpointHints;
}
export interface EndpointConditions {
  ready?: boolean;
  serving?: boolean;
  terminating?: boolean;
}
export interface EndpointHints {
  forZones?: ForZone[];
  forNodes?: ForNode[];
}
export interface DiscoveryV1EndpointPort {
  name?: string;
  protocol?: string;
  port?: number;
  appProtocol?: string;
}
export interface EndpointSlice {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  addressType?: string;
  endpoints?: Endpoint[] | null;
  ports?: DiscoveryV1EndpointPort[] | null;
}
export interface EndpointSliceList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: EndpointSlice[] | null;
}
export interface ForNode {
  name?: string;
}
export interface ForZone {
  name?: string;
}

// io.k8s.api.networking.v1
export interface HTTPIngressPath {
  path?: string;
  pathType?: string | null;
  backend?: IngressBackend;
}
export interface HTTPIngressRuleValue {
  paths?: HTTPIngressPath[] | null;
}
export interface IPAddress {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: IPAddressSpec;
}
export interface IPAddressList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: IPAddress[] | null;
}
export interface IPAddressSpec {
  parentRef?: ParentReference;
}
export interface IPBlock {
  cidr?: string;
  except?: string[];
}
export interface Ingress {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: IngressSpec;
  status?: IngressStatus;
}
export interface IngressBackend {
  service?: IngressServiceBackend;
  resource?: TypedLocalObjectReference;
}
export interface IngressClass {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: IngressClassSpec;
}
export interface IngressClassList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: IngressClass[] | null;
}
export interface IngressClassParametersReference {
  apiGroup?: string;
  kind?: string;
  name?: string;
  scope?: string | null;
  namespace?: string;
}
export interface IngressClassSpec {
  controller?: string;
  parameters?: IngressClassParametersReference;
}
export interface IngressList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: Ingress[] | null;
}
export interface IngressLoadBalancerIngress {
  ip?: string;
  hostname?: string;
  ports?: IngressPortStatus[];
}
export interface IngressLoadBalancerStatus {
  ingress?: IngressLoadBalancerIngress[];
}
export interface IngressPortStatus {
  port?: number;
  protocol?: string;
  error?: string;
}
export interface IngressRule {
  host?: string;
  http?: HTTPIngressRuleValue;
}
export interface IngressRuleValue {
  http?: HTTPIngressRuleValue;
}
export interface IngressServiceBackend {
  name?: string;
  port?: ServiceBackendPort;
}
export interface IngressSpec {
  ingressClassName?: string;
  defaultBackend?: IngressBackend;
  tls?: IngressTLS[];
  rules?: IngressRule[];
}
export interface IngressStatus {
  loadBalancer?: IngressLoadBalancerStatus;
}
export interface IngressTLS {
  hosts?: string[];
  secretName?: string;
}
export interface NetworkPolicy {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: NetworkPolicySpec;
}
export interface NetworkPolicyEgressRule {
  ports?: NetworkPolicyPort[];
  to?: NetworkPolicyPeer[];
}
export interface NetworkPolicyIngressRule {
  ports?: NetworkPolicyPort[];
  from?: NetworkPolicyPeer[];
}
export interface NetworkPolicyList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: NetworkPolicy[] | null;
}
export interface NetworkPolicyPeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: IPBlock;
}
export interface NetworkPolicyPort {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}
export interface NetworkPolicySpec {
  podSelector?: LabelSelector;
  ingress?: NetworkPolicyIngressRule[];
  egress?: NetworkPolicyEgressRule[];
  policyTypes?: string[];
}
export interface ParentReference {
  group?: string;
  resource?: string;
  namespace?: string;
  name?: string;
}
export interface ServiceBackendPort {
  name?: string;
  number?: number;
}
export interface ServiceCIDR {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ServiceCIDRSpec;
  status?: ServiceCIDRStatus;
}
export interface ServiceCIDRList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ServiceCIDR[] | null;
}
export interface ServiceCIDRSpec {
  cidrs?: string[];
}
export interface ServiceCIDRStatus {
  conditions?: Condition[];
}

// io.k8s.api.policy.v1
export interface Eviction {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  deleteOptions?: DeleteOptions;
}
export interface PodDisruptionBudget {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: PodDisruptionBudgetSpec;
  status?: PodDisruptionBudgetStatus;
}
export interface PodDisruptionBudgetList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: PodDisruptionBudget[] | null;
}
export interface PodDisruptionBudgetSpec {
  minAvailable?: number | string;
  selector?: LabelSelector;
  maxUnavailable?: number | string;
  unhealthyPodEvictionPolicy?: string;
}
export interface PodDisruptionBudgetStatus {
  observedGeneration?: number;
  disruptedPods?: Record<string, string | null>;
  disruptionsAllowed?: number;
  currentHealthy?: number;
  desiredHealthy?: number;
  expectedPods?: number;
  conditions?: Condition[];
}

// io.k8s.api.autoscaling.v2
export interface ContainerResourceMetricSource {
  name?: string;
  target?: MetricTarget;
  container?: string;
}
export interface ContainerResourceMetricStatus {
  name?: string;
  current?: MetricValueStatus;
  container?: string;
}
export interface CrossVersionObjectReference {
  kind?: string;
  name?: string;
  apiVersion?: string;
}
export interface ExternalMetricSource {
  metric?: MetricIdentifier;
  target?: MetricTarget;
}
export interface ExternalMetricStatus {
  metric?: MetricIdentifier;
  current?: MetricValueStatus;
}
export interface HPAScalingPolicy {
  type?: string;
  value?: number;
  periodSeconds?: number;
}
export interface HPAScalingRules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: string;
  policies?: HPAScalingPolicy[];
  tolerance?: string;
}
export interface HorizontalPodAutoscaler {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: HorizontalPodAutoscalerSpec;
  status?: HorizontalPodAutoscalerStatus;
}
export interface HorizontalPodAutoscalerBehavior {
  scaleUp?: HPAScalingRules;
  scaleDown?: HPAScalingRules;
}
export interface HorizontalPodAutoscalerCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface HorizontalPodAutoscalerList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: HorizontalPodAutoscaler[] | null;
}
export interface HorizontalPodAutoscalerSpec {
  scaleTargetRef?: CrossVersionObjectReference;
  minReplicas?: number;
  maxReplicas?: number;
  metrics?: MetricSpec[];
  behavior?: HorizontalPodAutoscalerBehavior;
}
export interface HorizontalPodAutoscalerStatus {
  observedGeneration?: number;
  lastScaleTime?: string;
  currentReplicas?: number;
  desiredReplicas?: number;
  currentMetrics?: MetricStatus[] | null;
  conditions?: HorizontalPodAutoscalerCondition[];
}
export interface MetricIdentifier {
  name?: string;
  selector?: LabelSelector;
}
export interface MetricSpec {
  type?: string;
  object?: ObjectMetricSource;
  pods?: PodsMetricSource;
  resource?: ResourceMetricSource;
  containerResource?: ContainerResourceMetricSource;
  external?: ExternalMetricSource;
}
export interface MetricStatus {
  type?: string;
  object?: ObjectMetricStatus;
  pods?: PodsMetricStatus;
  resource?: ResourceMetricStatus;
  containerResource?: ContainerResourceMetricStatus;
  external?: ExternalMetricStatus;
}
export interface MetricTarget {
  type?: string;
  value?: string;
  averageValue?: string;
  averageUtilization?: number;
}
export interface MetricValueStatus {
  value?: string;
  averageValue?: string;
  averageUtilization?: number;
}
export interface ObjectMetricSource {
  describedObject?: CrossVersionObjectReference;
  target?: MetricTarget;
  metric?: MetricIdentifier;
}
export interface ObjectMetricStatus {
  metric?: MetricIdentifier;
  current?: MetricValueStatus;
  describedObject?: CrossVersionObjectReference;
}
export interface PodsMetricSource {
  metric?: MetricIdentifier;
  target?: MetricTarget;
}
export interface PodsMetricStatus {
  metric?: MetricIdentifier;
  current?: MetricValueStatus;
}
export interface ResourceMetricSource {
  name?: string;
  target?: MetricTarget;
}
export interface ResourceMetricStatus {
  name?: string;
  current?: MetricValueStatus;
}

// io.k8s.api.autoscaling.v1
export interface AutoscalingV1CrossVersionObjectReference {
  kind?: string;
  name?: string;
  apiVersion?: string;
}
export interface AutoscalingV1HorizontalPodAutoscaler {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: AutoscalingV1HorizontalPodAutoscalerSpec;
  status?: AutoscalingV1HorizontalPodAutoscalerStatus;
}
export interface AutoscalingV1HorizontalPodAutoscalerList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: AutoscalingV1HorizontalPodAutoscaler[] | null;
}
export interface AutoscalingV1HorizontalPodAutoscalerSpec {
  scaleTargetRef?: AutoscalingV1CrossVersionObjectReference;
  minReplicas?: number;
  maxReplicas?: number;
  targetCPUUtilizationPercentage?: number;
}
export interface AutoscalingV1HorizontalPodAutoscalerStatus {
  observedGeneration?: number;
  lastScaleTime?: string;
  currentReplicas?: number;
  desiredReplicas?: number;
  currentCPUUtilizationPercentage?: number;
}
export interface Scale {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ScaleSpec;
  status?: ScaleStatus;
}
export interface ScaleSpec {
  replicas?: number;
}
export interface ScaleStatus {
  replicas?: number;
  selector?: string;
}

// io.k8s.api.scheduling.v1
export interface PriorityClass {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  value?: number;
  globalDefault?: boolean;
  description?: string;
  preemptionPolicy?: string;
}
export interface PriorityClassList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: PriorityClass[] | null;
}

// io.k8s.api.storage.v1
export interface CSIDriver {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: CSIDriverSpec;
}
export interface CSIDriverList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: CSIDriver[] | null;
}
export interface CSIDriverSpec {
  attachRequired?: boolean;
  podInfoOnMount?: boolean;
  volumeLifecycleModes?: string[];
  storageCapacity?: boolean;
  fsGroupPolicy?: string;
  tokenRequests?: StorageV1TokenRequest[];
  requiresRepublish?: boolean;
  seLinuxMount?: boolean;
  nodeAllocatableUpdatePeriodSeconds?: number;
  serviceAccountTokenInSecrets?: boolean;
  preventPodSchedulingIfMissing?: boolean;
}
export interface CSINode {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: CSINodeSpec;
}
export interface CSINodeDriver {
  name?: string;
  nodeID?: string;
  topologyKeys?: string[] | null;
  allocatable?: VolumeNodeResources;
}
export interface CSINodeList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: CSINode[] | null;
}
export interface CSINodeSpec {
  drivers?: CSINodeDriver[] | null;
}
export interface CSIStorageCapacity {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  nodeTopology?: LabelSelector;
  storageClassName?: string;
  capacity?: string;
  maximumVolumeSize?: string;
}
export interface CSIStorageCapacityList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: CSIStorageCapacity[] | null;
}
export interface StorageClass {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  provisioner?: string;
  parameters?: Record<string, string>;
  reclaimPolicy?: string;
  mountOptions?: string[];
  allowVolumeExpansion?: boolean;
  volumeBindingMode?: string;
  allowedTopologies?: TopologySelectorTerm[];
}
export interface StorageClassList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: StorageClass[] | null;
}
export interface StorageV1TokenRequest {
  audience?: string;
  expirationSeconds?: number;
}
export interface VolumeAttachment {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: VolumeAttachmentSpec;
  status?: VolumeAttachmentStatus;
}
export interface VolumeAttachmentList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: VolumeAttachment[] | null;
}
export interface VolumeAttachmentSource {
  persistentVolumeName?: string;
  inlineVolumeSpec?: PersistentVolumeSpec;
}
export interface VolumeAttachmentSpec {
  attacher?: string;
  source?: VolumeAttachmentSource;
  nodeName?: string;
}
export interface VolumeAttachmentStatus {
  attached?: boolean;
  attachmentMetadata?: Record<string, string>;
  attachError?: VolumeError;
  detachError?: VolumeError;
}
export interface VolumeAttributesClass {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  driverName?: string;
  parameters?: Record<string, string>;
}
export interface VolumeAttributesClassList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: VolumeAttributesClass[] | null;
}
export interface VolumeError {
  time?: string | null;
  message?: string;
  errorCode?: number;
}
export interface VolumeNodeResources {
  count?: number;
}

// io.k8s.api.certificates.v1
export interface CertificateSigningRequest {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: CertificateSigningRequestSpec;
  status?: CertificateSigningRequestStatus;
}
export interface CertificateSigningRequestCondition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
  lastUpdateTime?: string | null;
  lastTransitionTime?: string | null;
}
export interface CertificateSigningRequestList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: CertificateSigningRequest[] | null;
}
export interface CertificateSigningRequestSpec {
  request?: string | null;
  signerName?: string;
  expirationSeconds?: number;
  usages?: string[];
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[] | null>;
}
export interface CertificateSigningRequestStatus {
  conditions?: CertificateSigningRequestCondition[];
  certificate?: string;
}

// io.k8s.api.flowcontrol.v1
export interface ExemptPriorityLevelConfiguration {
  nominalConcurrencyShares?: number;
  lendablePercent?: number;
}
export interface FlowDistinguisherMethod {
  type?: string;
}
export interface FlowSchema {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: FlowSchemaSpec;
  status?: FlowSchemaStatus;
}
export interface FlowSchemaCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface FlowSchemaList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: FlowSchema[] | null;
}
export interface FlowSchemaSpec {
  priorityLevelConfiguration?: PriorityLevelConfigurationReference;
  matchingPrecedence?: number;
  distinguisherMethod?: FlowDistinguisherMethod;
  rules?: PolicyRulesWithSubjects[];
}
export interface FlowSchemaStatus {
  conditions?: FlowSchemaCondition[];
}
export interface GroupSubject {
  name?: string;
}
export interface LimitResponse {
  type?: string;
  queuing?: QueuingConfiguration;
}
export interface LimitedPriorityLevelConfiguration {
  nominalConcurrencyShares?: number | null;
  limitResponse?: LimitResponse;
  lendablePercent?: number;
  borrowingLimitPercent?: number;
}
export interface NonResourcePolicyRule {
  verbs?: string[] | null;
  nonResourceURLs?: string[] | null;
}
export interface PolicyRulesWithSubjects {
  subjects?: FlowcontrolV1Subject[] | null;
  resourceRules?: ResourcePolicyRule[];
  nonResourceRules?: NonResourcePolicyRule[];
}
export interface PriorityLevelConfiguration {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: PriorityLevelConfigurationSpec;
  status?: PriorityLevelConfigurationStatus;
}
export interface PriorityLevelConfigurationCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface PriorityLevelConfigurationList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: PriorityLevelConfiguration[] | null;
}
export interface PriorityLevelConfigurationReference {
  name?: string;
}
export interface PriorityLevelConfigurationSpec {
  type?: string;
  limited?: LimitedPriorityLevelConfiguration;
  exempt?: ExemptPriorityLevelConfiguration;
}
export interface PriorityLevelConfigurationStatus {
  conditions?: PriorityLevelConfigurationCondition[];
}
export interface QueuingConfiguration {
  queues?: number;
  handSize?: number;
  queueLengthLimit?: number;
}
export interface ResourcePolicyRule {
  verbs?: string[] | null;
  apiGroups?: string[] | null;
  resources?: string[] | null;
  clusterScope?: boolean;
  namespaces?: string[] | null;
}
export interface ServiceAccountSubject {
  namespace?: string;
  name?: string;
}
export interface FlowcontrolV1Subject {
  kind?: string;
  user?: UserSubject;
  group?: GroupSubject;
  serviceAccount?: ServiceAccountSubject;
}
export interface UserSubject {
  name?: string;
}

// io.k8s.api.admissionregistration.v1
export interface ApplyConfiguration {
  expression?: string;
}
export interface AuditAnnotation {
  key?: string;
  valueExpression?: string;
}
export interface ExpressionWarning {
  fieldRef?: string;
  warning?: string;
}
export interface JSONPatch {
  expression?: string;
}
export interface MatchCondition {
  name?: string;
  expression?: string;
}
export interface MatchResources {
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  resourceRules?: NamedRuleWithOperations[];
  excludeResourceRules?: NamedRuleWithOperations[];
  matchPolicy?: string;
}
export interface MutatingAdmissionPolicy {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: MutatingAdmissionPolicySpec;
}
export interface MutatingAdmissionPolicyBinding {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: MutatingAdmissionPolicyBindingSpec;
}
export interface MutatingAdmissionPolicyBindingList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: MutatingAdmissionPolicyBinding[] | null;
}
export interface MutatingAdmissionPolicyBindingSpec {
  policyName?: string;
  paramRef?: ParamRef;
  matchResources?: MatchResources;
}
export interface MutatingAdmissionPolicyList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: MutatingAdmissionPolicy[] | null;
}
export interface MutatingAdmissionPolicySpec {
  paramKind?: ParamKind;
  matchConstraints?: MatchResources;
  variables?: Variable[];
  mutations?: Mutation[];
  failurePolicy?: string;
  matchConditions?: MatchCondition[];
  reinvocationPolicy?: string;
}
export interface MutatingWebhook {
  name?: string;
  clientConfig?: WebhookClientConfig;
  rules?: RuleWithOperations[];
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  sideEffects?: string | null;
  timeoutSeconds?: number;
  admissionReviewVersions?: string[] | null;
  reinvocationPolicy?: string;
  matchConditions?: MatchCondition[];
}
export interface MutatingWebhookConfiguration {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  webhooks?: MutatingWebhook[];
}
export interface MutatingWebhookConfigurationList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: MutatingWebhookConfiguration[] | null;
}
export interface Mutation {
  patchType?: string;
  applyConfiguration?: ApplyConfiguration;
  jsonPatch?: JSONPatch;
}
export interface NamedRuleWithOperations {
  resourceNames?: string[];
  operations?: string[];
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  scope?: string;
}
export interface ParamKind {
  apiVersion?: string;
  kind?: string;
}
export interface ParamRef {
  name?: string;
  namespace?: string;
  selector?: LabelSelector;
  parameterNotFoundAction?: string;
}
export interface Rule {
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  scope?: string;
}
export interface RuleWithOperations {
  operations?: string[];
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  scope?: string;
}
export interface ServiceReference {
  namespace?: string;
  name?: string;
  path?: string;
  port?: number;
}
export interface TypeChecking {
  expressionWarnings?: ExpressionWarning[];
}
export interface ValidatingAdmissionPolicy {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ValidatingAdmissionPolicySpec;
  status?: ValidatingAdmissionPolicyStatus;
}
export interface ValidatingAdmissionPolicyBinding {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ValidatingAdmissionPolicyBindingSpec;
}
export interface ValidatingAdmissionPolicyBindingList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ValidatingAdmissionPolicyBinding[] | null;
}
export interface ValidatingAdmissionPolicyBindingSpec {
  policyName?: string;
  paramRef?: ParamRef;
  matchResources?: MatchResources;
  validationActions?: string[];
}
export interface ValidatingAdmissionPolicyList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ValidatingAdmissionPolicy[] | null;
}
export interface ValidatingAdmissionPolicySpec {
  paramKind?: ParamKind;
  matchConstraints?: MatchResources;
  validations?: Validation[];
  failurePolicy?: string;
  auditAnnotations?: AuditAnnotation[];
  matchConditions?: MatchCondition[];
  variables?: Variable[];
}
export interface ValidatingAdmissionPolicyStatus {
  observedGeneration?: number;
  typeChecking?: TypeChecking;
  conditions?: Condition[];
}
export interface ValidatingWebhook {
  name?: string;
  clientConfig?: WebhookClientConfig;
  rules?: RuleWithOperations[];
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  sideEffects?: string | null;
  timeoutSeconds?: number;
  admissionReviewVersions?: string[] | null;
  matchConditions?: MatchCondition[];
}
export interface ValidatingWebhookConfiguration {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  webhooks?: ValidatingWebhook[];
}
export interface ValidatingWebhookConfigurationList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ValidatingWebhookConfiguration[] | null;
}
export interface Validation {
  expression?: string;
  message?: string;
  reason?: string;
  messageExpression?: string;
}
export interface Variable {
  name?: string;
  expression?: string;
}
export interface WebhookClientConfig {
  url?: string;
  service?: ServiceReference;
  caBundle?: string;
}

// io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1
export interface ConversionRequest {
  uid?: string;
  desiredAPIVersion?: string;
  objects?: unknown[] | null;
}
export interface ConversionResponse {
  uid?: string;
  convertedObjects?: unknown[] | null;
  result?: Status;
}
export interface ConversionReview {
  kind?: string;
  apiVersion?: string;
  request?: ConversionRequest;
  response?: ConversionResponse;
}
export interface CustomResourceColumnDefinition {
  name?: string;
  type?: string;
  format?: string;
  description?: string;
  priority?: number;
  jsonPath?: string;
}
export interface CustomResourceConversion {
  strategy?: string;
  webhook?: WebhookConversion;
}
export interface CustomResourceDefinition {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: CustomResourceDefinitionSpec;
  status?: CustomResourceDefinitionStatus;
}
export interface CustomResourceDefinitionCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
  observedGeneration?: number;
}
export interface CustomResourceDefinitionList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: CustomResourceDefinition[] | null;
}
export interface CustomResourceDefinitionNames {
  plural?: string;
  singular?: string;
  shortNames?: string[];
  kind?: string;
  listKind?: string;
  categories?: string[];
}
export interface CustomResourceDefinitionSpec {
  group?: string;
  names?: CustomResourceDefinitionNames;
  scope?: string;
  versions?: CustomResourceDefinitionVersion[] | null;
  conversion?: CustomResourceConversion;
  preserveUnknownFields?: boolean;
}
export interface CustomResourceDefinitionStatus {
  conditions?: CustomResourceDefinitionCondition[] | null;
  acceptedNames?: CustomResourceDefinitionNames;
  storedVersions?: string[] | null;
  observedGeneration?: number;
}
export interface CustomResourceDefinitionVersion {
  name?: string;
  served?: boolean;
  storage?: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: CustomResourceValidation;
  subresources?: CustomResourceSubresources;
  additionalPrinterColumns?: CustomResourceColumnDefinition[];
  selectableFields?: SelectableField[];
}
export interface CustomResourceSubresourceScale {
  specReplicasPath?: string;
  statusReplicasPath?: string;
  labelSelectorPath?: string;
}
export type CustomResourceSubresourceStatus = Record<string, never>;
export interface CustomResourceSubresources {
  status?: CustomResourceSubresourceStatus;
  scale?: CustomResourceSubresourceScale;
}
export interface CustomResourceValidation {
  openAPIV3Schema?: JSONSchemaProps;
}
export interface ExternalDocumentation {
  description?: string;
  url?: string;
}
export interface JSONSchemaProps {
  id?: string;
  '$schema'?: string;
  '$ref'?: string;
  description?: string;
  type?: string;
  format?: string;
  title?: string;
  default?: unknown;
  maximum?: number;
  exclusiveMaximum?: boolean;
  minimum?: number;
  exclusiveMinimum?: boolean;
  maxLength?: number;
  minLength?: number;
  pattern?: string;
  maxItems?: number;
  minItems?: number;
  uniqueItems?: boolean;
  multipleOf?: number;
  enum?: unknown[];
  maxProperties?: number;
  minProperties?: number;
  required?: string[];
  items?: unknown;
  allOf?: JSONSchemaProps[];
  oneOf?: JSONSchemaProps[];
  anyOf?: JSONSchemaProps[];
  not?: JSONSchemaProps;
  properties?: Record<string, JSONSchemaProps>;
  additionalProperties?: unknown;
  patternProperties?: Record<string, JSONSchemaProps>;
  dependencies?: Record<string, unknown>;
  additionalItems?: unknown;
  definitions?: Record<string, JSONSchemaProps>;
  externalDocs?: ExternalDocumentation;
  example?: unknown;
  nullable?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-validations'?: ValidationRule[];
}
export interface SelectableField {
  jsonPath?: string;
}
export interface ApiextensionsV1ServiceReference {
  namespace?: string;
  name?: string;
  path?: string;
  port?: number;
}
export interface ValidationRule {
  rule?: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
}
export interface ApiextensionsV1WebhookClientConfig {
  url?: string;
  service?: ApiextensionsV1ServiceReference;
  caBundle?: string;
}
export interface WebhookConversion {
  clientConfig?: ApiextensionsV1WebhookClientConfig;
  conversionReviewVersions?: string[] | null;
}

// io.k8s.kube-aggregator.pkg.apis.apiregistration.v1
export interface APIService {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: APIServiceSpec;
  status?: APIServiceStatus;
}
export interface APIServiceCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}
export interface APIServiceList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: APIService[] | null;
}
export interface APIServiceSpec {
  service?: ApiregistrationV1ServiceReference;
  group?: string;
  version?: string;
  insecureSkipTLSVerify?: boolean;
  caBundle?: string;
  groupPriorityMinimum?: number;
  versionPriority?: number;
}
export interface APIServiceStatus {
  conditions?: APIServiceCondition[];
}
export interface ApiregistrationV1ServiceReference {
  namespace?: string;
  name?: string;
  port?: number;
}

// io.k8s.api.events.v1
export interface EventsV1Event {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  eventTime?: string | null;
  series?: EventsV1EventSeries;
  reportingController?: string;
  reportingInstance?: string;
  action?: string;
  reason?: string;
  regarding?: ObjectReference;
  related?: ObjectReference;
  note?: string;
  type?: string;
  deprecatedSource?: EventSource;
  deprecatedFirstTimestamp?: string | null;
  deprecatedLastTimestamp?: string | null;
  deprecatedCount?: number;
}
export interface EventsV1EventList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: EventsV1Event[] | null;
}
export interface EventsV1EventSeries {
  count?: number;
  lastObservedTime?: string | null;
}

// io.k8s.api.node.v1
export interface Overhead {
  podFixed?: Record<string, string>;
}
export interface RuntimeClass {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  handler?: string;
  overhead?: Overhead;
  scheduling?: Scheduling;
}
export interface RuntimeClassList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: RuntimeClass[] | null;
}
export interface Scheduling {
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
}

// io.k8s.api.resource.v1
export interface AllocatedDeviceStatus {
  driver?: string;
  pool?: string;
  device?: string;
  shareID?: string;
  conditions?: Condition[] | null;
  data?: unknown;
  networkData?: NetworkDeviceData;
}
export interface AllocationResult {
  devices?: DeviceAllocationResult;
  nodeSelector?: NodeSelector;
  allocationTimestamp?: string;
}
export interface CELDeviceSelector {
  expression?: string;
}
export interface CapacityRequestPolicy {
  default?: string | null;
  validValues?: string[];
  validRange?: CapacityRequestPolicyRange;
}
export interface CapacityRequestPolicyRange {
  min?: string;
  max?: string;
  step?: string;
}
export interface CapacityRequirements {
  requests?: Record<string, string>;
}
export interface Counter {
  value?: string;
}
export interface CounterSet {
  name?: string;
  counters?: Record<string, Counter>;
}
export interface Device {
  name?: string;
  attributes?: Record<string, DeviceAttribute>;
  capacity?: Record<string, DeviceCapacity>;
  consumesCounters?: DeviceCounterConsumption[];
  nodeName?: string;
  nodeSelector?: NodeSelector;
  allNodes?: boolean;
  taints?: DeviceTaint[];
  bindsToNode?: boolean;
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  allowMultipleAllocations?: boolean;
  nodeAllocatableResourceMappings?: Record<string, NodeAllocatableResourceMapping>;
}
export interface DeviceAllocationConfiguration {
  source?: string;
  requests?: string[];
  opaque?: OpaqueDeviceConfiguration;
}
export interface DeviceAllocationResult {
  results?: DeviceRequestAllocationResult[];
  config?: DeviceAllocationConfiguration[];
}
export interface DeviceAttribute {
  int?: number;
  bool?: boolean;
  string?: string;
  version?: string;
  ints?: number[];
  bools?: boolean[];
  strings?: string[];
  versions?: string[];
}
export interface DeviceCapacity {
  value?: string;
  requestPolicy?: CapacityRequestPolicy;
}
export interface DeviceClaim {
  requests?: DeviceRequest[] | null;
  constraints?: DeviceConstraint[];
  config?: DeviceClaimConfiguration[];
}
export interface DeviceClaimConfiguration {
  requests?: string[];
  opaque?: OpaqueDeviceConfiguration;
}
export interface DeviceClass {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: DeviceClassSpec;
}
export interface DeviceClassConfiguration {
  opaque?: OpaqueDeviceConfiguration;
}
export interface DeviceClassList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: DeviceClass[] | null;
}
export interface DeviceClassSpec {
  selectors?: DeviceSelector[];
  config?: DeviceClassConfiguration[];
  extendedResourceName?: string;
}
export interface DeviceConfiguration {
  opaque?: OpaqueDeviceConfiguration;
}
export interface DeviceConstraint {
  requests?: string[];
  matchAttribute?: string;
  distinctAttribute?: string;
}
export interface DeviceCounterConsumption {
  counterSet?: string;
  counters?: Record<string, Counter>;
}
export interface DeviceRequest {
  name?: string;
  exactly?: ExactDeviceRequest;
  firstAvailable?: DeviceSubRequest[];
}
export interface DeviceRequestAllocationResult {
  request?: string;
  driver?: string;
  pool?: string;
  device?: string;
  adminAccess?: boolean;
  tolerations?: DeviceToleration[];
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  shareID?: string;
  consumedCapacity?: Record<string, string>;
}
export interface DeviceSelector {
  cel?: CELDeviceSelector;
}
export interface DeviceSubRequest {
  name?: string;
  deviceClassName?: string;
  selectors?: DeviceSelector[];
  allocationMode?: string;
  count?: number;
  tolerations?: DeviceToleration[];
  capacity?: CapacityRequirements;
}
export interface DeviceTaint {
  key?: string;
  value?: string;
  effect?: string;
  timeAdded?: string;
}
export interface DeviceToleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}
export interface ExactDeviceRequest {
  deviceClassName?: string;
  selectors?: DeviceSelector[];
  allocationMode?: string;
  count?: number;
  adminAccess?: boolean;
  tolerations?: DeviceToleration[];
  capacity?: CapacityRequirements;
}
export interface NetworkDeviceData {
  interfaceName?: string;
  ips?: string[];
  hardwareAddress?: string;
}
export interface NodeAllocatableResourceMapping {
  capacityKey?: string;
  allocationMultiplier?: string;
}
export interface OpaqueDeviceConfiguration {
  driver?: string;
  parameters?: unknown | null;
}
export interface ResourceV1ResourceClaim {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ResourceClaimSpec;
  status?: ResourceClaimStatus;
}
export interface ResourceClaimConsumerReference {
  apiGroup?: string;
  resource?: string;
  name?: string;
  uid?: string;
}
export interface ResourceClaimList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ResourceV1ResourceClaim[] | null;
}
export interface ResourceClaimSpec {
  devices?: DeviceClaim;
}
export interface ResourceClaimStatus {
  allocation?: AllocationResult;
  reservedFor?: ResourceClaimConsumerReference[];
  devices?: AllocatedDeviceStatus[];
}
export interface ResourceClaimTemplate {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ResourceClaimTemplateSpec;
}
export interface ResourceClaimTemplateList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ResourceClaimTemplate[] | null;
}
export interface ResourceClaimTemplateSpec {
  metadata?: ObjectMeta;
  spec?: ResourceClaimSpec;
}
export interface ResourcePool {
  name?: string;
  generation?: number;
  resourceSliceCount?: number;
}
export interface ResourceSlice {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  spec?: ResourceSliceSpec;
}
export interface ResourceSliceList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: ResourceSlice[] | null;
}
export interface ResourceSliceSpec {
  driver?: string;
  pool?: ResourcePool;
  nodeName?: string;
  nodeSelector?: NodeSelector;
  allNodes?: boolean;
  devices?: Device[];
  perDeviceNodeSelection?: boolean;
  sharedCounters?: CounterSet[];
}

// io.k8s.api.admission.v1
export interface AdmissionRequest {
  uid?: string;
  kind?: GroupVersionKind;
  resource?: GroupVersionResource;
  subResource?: string;
  requestKind?: GroupVersionKind;
  requestResource?: GroupVersionResource;
  requestSubResource?: string;
  name?: string;
  namespace?: string;
  operation?: string;
  userInfo?: UserInfo;
  object?: unknown | null;
  oldObject?: unknown | null;
  dryRun?: boolean;
  options?: unknown | null;
}
export interface AdmissionResponse {
  uid?: string;
  allowed?: boolean;
  status?: Status;
  patch?: string;
  patchType?: string;
  auditAnnotations?: Record<string, string>;
  warnings?: string[];
}
export interface AdmissionReview {
  kind?: string;
  apiVersion?: string;
  request?: AdmissionRequest;
  response?: AdmissionResponse;
}

// io.k8s.api.apidiscovery.v2
export interface APIGroupDiscovery {
  kind?: string;
  apiVersion?: string;
  metadata?: ObjectMeta;
  versions?: APIVersionDiscovery[];
}
export interface APIGroupDiscoveryList {
  kind?: string;
  apiVersion?: string;
  metadata?: ListMeta;
  items?: APIGroupDiscovery[] | null;
}
export interface APIResourceDiscovery {
  resource?: string;
  responseKind?: GroupVersionKind;
  scope?: string;
  singularResource?: string;
  verbs?: string[] | null;
  shortNames?: string[];
  categories?: string[];
  subresources?: APISubresourceDiscovery[];
}
export interface APISubresourceDiscovery {
  subresource?: string;
  responseKind?: GroupVersionKind;
  acceptedTypes?: GroupVersionKind[];
  verbs?: string[] | null;
}
export interface APIVersionDiscovery {
  version?: string;
  resources?: APIResourceDiscovery[];
  freshness?: string;
}

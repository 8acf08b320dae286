// Made by `npm run generate` from the published API description. Never edited by hand.
// sha256 of what follows: da85af2a39c96fe7d9396792461245f2f7b99ee0f0729bccbc773a156242e3a6

/** Structs of the internal version (src/schema/internal-form.ts), a line each. */
export const INTERNAL_TEXT = `admissionregistration.ApplyConfiguration Expression:s
admissionregistration.AuditAnnotation Key:s ValueExpression:s
admissionregistration.ExpressionWarning FieldRef:s Warning:s
admissionregistration.JSONPatch Expression:s
admissionregistration.MatchCondition Name:s Expression:s
admissionregistration.MatchResources NamespaceSelector:n ObjectSelector:n ResourceRules:n:admissionregistration.NamedRuleWithOperations ExcludeResourceRules:n:admissionregistration.NamedRuleWithOperations MatchPolicy:n
admissionregistration.MutatingAdmissionPolicy TypeMeta=+:w ObjectMeta=+:w Spec::admissionregistration.MutatingAdmissionPolicySpec
admissionregistration.MutatingAdmissionPolicyBinding TypeMeta=+:w ObjectMeta=+:w Spec::admissionregistration.MutatingAdmissionPolicyBindingSpec
admissionregistration.MutatingAdmissionPolicyBindingSpec PolicyName:s ParamRef:n:admissionregistration.ParamRef MatchResources:n:admissionregistration.MatchResources
admissionregistration.MutatingAdmissionPolicySpec ParamKind:n:admissionregistration.ParamKind MatchConstraints:n:admissionregistration.MatchResources Variables:n:admissionregistration.Variable Mutations:n:admissionregistration.Mutation FailurePolicy:n MatchConditions:n:admissionregistration.MatchCondition ReinvocationPolicy:s
admissionregistration.MutatingWebhook Name:s ClientConfig::admissionregistration.WebhookClientConfig Rules:n:admissionregistration.RuleWithOperations FailurePolicy:n MatchPolicy:n NamespaceSelector:n ObjectSelector:n SideEffects:n TimeoutSeconds:n AdmissionReviewVersions:n ReinvocationPolicy:n MatchConditions:n:admissionregistration.MatchCondition
admissionregistration.MutatingWebhookConfiguration TypeMeta=+:w ObjectMeta=+:w Webhooks:n:admissionregistration.MutatingWebhook
admissionregistration.Mutation PatchType:s ApplyConfiguration:n:admissionregistration.ApplyConfiguration JSONPatch=jsonPatch:n:admissionregistration.JSONPatch
admissionregistration.NamedRuleWithOperations ResourceNames:n RuleWithOperations=::admissionregistration.RuleWithOperations
admissionregistration.ParamKind APIVersion=apiVersion:s Kind:s
admissionregistration.ParamRef Name:s Namespace:s Selector:n ParameterNotFoundAction:n
admissionregistration.Rule APIGroups=apiGroups:n APIVersions=apiVersions:n Resources:n Scope:n
admissionregistration.RuleWithOperations Operations:n APIGroups=apiGroups:n APIVersions=apiVersions:n Resources:n Scope:n
admissionregistration.ServiceReference Namespace:s Name:s Path:n Port:0
admissionregistration.TypeChecking ExpressionWarnings:n:admissionregistration.ExpressionWarning
admissionregistration.ValidatingAdmissionPolicy TypeMeta=+:w ObjectMeta=+:w Spec::admissionregistration.ValidatingAdmissionPolicySpec Status::admissionregistration.ValidatingAdmissionPolicyStatus
admissionregistration.ValidatingAdmissionPolicyBinding TypeMeta=+:w ObjectMeta=+:w Spec::admissionregistration.ValidatingAdmissionPolicyBindingSpec
admissionregistration.ValidatingAdmissionPolicyBindingSpec PolicyName:s ParamRef:n:admissionregistration.ParamRef MatchResources:n:admissionregistration.MatchResources ValidationActions:n
admissionregistration.ValidatingAdmissionPolicySpec ParamKind:n:admissionregistration.ParamKind MatchConstraints:n:admissionregistration.MatchResources Validations:n:admissionregistration.Validation MatchConditions:n:admissionregistration.MatchCondition FailurePolicy:n AuditAnnotations:n:admissionregistration.AuditAnnotation Variables:n:admissionregistration.Variable
admissionregistration.ValidatingAdmissionPolicyStatus ObservedGeneration:0 TypeChecking:n:admissionregistration.TypeChecking Conditions:n
admissionregistration.ValidatingWebhook Name:s ClientConfig::admissionregistration.WebhookClientConfig Rules:n:admissionregistration.RuleWithOperations FailurePolicy:n MatchPolicy:n NamespaceSelector:n ObjectSelector:n SideEffects:n TimeoutSeconds:n AdmissionReviewVersions:n MatchConditions:n:admissionregistration.MatchCondition
admissionregistration.ValidatingWebhookConfiguration TypeMeta=+:w ObjectMeta=+:w Webhooks:n:admissionregistration.ValidatingWebhook
admissionregistration.Validation Expression:s Message:s Reason:n MessageExpression:s
admissionregistration.Variable Name:s Expression:s
admissionregistration.WebhookClientConfig URL=url:n Service:n:admissionregistration.ServiceReference CABundle=caBundle:n
apiextensions.CustomResourceColumnDefinition Name:s Type:s Format:s Description:s Priority:0 JSONPath=jsonPath:s
apiextensions.CustomResourceConversion Strategy:s WebhookClientConfig=:n:apiextensions.WebhookClientConfig ConversionReviewVersions=:n
apiextensions.CustomResourceDefinition TypeMeta=+:w ObjectMeta=+:w Spec::apiextensions.CustomResourceDefinitionSpec Status::apiextensions.CustomResourceDefinitionStatus
apiextensions.CustomResourceDefinitionCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s ObservedGeneration:0
apiextensions.CustomResourceDefinitionNames Plural:s Singular:s ShortNames:n Kind:s ListKind:s Categories:n
apiextensions.CustomResourceDefinitionSpec Group:s Version=:s Names::apiextensions.CustomResourceDefinitionNames Scope:s Validation=:n:apiextensions.CustomResourceValidation Subresources=:n:apiextensions.CustomResourceSubresources Versions:n:apiextensions.CustomResourceDefinitionVersion AdditionalPrinterColumns=:n:apiextensions.CustomResourceColumnDefinition SelectableFields=:n:apiextensions.SelectableField Conversion:n:apiextensions.CustomResourceConversion PreserveUnknownFields:n
apiextensions.CustomResourceDefinitionStatus Conditions:n:apiextensions.CustomResourceDefinitionCondition AcceptedNames::apiextensions.CustomResourceDefinitionNames StoredVersions:n ObservedGeneration:0
apiextensions.CustomResourceDefinitionVersion Name:s Served:f Storage:f Deprecated:f DeprecationWarning:n Schema:n:apiextensions.CustomResourceValidation Subresources:n:apiextensions.CustomResourceSubresources AdditionalPrinterColumns:n:apiextensions.CustomResourceColumnDefinition SelectableFields:n:apiextensions.SelectableField
apiextensions.CustomResourceSubresourceScale SpecReplicasPath:s StatusReplicasPath:s LabelSelectorPath:n
apiextensions.CustomResourceSubresourceStatus
apiextensions.CustomResourceSubresources Status:n:apiextensions.CustomResourceSubresourceStatus Scale:n:apiextensions.CustomResourceSubresourceScale
apiextensions.CustomResourceValidation OpenAPIV3Schema:n:apiextensions.JSONSchemaProps
apiextensions.ExternalDocumentation Description:s URL=url:s
apiextensions.JSONSchemaProps ID=id:s Schema=$schema:s Ref=$ref:n Description:s Type:s Nullable:f Format:s Title:s Default:n Maximum:n ExclusiveMaximum:f Minimum:n ExclusiveMinimum:f MaxLength:n MinLength:n Pattern:s MaxItems:n MinItems:n UniqueItems:f MultipleOf:n Enum:n MaxProperties:n MinProperties:n Required:n Items:n:apiextensions.JSONSchemaPropsOrArray AllOf:n:apiextensions.JSONSchemaProps OneOf:n:apiextensions.JSONSchemaProps AnyOf:n:apiextensions.JSONSchemaProps Not:n:apiextensions.JSONSchemaProps Properties:n:apiextensions.JSONSchemaProps AdditionalProperties:n:apiextensions.JSONSchemaPropsOrBool PatternProperties:n:apiextensions.JSONSchemaProps Dependencies:n:apiextensions.JSONSchemaPropsOrStringArray AdditionalItems:n:apiextensions.JSONSchemaPropsOrBool Definitions:n:apiextensions.JSONSchemaProps ExternalDocs:n:apiextensions.ExternalDocumentation Example:n XPreserveUnknownFields=x-kubernetes-preserve-unknown-fields:n XEmbeddedResource=x-kubernetes-embedded-resource:f XIntOrString=x-kubernetes-int-or-string:f XListMapKeys=x-kubernetes-list-map-keys:n XListType=x-kubernetes-list-type:n XMapType=x-kubernetes-map-type:n XValidations=x-kubernetes-validations:n:apiextensions.ValidationRule
apiextensions.JSONSchemaPropsOrArray Schema=:n:apiextensions.JSONSchemaProps JSONSchemas=:n:apiextensions.JSONSchemaProps
apiextensions.JSONSchemaPropsOrBool Allows=:f Schema=:n:apiextensions.JSONSchemaProps
apiextensions.JSONSchemaPropsOrStringArray Schema=:n:apiextensions.JSONSchemaProps Property=:n
apiextensions.SelectableField JSONPath=jsonPath:s
apiextensions.ServiceReference Namespace:s Name:s Path:n Port:0
apiextensions.ValidationRule Rule:s Message:s MessageExpression:s Reason:n FieldPath:s OptionalOldSelf:n
apiextensions.WebhookClientConfig URL=url:n Service:n:apiextensions.ServiceReference CABundle=caBundle:n
apiregistration.APIService TypeMeta=+:w ObjectMeta=+:w Spec::apiregistration.APIServiceSpec Status::apiregistration.APIServiceStatus
apiregistration.APIServiceCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
apiregistration.APIServiceSpec Service:n:apiregistration.ServiceReference Group:s Version:s InsecureSkipTLSVerify:f CABundle=caBundle:n GroupPriorityMinimum:0 VersionPriority:0
apiregistration.APIServiceStatus Conditions:n:apiregistration.APIServiceCondition
apiregistration.ServiceReference Namespace:s Name:s Port:0
apps.ControllerRevision TypeMeta=+:w ObjectMeta=+:w Data:w Revision:0
apps.DaemonSet TypeMeta=+:w ObjectMeta=+:w Spec::apps.DaemonSetSpec Status::apps.DaemonSetStatus
apps.DaemonSetCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
apps.DaemonSetSpec Selector:n Template::core.PodTemplateSpec UpdateStrategy::apps.DaemonSetUpdateStrategy MinReadySeconds:0 TemplateGeneration=:0 RevisionHistoryLimit:n
apps.DaemonSetStatus CurrentNumberScheduled:0 NumberMisscheduled:0 DesiredNumberScheduled:0 NumberReady:0 ObservedGeneration:0 UpdatedNumberScheduled:0 NumberAvailable:0 NumberUnavailable:0 CollisionCount:n Conditions:n:apps.DaemonSetCondition
apps.DaemonSetUpdateStrategy Type:s RollingUpdate:n:apps.RollingUpdateDaemonSet
apps.Deployment TypeMeta=+:w ObjectMeta=+:w Spec::apps.DeploymentSpec Status::apps.DeploymentStatus
apps.DeploymentCondition Type:s Status:s LastUpdateTime:t LastTransitionTime:t Reason:s Message:s
apps.DeploymentRollback TypeMeta=+:w Name:s UpdatedAnnotations:n RollbackTo::apps.RollbackConfig
apps.DeploymentSpec Replicas:0 Selector:n Template::core.PodTemplateSpec Strategy::apps.DeploymentStrategy MinReadySeconds:0 RevisionHistoryLimit:n Paused:f RollbackTo:n:apps.RollbackConfig ProgressDeadlineSeconds:n
apps.DeploymentStatus ObservedGeneration:0 Replicas:0 UpdatedReplicas:0 ReadyReplicas:0 AvailableReplicas:0 UnavailableReplicas:0 TerminatingReplicas:n Conditions:n:apps.DeploymentCondition CollisionCount:n
apps.DeploymentStrategy Type:s RollingUpdate:n:apps.RollingUpdateDeployment
apps.ReplicaSet TypeMeta=+:w ObjectMeta=+:w Spec::apps.ReplicaSetSpec Status::apps.ReplicaSetStatus
apps.ReplicaSetCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
apps.ReplicaSetSpec Replicas:0 MinReadySeconds:0 Selector:n Template::core.PodTemplateSpec
apps.ReplicaSetStatus Replicas:0 FullyLabeledReplicas:0 ReadyReplicas:0 AvailableReplicas:0 TerminatingReplicas:n ObservedGeneration:0 Conditions:n:apps.ReplicaSetCondition
apps.RollbackConfig Revision:0
apps.RollingUpdateDaemonSet MaxUnavailable:i MaxSurge:i
apps.RollingUpdateDeployment MaxUnavailable:i MaxSurge:i
apps.RollingUpdateStatefulSetStrategy Partition:0 MaxUnavailable:n
apps.StatefulSet TypeMeta=+:w ObjectMeta=+:w Spec::apps.StatefulSetSpec Status::apps.StatefulSetStatus
apps.StatefulSetCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
apps.StatefulSetOrdinals Start:0
apps.StatefulSetPersistentVolumeClaimRetentionPolicy WhenDeleted:s WhenScaled:s
apps.StatefulSetSpec Replicas:0 Selector:n Template::core.PodTemplateSpec VolumeClaimTemplates:n:core.PersistentVolumeClaim ServiceName:s PodManagementPolicy:s UpdateStrategy::apps.StatefulSetUpdateStrategy RevisionHistoryLimit:n MinReadySeconds:0 PersistentVolumeClaimRetentionPolicy:n:apps.StatefulSetPersistentVolumeClaimRetentionPolicy Ordinals:n:apps.StatefulSetOrdinals
apps.StatefulSetStatus ObservedGeneration:n Replicas:0 ReadyReplicas:0 CurrentReplicas:0 UpdatedReplicas:0 CurrentRevision:s UpdateRevision:s CollisionCount:n Conditions:n:apps.StatefulSetCondition AvailableReplicas:0
apps.StatefulSetUpdateStrategy Type:s RollingUpdate:n:apps.RollingUpdateStatefulSetStrategy
autoscaling.ContainerResourceMetricSource Name:s Container:s Target::autoscaling.MetricTarget
autoscaling.ContainerResourceMetricStatus Name:s Container:s Current::autoscaling.MetricValueStatus
autoscaling.CrossVersionObjectReference Kind:s Name:s APIVersion=apiVersion:s
autoscaling.ExternalMetricSource Metric::autoscaling.MetricIdentifier Target::autoscaling.MetricTarget
autoscaling.ExternalMetricStatus Metric::autoscaling.MetricIdentifier Current::autoscaling.MetricValueStatus
autoscaling.HPAScalingPolicy Type:s Value:0 PeriodSeconds:0
autoscaling.HPAScalingRules StabilizationWindowSeconds:n SelectPolicy:n Policies:n:autoscaling.HPAScalingPolicy Tolerance:n
autoscaling.HorizontalPodAutoscaler TypeMeta=+:w ObjectMeta=+:w Spec::autoscaling.HorizontalPodAutoscalerSpec Status::autoscaling.HorizontalPodAutoscalerStatus
autoscaling.HorizontalPodAutoscalerBehavior ScaleUp:n:autoscaling.HPAScalingRules ScaleDown:n:autoscaling.HPAScalingRules
autoscaling.HorizontalPodAutoscalerCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
autoscaling.HorizontalPodAutoscalerSpec ScaleTargetRef::autoscaling.CrossVersionObjectReference MinReplicas:n MaxReplicas:0 Metrics:n:autoscaling.MetricSpec Behavior:n:autoscaling.HorizontalPodAutoscalerBehavior
autoscaling.HorizontalPodAutoscalerStatus ObservedGeneration:n LastScaleTime:n CurrentReplicas:0 DesiredReplicas:0 CurrentMetrics:n:autoscaling.MetricStatus Conditions:n:autoscaling.HorizontalPodAutoscalerCondition
autoscaling.MetricIdentifier Name:s Selector:n
autoscaling.MetricSpec Type:s Object:n:autoscaling.ObjectMetricSource Pods:n:autoscaling.PodsMetricSource Resource:n:autoscaling.ResourceMetricSource ContainerResource:n:autoscaling.ContainerResourceMetricSource External:n:autoscaling.ExternalMetricSource
autoscaling.MetricStatus Type:s Object:n:autoscaling.ObjectMetricStatus Pods:n:autoscaling.PodsMetricStatus Resource:n:autoscaling.ResourceMetricStatus ContainerResource:n:autoscaling.ContainerResourceMetricStatus External:n:autoscaling.ExternalMetricStatus
autoscaling.MetricTarget Type:s Value:n AverageValue:n AverageUtilization:n
autoscaling.MetricValueStatus Value:n AverageValue:n AverageUtilization:n
autoscaling.ObjectMetricSource DescribedObject::autoscaling.CrossVersionObjectReference Target::autoscaling.MetricTarget Metric::autoscaling.MetricIdentifier
autoscaling.ObjectMetricStatus Metric::autoscaling.MetricIdentifier Current::autoscaling.MetricValueStatus DescribedObject::autoscaling.CrossVersionObjectReference
autoscaling.PodsMetricSource Metric::autoscaling.MetricIdentifier Target::autoscaling.MetricTarget
autoscaling.PodsMetricStatus Metric::autoscaling.MetricIdentifier Current::autoscaling.MetricValueStatus
autoscaling.ResourceMetricSource Name:s Target::autoscaling.MetricTarget
autoscaling.ResourceMetricStatus Name:s Current::autoscaling.MetricValueStatus
autoscaling.Scale TypeMeta=+:w ObjectMeta=+:w Spec::autoscaling.ScaleSpec Status::autoscaling.ScaleStatus
autoscaling.ScaleSpec Replicas:0
autoscaling.ScaleStatus Replicas:0 Selector:s
batch.CronJob TypeMeta=+:w ObjectMeta=+:w Spec::batch.CronJobSpec Status::batch.CronJobStatus
batch.CronJobSpec Schedule:s TimeZone:n StartingDeadlineSeconds:n ConcurrencyPolicy:s Suspend:n JobTemplate::batch.JobTemplateSpec SuccessfulJobsHistoryLimit:n FailedJobsHistoryLimit:n
batch.CronJobStatus Active:n:core.ObjectReference LastScheduleTime:n LastSuccessfulTime:n
batch.Job TypeMeta=+:w ObjectMeta=+:w Spec::batch.JobSpec Status::batch.JobStatus
batch.JobCondition Type:s Status:s LastProbeTime:t LastTransitionTime:t Reason:s Message:s
batch.JobSpec Parallelism:n Completions:n PodFailurePolicy:n:batch.PodFailurePolicy SuccessPolicy:n:batch.SuccessPolicy ActiveDeadlineSeconds:n BackoffLimit:n BackoffLimitPerIndex:n MaxFailedIndexes:n Selector:n ManualSelector:n Template::core.PodTemplateSpec TTLSecondsAfterFinished=ttlSecondsAfterFinished:n CompletionMode:n Suspend:n PodReplacementPolicy:n ManagedBy:n
batch.JobStatus Conditions:n:batch.JobCondition StartTime:n CompletionTime:n Active:0 Terminating:n Ready:n Succeeded:0 Failed:0 CompletedIndexes:s FailedIndexes:n UncountedTerminatedPods:n:batch.UncountedTerminatedPods
batch.JobTemplateSpec ObjectMeta=+:w Spec::batch.JobSpec
batch.PodFailurePolicy Rules:n:batch.PodFailurePolicyRule
batch.PodFailurePolicyOnExitCodesRequirement ContainerName:n Operator:s Values:n
batch.PodFailurePolicyOnPodConditionsPattern Type:s Status:s
batch.PodFailurePolicyRule Action:s OnExitCodes:n:batch.PodFailurePolicyOnExitCodesRequirement OnPodConditions:n:batch.PodFailurePolicyOnPodConditionsPattern
batch.SuccessPolicy Rules:n:batch.SuccessPolicyRule
batch.SuccessPolicyRule SucceededIndexes:n SucceededCount:n
batch.UncountedTerminatedPods Succeeded:n Failed:n
certificates.CertificateSigningRequest TypeMeta=+:w ObjectMeta=+:w Spec::certificates.CertificateSigningRequestSpec Status::certificates.CertificateSigningRequestStatus
certificates.CertificateSigningRequestCondition Type:s Status:s Reason:s Message:s LastUpdateTime:t LastTransitionTime:t
certificates.CertificateSigningRequestSpec Request:n SignerName:s ExpirationSeconds:n Usages:n Username:s UID=uid:s Groups:n Extra:n
certificates.CertificateSigningRequestStatus Conditions:n:certificates.CertificateSigningRequestCondition Certificate:n
certificates.ClusterTrustBundle TypeMeta=+:w ObjectMeta=+:w Spec::certificates.ClusterTrustBundleSpec
certificates.ClusterTrustBundleSpec SignerName:s TrustBundle:s
certificates.PodCertificateRequest TypeMeta=+:w ObjectMeta=+:w Spec::certificates.PodCertificateRequestSpec Status::certificates.PodCertificateRequestStatus
certificates.PodCertificateRequestSpec SignerName:s PodName:s PodUID:s ServiceAccountName:s ServiceAccountUID:s NodeName:s NodeUID:s MaxExpirationSeconds:n PKIXPublicKey=pkixPublicKey:n ProofOfPossession:n StubPKCS10Request:n UnverifiedUserAnnotations:n
certificates.PodCertificateRequestStatus Conditions:n CertificateChain:s NotBefore:n BeginRefreshAt:n NotAfter:n
coordination.Lease TypeMeta=+:w ObjectMeta=+:w Spec::coordination.LeaseSpec
coordination.LeaseCandidate TypeMeta=+:w ObjectMeta=+:w Spec::coordination.LeaseCandidateSpec
coordination.LeaseCandidateSpec LeaseName:s PingTime:n RenewTime:n BinaryVersion:s EmulationVersion:s Strategy:s
coordination.LeaseSpec HolderIdentity:n LeaseDurationSeconds:n AcquireTime:n RenewTime:n LeaseTransitions:n Strategy:n PreferredHolder:n
core.AWSElasticBlockStoreVolumeSource VolumeID:s FSType=fsType:s Partition:0 ReadOnly:f
core.Affinity NodeAffinity:n:core.NodeAffinity PodAffinity:n:core.PodAffinity PodAntiAffinity:n:core.PodAntiAffinity
core.AppArmorProfile Type:s LocalhostProfile:n
core.AttachedVolume Name:s DevicePath:s
core.AzureDiskVolumeSource DiskName:s DataDiskURI=diskURI:s CachingMode:n FSType=fsType:n ReadOnly:n Kind:n
core.AzureFilePersistentVolumeSource SecretName:s ShareName:s ReadOnly:f SecretNamespace:n
core.AzureFileVolumeSource SecretName:s ShareName:s ReadOnly:f
core.Binding TypeMeta=+:w ObjectMeta=+:w Target::core.ObjectReference
core.CSIPersistentVolumeSource Driver:s VolumeHandle:s ReadOnly:f FSType=fsType:s VolumeAttributes:n ControllerPublishSecretRef:n:core.SecretReference NodeStageSecretRef:n:core.SecretReference NodePublishSecretRef:n:core.SecretReference ControllerExpandSecretRef:n:core.SecretReference NodeExpandSecretRef:n:core.SecretReference
core.CSIVolumeSource Driver:s ReadOnly:n FSType=fsType:n VolumeAttributes:n NodePublishSecretRef:n:core.LocalObjectReference
core.Capabilities Add:n Drop:n
core.CephFSPersistentVolumeSource Monitors:n Path:s User:s SecretFile:s SecretRef:n:core.SecretReference ReadOnly:f
core.CephFSVolumeSource Monitors:n Path:s User:s SecretFile:s SecretRef:n:core.LocalObjectReference ReadOnly:f
core.CinderPersistentVolumeSource VolumeID:s FSType=fsType:s ReadOnly:f SecretRef:n:core.SecretReference
core.CinderVolumeSource VolumeID:s FSType=fsType:s ReadOnly:f SecretRef:n:core.LocalObjectReference
core.ClientIPConfig TimeoutSeconds:n
core.ClusterTrustBundleProjection Name:n SignerName:n LabelSelector:n Optional:n Path:s
core.ComponentCondition Type:s Status:s Message:s Error:s
core.ComponentStatus TypeMeta=+:w ObjectMeta=+:w Conditions:n:core.ComponentCondition
core.ConfigMap TypeMeta=+:w ObjectMeta=+:w Immutable:n Data:n BinaryData:n
core.ConfigMapEnvSource Name:s Optional:n
core.ConfigMapKeySelector Name:s Key:s Optional:n
core.ConfigMapNodeConfigSource Namespace:s Name:s UID=uid:s ResourceVersion:s KubeletConfigKey:s
core.ConfigMapProjection Name:s Items:n:core.KeyToPath Optional:n
core.ConfigMapVolumeSource Name:s Items:n:core.KeyToPath DefaultMode:n Optional:n
core.Container Name:s Image:s Command:n Args:n WorkingDir:s Ports:n:core.ContainerPort EnvFrom:n:core.EnvFromSource Env:n:core.EnvVar Resources::core.ResourceRequirements ResizePolicy:n:core.ContainerResizePolicy RestartPolicy:n RestartPolicyRules:n:core.ContainerRestartRule VolumeMounts:n:core.VolumeMount VolumeDevices:n:core.VolumeDevice LivenessProbe:n:core.Probe ReadinessProbe:n:core.Probe StartupProbe:n:core.Probe Lifecycle:n:core.Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext:n:core.SecurityContext Stdin:f StdinOnce:f TTY=tty:f
core.ContainerExtendedResourceRequest ContainerName:s ResourceName:s RequestName:s
core.ContainerImage Names:n SizeBytes:0
core.ContainerPort Name:s HostPort:0 ContainerPort:0 Protocol:s HostIP:s
core.ContainerResizePolicy ResourceName:s RestartPolicy:s
core.ContainerRestartRule Action:s ExitCodes:n:core.ContainerRestartRuleOnExitCodes
core.ContainerRestartRuleOnExitCodes Operator:s Values:n
core.ContainerState Waiting:n:core.ContainerStateWaiting Running:n:core.ContainerStateRunning Terminated:n:core.ContainerStateTerminated
core.ContainerStateRunning StartedAt:t
core.ContainerStateTerminated ExitCode:0 Signal:0 Reason:s Message:s StartedAt:t FinishedAt:t ContainerID:s
core.ContainerStateWaiting Reason:s Message:s
core.ContainerStatus Name:s State::core.ContainerState LastTerminationState=lastState::core.ContainerState Ready:f RestartCount:0 Image:s ImageID:s ContainerID:s Started:n AllocatedResources:n Resources:n:core.ResourceRequirements VolumeMounts:n:core.VolumeMountStatus User:n:core.ContainerUser AllocatedResourcesStatus:n:core.ResourceStatus StopSignal:n
core.ContainerUser Linux:n:core.LinuxContainerUser
core.DaemonEndpoint Port=Port:0
core.DownwardAPIProjection Items:n:core.DownwardAPIVolumeFile
core.DownwardAPIVolumeFile Path:s FieldRef:n:core.ObjectFieldSelector ResourceFieldRef:n:core.ResourceFieldSelector Mode:n
core.DownwardAPIVolumeSource Items:n:core.DownwardAPIVolumeFile DefaultMode:n
core.EmptyDirVolumeSource Medium:s SizeLimit:n
core.EndpointAddress IP=ip:s Hostname:s NodeName:n TargetRef:n:core.ObjectReference
core.EndpointPort Name:s Port:0 Protocol:s AppProtocol:n
core.EndpointSubset Addresses:n:core.EndpointAddress NotReadyAddresses:n:core.EndpointAddress Ports:n:core.EndpointPort
core.Endpoints TypeMeta=+:w ObjectMeta=+:w Subsets:n:core.EndpointSubset
core.EnvFromSource Prefix:s ConfigMapRef:n:core.ConfigMapEnvSource SecretRef:n:core.SecretEnvSource
core.EnvVar Name:s Value:s ValueFrom:n:core.EnvVarSource
core.EnvVarSource FieldRef:n:core.ObjectFieldSelector ResourceFieldRef:n:core.ResourceFieldSelector ConfigMapKeyRef:n:core.ConfigMapKeySelector SecretKeyRef:n:core.SecretKeySelector FileKeyRef:n:core.FileKeySelector
core.EphemeralContainer Name:s Image:s Command:n Args:n WorkingDir:s Ports:n:core.ContainerPort EnvFrom:n:core.EnvFromSource Env:n:core.EnvVar Resources::core.ResourceRequirements ResizePolicy:n:core.ContainerResizePolicy RestartPolicy:n RestartPolicyRules:n:core.ContainerRestartRule VolumeMounts:n:core.VolumeMount VolumeDevices:n:core.VolumeDevice LivenessProbe:n:core.Probe ReadinessProbe:n:core.Probe StartupProbe:n:core.Probe Lifecycle:n:core.Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext:n:core.SecurityContext Stdin:f StdinOnce:f TTY=tty:f TargetContainerName:s
core.EphemeralContainerCommon Name:s Image:s Command:n Args:n WorkingDir:s Ports:n:core.ContainerPort EnvFrom:n:core.EnvFromSource Env:n:core.EnvVar Resources::core.ResourceRequirements ResizePolicy:n:core.ContainerResizePolicy RestartPolicy:n RestartPolicyRules:n:core.ContainerRestartRule VolumeMounts:n:core.VolumeMount VolumeDevices:n:core.VolumeDevice LivenessProbe:n:core.Probe ReadinessProbe:n:core.Probe StartupProbe:n:core.Probe Lifecycle:n:core.Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext:n:core.SecurityContext Stdin:f StdinOnce:f TTY=tty:f
core.EphemeralVolumeSource VolumeClaimTemplate:n:core.PersistentVolumeClaimTemplate
core.Event TypeMeta=+:w ObjectMeta=+:w InvolvedObject::core.ObjectReference Reason:s Message:s Source::core.EventSource FirstTimestamp:t LastTimestamp:t Count:0 Type:s EventTime:t Series:n:core.EventSeries Action:s Related:n:core.ObjectReference ReportingController=reportingComponent:s ReportingInstance:s
core.EventSeries Count:0 LastObservedTime:t
core.EventSource Component:s Host:s
core.ExecAction Command:n
core.FCVolumeSource TargetWWNs:n Lun:n FSType=fsType:s ReadOnly:f WWIDs=wwids:n
core.FileKeySelector VolumeName:s Path:s Key:s Optional:n
core.FlexPersistentVolumeSource Driver:s FSType=fsType:s SecretRef:n:core.SecretReference ReadOnly:f Options:n
core.FlexVolumeSource Driver:s FSType=fsType:s SecretRef:n:core.LocalObjectReference ReadOnly:f Options:n
core.FlockerVolumeSource DatasetName:s DatasetUUID:s
core.GCEPersistentDiskVolumeSource PDName=pdName:s FSType=fsType:s Partition:0 ReadOnly:f
core.GRPCAction Port:0 Service:n
core.GitRepoVolumeSource Repository:s Revision:s Directory:s
core.GlusterfsPersistentVolumeSource EndpointsName=endpoints:s Path:s ReadOnly:f EndpointsNamespace:n
core.GlusterfsVolumeSource EndpointsName=endpoints:s Path:s ReadOnly:f
core.HTTPGetAction Path:s Port:i Host:s Scheme:s HTTPHeaders=httpHeaders:n:core.HTTPHeader
core.HTTPHeader Name:s Value:s
core.HostAlias IP=ip:s Hostnames:n
core.HostIP IP=ip:s
core.HostPathVolumeSource Path:s Type:n
core.ISCSIPersistentVolumeSource TargetPortal:s IQN=iqn:s Lun:0 ISCSIInterface=iscsiInterface:s FSType=fsType:s ReadOnly:f Portals:n DiscoveryCHAPAuth=chapAuthDiscovery:f SessionCHAPAuth=chapAuthSession:f SecretRef:n:core.SecretReference InitiatorName:n
core.ISCSIVolumeSource TargetPortal:s IQN=iqn:s Lun:0 ISCSIInterface=iscsiInterface:s FSType=fsType:s ReadOnly:f Portals:n DiscoveryCHAPAuth=chapAuthDiscovery:f SessionCHAPAuth=chapAuthSession:f SecretRef:n:core.LocalObjectReference InitiatorName:n
core.ImageVolumeSource Reference:s PullPolicy:s
core.ImageVolumeStatus ImageRef:s
core.KeyToPath Key:s Path:s Mode:n
core.Lifecycle PostStart:n:core.LifecycleHandler PreStop:n:core.LifecycleHandler StopSignal:n
core.LifecycleHandler Exec:n:core.ExecAction HTTPGet=httpGet:n:core.HTTPGetAction TCPSocket=tcpSocket:n:core.TCPSocketAction Sleep:n:core.SleepAction
core.LimitRange TypeMeta=+:w ObjectMeta=+:w Spec::core.LimitRangeSpec
core.LimitRangeItem Type:s Max:n Min:n Default:n DefaultRequest:n MaxLimitRequestRatio:n
core.LimitRangeSpec Limits:n:core.LimitRangeItem
core.LinuxContainerUser UID=uid:0 GID=gid:0 SupplementalGroups:n
core.LoadBalancerIngress IP=ip:s Hostname:s IPMode=ipMode:n Ports:n:core.PortStatus
core.LoadBalancerStatus Ingress:n:core.LoadBalancerIngress
core.LocalObjectReference Name:s
core.LocalVolumeSource Path:s FSType=fsType:n
core.ModifyVolumeStatus TargetVolumeAttributesClassName:s Status:s
core.NFSVolumeSource Server:s Path:s ReadOnly:f
core.Namespace TypeMeta=+:w ObjectMeta=+:w Spec::core.NamespaceSpec Status::core.NamespaceStatus
core.NamespaceCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
core.NamespaceSpec Finalizers:n
core.NamespaceStatus Phase:s Conditions:n:core.NamespaceCondition
core.Node TypeMeta=+:w ObjectMeta=+:w Spec::core.NodeSpec Status::core.NodeStatus
core.NodeAddress Type:s Address:s
core.NodeAffinity RequiredDuringSchedulingIgnoredDuringExecution:n:core.NodeSelector PreferredDuringSchedulingIgnoredDuringExecution:n:core.PreferredSchedulingTerm
core.NodeAllocatableResourceClaimStatus ResourceClaimName:s Containers:n Resources:n
core.NodeCondition Type:s Status:s LastHeartbeatTime:t LastTransitionTime:t Reason:s Message:s
core.NodeConfigSource ConfigMap:n:core.ConfigMapNodeConfigSource
core.NodeConfigStatus Assigned:n:core.NodeConfigSource Active:n:core.NodeConfigSource LastKnownGood:n:core.NodeConfigSource Error:s
core.NodeDaemonEndpoints KubeletEndpoint::core.DaemonEndpoint
core.NodeFeatures SupplementalGroupsPolicy:n
core.NodeProxyOptions TypeMeta=+:w Path:s
core.NodeRuntimeHandler Name:s Features:n:core.NodeRuntimeHandlerFeatures
core.NodeRuntimeHandlerFeatures RecursiveReadOnlyMounts:n UserNamespaces:n
core.NodeSelector NodeSelectorTerms:n:core.NodeSelectorTerm
core.NodeSelectorRequirement Key:s Operator:s Values:n
core.NodeSelectorTerm MatchExpressions:n:core.NodeSelectorRequirement MatchFields:n:core.NodeSelectorRequirement
core.NodeSpec PodCIDRs:n ProviderID:s Unschedulable:f Taints:n:core.Taint ConfigSource:n:core.NodeConfigSource DoNotUseExternalID=externalID:s
core.NodeStatus Capacity:n Allocatable:n Phase:s Conditions:n:core.NodeCondition Addresses:n:core.NodeAddress DaemonEndpoints::core.NodeDaemonEndpoints NodeInfo::core.NodeSystemInfo Images:n:core.ContainerImage VolumesInUse:n VolumesAttached:n:core.AttachedVolume Config:n:core.NodeConfigStatus RuntimeHandlers:n:core.NodeRuntimeHandler Features:n:core.NodeFeatures DeclaredFeatures:n
core.NodeSwapStatus Capacity:n
core.NodeSystemInfo MachineID:s SystemUUID:s BootID:s KernelVersion:s OSImage=osImage:s ContainerRuntimeVersion:s KubeletVersion:s KubeProxyVersion:s OperatingSystem:s Architecture:s Swap:n:core.NodeSwapStatus
core.ObjectFieldSelector APIVersion=apiVersion:s FieldPath:s
core.ObjectReference Kind:s Namespace:s Name:s UID=uid:s APIVersion=apiVersion:s ResourceVersion:s FieldPath:s
core.PersistentVolume TypeMeta=+:w ObjectMeta=+:w Spec::core.PersistentVolumeSpec Status::core.PersistentVolumeStatus
core.PersistentVolumeClaim TypeMeta=+:w ObjectMeta=+:w Spec::core.PersistentVolumeClaimSpec Status::core.PersistentVolumeClaimStatus
core.PersistentVolumeClaimCondition Type:s Status:s LastProbeTime:t LastTransitionTime:t Reason:s Message:s
core.PersistentVolumeClaimSpec AccessModes:n Selector:n Resources::core.VolumeResourceRequirements VolumeName:s StorageClassName:n VolumeMode:n DataSource:n:core.TypedLocalObjectReference DataSourceRef:n:core.TypedObjectReference VolumeAttributesClassName:n
core.PersistentVolumeClaimStatus Phase:s AccessModes:n Capacity:n Conditions:n:core.PersistentVolumeClaimCondition AllocatedResources:n AllocatedResourceStatuses:n CurrentVolumeAttributesClassName:n ModifyVolumeStatus:n:core.ModifyVolumeStatus
core.PersistentVolumeClaimTemplate ObjectMeta=+:w Spec::core.PersistentVolumeClaimSpec
core.PersistentVolumeClaimVolumeSource ClaimName:s ReadOnly:f
core.PersistentVolumeSource GCEPersistentDisk=gcePersistentDisk:n:core.GCEPersistentDiskVolumeSource AWSElasticBlockStore=awsElasticBlockStore:n:core.AWSElasticBlockStoreVolumeSource HostPath:n:core.HostPathVolumeSource Glusterfs:n:core.GlusterfsPersistentVolumeSource NFS=nfs:n:core.NFSVolumeSource RBD=rbd:n:core.RBDPersistentVolumeSource Quobyte:n:core.QuobyteVolumeSource ISCSI=iscsi:n:core.ISCSIPersistentVolumeSource FlexVolume:n:core.FlexPersistentVolumeSource Cinder:n:core.CinderPersistentVolumeSource CephFS=cephfs:n:core.CephFSPersistentVolumeSource FC=fc:n:core.FCVolumeSource Flocker:n:core.FlockerVolumeSource AzureFile:n:core.AzureFilePersistentVolumeSource VsphereVolume:n:core.VsphereVirtualDiskVolumeSource AzureDisk:n:core.AzureDiskVolumeSource PhotonPersistentDisk:n:core.PhotonPersistentDiskVolumeSource PortworxVolume:n:core.PortworxVolumeSource ScaleIO:n:core.ScaleIOPersistentVolumeSource Local:n:core.LocalVolumeSource StorageOS=storageos:n:core.StorageOSPersistentVolumeSource CSI=csi:n:core.CSIPersistentVolumeSource
core.PersistentVolumeSpec Capacity:n GCEPersistentDisk=gcePersistentDisk:n:core.GCEPersistentDiskVolumeSource AWSElasticBlockStore=awsElasticBlockStore:n:core.AWSElasticBlockStoreVolumeSource HostPath:n:core.HostPathVolumeSource Glusterfs:n:core.GlusterfsPersistentVolumeSource NFS=nfs:n:core.NFSVolumeSource RBD=rbd:n:core.RBDPersistentVolumeSource Quobyte:n:core.QuobyteVolumeSource ISCSI=iscsi:n:core.ISCSIPersistentVolumeSource FlexVolume:n:core.FlexPersistentVolumeSource Cinder:n:core.CinderPersistentVolumeSource CephFS=cephfs:n:core.CephFSPersistentVolumeSource FC=fc:n:core.FCVolumeSource Flocker:n:core.FlockerVolumeSource AzureFile:n:core.AzureFilePersistentVolumeSource VsphereVolume:n:core.VsphereVirtualDiskVolumeSource AzureDisk:n:core.AzureDiskVolumeSource PhotonPersistentDisk:n:core.PhotonPersistentDiskVolumeSource PortworxVolume:n:core.PortworxVolumeSource ScaleIO:n:core.ScaleIOPersistentVolumeSource Local:n:core.LocalVolumeSource StorageOS=storageos:n:core.StorageOSPersistentVolumeSource CSI=csi:n:core.CSIPersistentVolumeSource AccessModes:n ClaimRef:n:core.ObjectReference PersistentVolumeReclaimPolicy:s StorageClassName:s MountOptions:n VolumeMode:n NodeAffinity:n:core.VolumeNodeAffinity VolumeAttributesClassName:n
core.PersistentVolumeStatus Phase:s Message:s Reason:s LastPhaseTransitionTime:n
core.PhotonPersistentDiskVolumeSource PdID:s FSType=fsType:s
core.Pod TypeMeta=+:w ObjectMeta=+:w Spec::core.PodSpec Status::core.PodStatus
core.PodAffinity RequiredDuringSchedulingIgnoredDuringExecution:n:core.PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution:n:core.WeightedPodAffinityTerm
core.PodAffinityTerm LabelSelector:n Namespaces:n TopologyKey:s NamespaceSelector:n MatchLabelKeys:n MismatchLabelKeys:n
core.PodAntiAffinity RequiredDuringSchedulingIgnoredDuringExecution:n:core.PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution:n:core.WeightedPodAffinityTerm
core.PodAttachOptions TypeMeta=+:w Stdin:f Stdout:f Stderr:f TTY=tty:f Container:s
core.PodCertificateProjection SignerName:s KeyType:s MaxExpirationSeconds:n CredentialBundlePath:s KeyPath:s CertificateChainPath:s UserAnnotations:n
core.PodCondition Type:s ObservedGeneration:0 Status:s LastProbeTime:t LastTransitionTime:t Reason:s Message:s
core.PodDNSConfig Nameservers:n Searches:n Options:n:core.PodDNSConfigOption
core.PodDNSConfigOption Name:s Value:n
core.PodExecOptions TypeMeta=+:w Stdin:f Stdout:f Stderr:f TTY=tty:f Container:s Command:n
core.PodExtendedResourceClaimStatus RequestMappings:n:core.ContainerExtendedResourceRequest ResourceClaimName:s
core.PodIP IP=ip:s
core.PodLogOptions TypeMeta=+:w Container:s Follow:f Previous:f SinceSeconds:n SinceTime:n Timestamps:f TailLines:n LimitBytes:n InsecureSkipTLSVerifyBackend:f Stream:n
core.PodOS Name:s
core.PodPortForwardOptions TypeMeta=+:w Ports:n
core.PodProxyOptions TypeMeta=+:w Path:s
core.PodReadinessGate ConditionType:s
core.PodResourceClaim Name:s ResourceClaimName:n ResourceClaimTemplateName:n
core.PodResourceClaimStatus Name:s ResourceClaimName:n
core.PodSchedulingGate Name:s
core.PodSchedulingGroup PodGroupName:n
core.PodSecurityContext HostNetwork:f HostPID:f HostIPC:f ShareProcessNamespace:n HostUsers:n SELinuxOptions=seLinuxOptions:n:core.SELinuxOptions WindowsOptions:n:core.WindowsSecurityContextOptions RunAsUser:n RunAsGroup:n RunAsNonRoot:n SupplementalGroups:n SupplementalGroupsPolicy:n FSGroup=fsGroup:n FSGroupChangePolicy=fsGroupChangePolicy:n Sysctls:n:core.Sysctl SeccompProfile:n:core.SeccompProfile AppArmorProfile:n:core.AppArmorProfile SELinuxChangePolicy=seLinuxChangePolicy:n
core.PodSpec Volumes:n:core.Volume InitContainers:n:core.Container Containers:n:core.Container EphemeralContainers:n:core.EphemeralContainer RestartPolicy:s TerminationGracePeriodSeconds:n ActiveDeadlineSeconds:n DNSPolicy=dnsPolicy:s NodeSelector:n ServiceAccountName:s AutomountServiceAccountToken:n NodeName:s SecurityContext:n:core.PodSecurityContext ImagePullSecrets:n:core.LocalObjectReference Hostname:s Subdomain:s SetHostnameAsFQDN:n Affinity:n:core.Affinity SchedulerName:s Tolerations:n:core.Toleration HostAliases:n:core.HostAlias PriorityClassName:s Priority:n PreemptionPolicy:n DNSConfig=dnsConfig:n:core.PodDNSConfig ReadinessGates:n:core.PodReadinessGate RuntimeClassName:n Overhead:n EnableServiceLinks:n TopologySpreadConstraints:n:core.TopologySpreadConstraint OS=os:n:core.PodOS SchedulingGates:n:core.PodSchedulingGate ResourceClaims:n:core.PodResourceClaim Resources:n:core.ResourceRequirements HostnameOverride:n SchedulingGroup:n:core.PodSchedulingGroup
core.PodStatus ObservedGeneration:0 Phase:s Conditions:n:core.PodCondition Message:s Reason:s NominatedNodeName:s HostIP:s HostIPs:n:core.HostIP PodIPs:n:core.PodIP StartTime:n QOSClass=qosClass:s InitContainerStatuses:n:core.ContainerStatus ContainerStatuses:n:core.ContainerStatus EphemeralContainerStatuses:n:core.ContainerStatus Resize:s ResourceClaimStatuses:n:core.PodResourceClaimStatus ExtendedResourceClaimStatus:n:core.PodExtendedResourceClaimStatus AllocatedResources:n Resources:n:core.ResourceRequirements NodeAllocatableResourceClaimStatuses:n:core.NodeAllocatableResourceClaimStatus
core.PodStatusResult TypeMeta=+:w ObjectMeta=+:w Status::core.PodStatus
core.PodTemplate TypeMeta=+:w ObjectMeta=+:w Template::core.PodTemplateSpec
core.PodTemplateSpec ObjectMeta=+:w Spec::core.PodSpec
core.PortStatus Port:0 Protocol:s Error:n
core.PortworxVolumeSource VolumeID:s FSType=fsType:s ReadOnly:f
core.PreferredSchedulingTerm Weight:0 Preference::core.NodeSelectorTerm
core.Probe Exec:n:core.ExecAction HTTPGet=httpGet:n:core.HTTPGetAction TCPSocket=tcpSocket:n:core.TCPSocketAction GRPC=grpc:n:core.GRPCAction InitialDelaySeconds:0 TimeoutSeconds:0 PeriodSeconds:0 SuccessThreshold:0 FailureThreshold:0 TerminationGracePeriodSeconds:n
core.ProbeHandler Exec:n:core.ExecAction HTTPGet=httpGet:n:core.HTTPGetAction TCPSocket=tcpSocket:n:core.TCPSocketAction GRPC=grpc:n:core.GRPCAction
core.ProjectedVolumeSource Sources:n:core.VolumeProjection DefaultMode:n
core.QuobyteVolumeSource Registry:s Volume:s ReadOnly:f User:s Group:s Tenant:s
core.RBDPersistentVolumeSource CephMonitors=monitors:n RBDImage=image:s FSType=fsType:s RBDPool=pool:s RadosUser=user:s Keyring:s SecretRef:n:core.SecretReference ReadOnly:f
core.RBDVolumeSource CephMonitors=monitors:n RBDImage=image:s FSType=fsType:s RBDPool=pool:s RadosUser=user:s Keyring:s SecretRef:n:core.LocalObjectReference ReadOnly:f
core.RangeAllocation TypeMeta=+:w ObjectMeta=+:w Range:s Data:n
core.ReplicationController TypeMeta=+:w ObjectMeta=+:w Spec::core.ReplicationControllerSpec Status::core.ReplicationControllerStatus
core.ReplicationControllerCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
core.ReplicationControllerSpec Replicas:n MinReadySeconds:0 Selector:n Template:n:core.PodTemplateSpec
core.ReplicationControllerStatus Replicas:0 FullyLabeledReplicas:0 ReadyReplicas:0 AvailableReplicas:0 ObservedGeneration:0 Conditions:n:core.ReplicationControllerCondition
core.ResourceClaim Name:s Request:s
core.ResourceFieldSelector ContainerName:s Resource:s Divisor:q
core.ResourceHealth ResourceID:s Health:s Message:n
core.ResourceQuota TypeMeta=+:w ObjectMeta=+:w Spec::core.ResourceQuotaSpec Status::core.ResourceQuotaStatus
core.ResourceQuotaSpec Hard:n Scopes:n ScopeSelector:n:core.ScopeSelector
core.ResourceQuotaStatus Hard:n Used:n
core.ResourceRequirements Limits:n Requests:n Claims:n:core.ResourceClaim
core.ResourceStatus Name:s Resources:n:core.ResourceHealth
core.SELinuxOptions User:s Role:s Type:s Level:s
core.ScaleIOPersistentVolumeSource Gateway:s System:s SecretRef:n:core.SecretReference SSLEnabled=sslEnabled:f ProtectionDomain:s StoragePool:s StorageMode:s VolumeName:s FSType=fsType:s ReadOnly:f
core.ScaleIOVolumeSource Gateway:s System:s SecretRef:n:core.LocalObjectReference SSLEnabled=sslEnabled:f ProtectionDomain:s StoragePool:s StorageMode:s VolumeName:s FSType=fsType:s ReadOnly:f
core.ScopeSelector MatchExpressions:n:core.ScopedResourceSelectorRequirement
core.ScopedResourceSelectorRequirement ScopeName:s Operator:s Values:n
core.SeccompProfile Type:s LocalhostProfile:n
core.Secret TypeMeta=+:w ObjectMeta=+:w Immutable:n Data:n Type:s
core.SecretEnvSource Name:s Optional:n
core.SecretKeySelector Name:s Key:s Optional:n
core.SecretProjection Name:s Items:n:core.KeyToPath Optional:n
core.SecretReference Name:s Namespace:s
core.SecretVolumeSource SecretName:s Items:n:core.KeyToPath DefaultMode:n Optional:n
core.SecurityContext Capabilities:n:core.Capabilities Privileged:n SELinuxOptions=seLinuxOptions:n:core.SELinuxOptions WindowsOptions:n:core.WindowsSecurityContextOptions RunAsUser:n RunAsGroup:n RunAsNonRoot:n ReadOnlyRootFilesystem:n AllowPrivilegeEscalation:n ProcMount:n SeccompProfile:n:core.SeccompProfile AppArmorProfile:n:core.AppArmorProfile
core.SerializedReference TypeMeta=+:w Reference::core.ObjectReference
core.Service TypeMeta=+:w ObjectMeta=+:w Spec::core.ServiceSpec Status::core.ServiceStatus
core.ServiceAccount TypeMeta=+:w ObjectMeta=+:w Secrets:n:core.ObjectReference ImagePullSecrets:n:core.LocalObjectReference AutomountServiceAccountToken:n
core.ServiceAccountTokenProjection Audience:s ExpirationSeconds:0 Path:s
core.ServicePort Name:s Protocol:s AppProtocol:n Port:0 TargetPort:i NodePort:0
core.ServiceProxyOptions TypeMeta=+:w Path:s
core.ServiceSpec Type:s Ports:n:core.ServicePort Selector:n ClusterIP:s ClusterIPs:n IPFamilies=ipFamilies:n IPFamilyPolicy=ipFamilyPolicy:n ExternalName:s ExternalIPs:n LoadBalancerIP:s SessionAffinity:s SessionAffinityConfig:n:core.SessionAffinityConfig LoadBalancerSourceRanges:n ExternalTrafficPolicy:s HealthCheckNodePort:0 PublishNotReadyAddresses:f AllocateLoadBalancerNodePorts:n LoadBalancerClass:n InternalTrafficPolicy:n TrafficDistribution:n
core.ServiceStatus LoadBalancer::core.LoadBalancerStatus Conditions:n
core.SessionAffinityConfig ClientIP:n:core.ClientIPConfig
core.SleepAction Seconds:0
core.StorageOSPersistentVolumeSource VolumeName:s VolumeNamespace:s FSType=fsType:s ReadOnly:f SecretRef:n:core.ObjectReference
core.StorageOSVolumeSource VolumeName:s VolumeNamespace:s FSType=fsType:s ReadOnly:f SecretRef:n:core.LocalObjectReference
core.Sysctl Name:s Value:s
core.TCPSocketAction Port:i Host:s
core.Taint Key:s Value:s Effect:s TimeAdded:n
core.Toleration Key:s Operator:s Value:s Effect:s TolerationSeconds:n
core.TopologySelectorLabelRequirement Key:s Values:n
core.TopologySelectorTerm MatchLabelExpressions:n:core.TopologySelectorLabelRequirement
core.TopologySpreadConstraint MaxSkew:0 TopologyKey:s WhenUnsatisfiable:s LabelSelector:n MinDomains:n NodeAffinityPolicy:n NodeTaintsPolicy:n MatchLabelKeys:n
core.TypedLocalObjectReference APIGroup=apiGroup:n Kind:s Name:s
core.TypedObjectReference APIGroup=apiGroup:n Kind:s Name:s Namespace:n
core.Volume Name:s HostPath:n:core.HostPathVolumeSource EmptyDir:n:core.EmptyDirVolumeSource GCEPersistentDisk=gcePersistentDisk:n:core.GCEPersistentDiskVolumeSource AWSElasticBlockStore=awsElasticBlockStore:n:core.AWSElasticBlockStoreVolumeSource GitRepo:n:core.GitRepoVolumeSource Secret:n:core.SecretVolumeSource NFS=nfs:n:core.NFSVolumeSource ISCSI=iscsi:n:core.ISCSIVolumeSource Glusterfs:n:core.GlusterfsVolumeSource PersistentVolumeClaim:n:core.PersistentVolumeClaimVolumeSource RBD=rbd:n:core.RBDVolumeSource Quobyte:n:core.QuobyteVolumeSource FlexVolume:n:core.FlexVolumeSource Cinder:n:core.CinderVolumeSource CephFS=cephfs:n:core.CephFSVolumeSource Flocker:n:core.FlockerVolumeSource DownwardAPI:n:core.DownwardAPIVolumeSource FC=fc:n:core.FCVolumeSource AzureFile:n:core.AzureFileVolumeSource ConfigMap:n:core.ConfigMapVolumeSource VsphereVolume:n:core.VsphereVirtualDiskVolumeSource AzureDisk:n:core.AzureDiskVolumeSource PhotonPersistentDisk:n:core.PhotonPersistentDiskVolumeSource Projected:n:core.ProjectedVolumeSource PortworxVolume:n:core.PortworxVolumeSource ScaleIO:n:core.ScaleIOVolumeSource StorageOS=storageos:n:core.StorageOSVolumeSource CSI=csi:n:core.CSIVolumeSource Ephemeral:n:core.EphemeralVolumeSource Image:n:core.ImageVolumeSource
core.VolumeDevice Name:s DevicePath:s
core.VolumeMount Name:s ReadOnly:f RecursiveReadOnly:n MountPath:s SubPath:s MountPropagation:n SubPathExpr:s
core.VolumeMountStatus Name:s MountPath:s ReadOnly:f RecursiveReadOnly:n VolumeStatus:n:core.VolumeStatus
core.VolumeNodeAffinity Required:n:core.NodeSelector
core.VolumeProjection Secret:n:core.SecretProjection DownwardAPI:n:core.DownwardAPIProjection ConfigMap:n:core.ConfigMapProjection ServiceAccountToken:n:core.ServiceAccountTokenProjection ClusterTrustBundle:n:core.ClusterTrustBundleProjection PodCertificate:n:core.PodCertificateProjection
core.VolumeResourceRequirements Limits:n Requests:n
core.VolumeSource HostPath:n:core.HostPathVolumeSource EmptyDir:n:core.EmptyDirVolumeSource GCEPersistentDisk=gcePersistentDisk:n:core.GCEPersistentDiskVolumeSource AWSElasticBlockStore=awsElasticBlockStore:n:core.AWSElasticBlockStoreVolumeSource GitRepo:n:core.GitRepoVolumeSource Secret:n:core.SecretVolumeSource NFS=nfs:n:core.NFSVolumeSource ISCSI=iscsi:n:core.ISCSIVolumeSource Glusterfs:n:core.GlusterfsVolumeSource PersistentVolumeClaim:n:core.PersistentVolumeClaimVolumeSource RBD=rbd:n:core.RBDVolumeSource Quobyte:n:core.QuobyteVolumeSource FlexVolume:n:core.FlexVolumeSource Cinder:n:core.CinderVolumeSource CephFS=cephfs:n:core.CephFSVolumeSource Flocker:n:core.FlockerVolumeSource DownwardAPI:n:core.DownwardAPIVolumeSource FC=fc:n:core.FCVolumeSource AzureFile:n:core.AzureFileVolumeSource ConfigMap:n:core.ConfigMapVolumeSource VsphereVolume:n:core.VsphereVirtualDiskVolumeSource AzureDisk:n:core.AzureDiskVolumeSource PhotonPersistentDisk:n:core.PhotonPersistentDiskVolumeSource Projected:n:core.ProjectedVolumeSource PortworxVolume:n:core.PortworxVolumeSource ScaleIO:n:core.ScaleIOVolumeSource StorageOS=storageos:n:core.StorageOSVolumeSource CSI=csi:n:core.CSIVolumeSource Ephemeral:n:core.EphemeralVolumeSource Image:n:core.ImageVolumeSource
core.VolumeStatus Image:n:core.ImageVolumeStatus
core.VsphereVirtualDiskVolumeSource VolumePath:s FSType=fsType:s StoragePolicyName:s StoragePolicyID:s
core.WeightedPodAffinityTerm Weight:0 PodAffinityTerm::core.PodAffinityTerm
core.WindowsSecurityContextOptions GMSACredentialSpecName=gmsaCredentialSpecName:n GMSACredentialSpec=gmsaCredentialSpec:n RunAsUserName:n HostProcess:n
discovery.Endpoint Addresses:n Conditions::discovery.EndpointConditions Hostname:n TargetRef:n:core.ObjectReference DeprecatedTopology:n NodeName:n Zone:n Hints:n:discovery.EndpointHints
discovery.EndpointConditions Ready:n Serving:n Terminating:n
discovery.EndpointHints ForZones:n:discovery.ForZone ForNodes:n:discovery.ForNode
discovery.EndpointPort Name:n Protocol:n Port:n AppProtocol:n
discovery.EndpointSlice TypeMeta=+:w ObjectMeta=+:w AddressType:s Endpoints:n:discovery.Endpoint Ports:n:discovery.EndpointPort
discovery.ForNode Name:s
discovery.ForZone Name:s
flowcontrol.ExemptPriorityLevelConfiguration NominalConcurrencyShares:n LendablePercent:n
flowcontrol.FlowDistinguisherMethod Type:s
flowcontrol.FlowSchema TypeMeta=+:w ObjectMeta=+:w Spec::flowcontrol.FlowSchemaSpec Status::flowcontrol.FlowSchemaStatus
flowcontrol.FlowSchemaCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
flowcontrol.FlowSchemaSpec PriorityLevelConfiguration::flowcontrol.PriorityLevelConfigurationReference MatchingPrecedence:0 DistinguisherMethod:n:flowcontrol.FlowDistinguisherMethod Rules:n:flowcontrol.PolicyRulesWithSubjects
flowcontrol.FlowSchemaStatus Conditions:n:flowcontrol.FlowSchemaCondition
flowcontrol.GroupSubject Name:s
flowcontrol.LimitResponse Type:s Queuing:n:flowcontrol.QueuingConfiguration
flowcontrol.LimitedPriorityLevelConfiguration NominalConcurrencyShares:0 LimitResponse::flowcontrol.LimitResponse LendablePercent:n BorrowingLimitPercent:n
flowcontrol.NonResourcePolicyRule Verbs:n NonResourceURLs:n
flowcontrol.PolicyRulesWithSubjects Subjects:n:flowcontrol.Subject ResourceRules:n:flowcontrol.ResourcePolicyRule NonResourceRules:n:flowcontrol.NonResourcePolicyRule
flowcontrol.PriorityLevelConfiguration TypeMeta=+:w ObjectMeta=+:w Spec::flowcontrol.PriorityLevelConfigurationSpec Status::flowcontrol.PriorityLevelConfigurationStatus
flowcontrol.PriorityLevelConfigurationCondition Type:s Status:s LastTransitionTime:t Reason:s Message:s
flowcontrol.PriorityLevelConfigurationReference Name:s
flowcontrol.PriorityLevelConfigurationSpec Type:s Limited:n:flowcontrol.LimitedPriorityLevelConfiguration Exempt:n:flowcontrol.ExemptPriorityLevelConfiguration
flowcontrol.PriorityLevelConfigurationStatus Conditions:n:flowcontrol.PriorityLevelConfigurationCondition
flowcontrol.QueuingConfiguration Queues:0 HandSize:0 QueueLengthLimit:0
flowcontrol.ResourcePolicyRule Verbs:n APIGroups=apiGroups:n Resources:n ClusterScope:f Namespaces:n
flowcontrol.ServiceAccountSubject Namespace:s Name:s
flowcontrol.Subject Kind:s User:n:flowcontrol.UserSubject Group:n:flowcontrol.GroupSubject ServiceAccount:n:flowcontrol.ServiceAccountSubject
flowcontrol.UserSubject Name:s
networking.HTTPIngressPath Path:s PathType:n Backend::networking.IngressBackend
networking.HTTPIngressRuleValue Paths:n:networking.HTTPIngressPath
networking.IPAddress TypeMeta=+:w ObjectMeta=+:w Spec::networking.IPAddressSpec
networking.IPAddressSpec ParentRef:n:networking.ParentReference
networking.IPBlock CIDR=cidr:s Except:n
networking.Ingress TypeMeta=+:w ObjectMeta=+:w Spec::networking.IngressSpec Status::networking.IngressStatus
networking.IngressBackend Service:n:networking.IngressServiceBackend Resource:n:core.TypedLocalObjectReference
networking.IngressClass TypeMeta=+:w ObjectMeta=+:w Spec::networking.IngressClassSpec
networking.IngressClassParametersReference APIGroup=apiGroup:n Kind:s Name:s Scope:n Namespace:n
networking.IngressClassSpec Controller:s Parameters:n:networking.IngressClassParametersReference
networking.IngressLoadBalancerIngress IP=ip:s Hostname:s Ports:n:networking.IngressPortStatus
networking.IngressLoadBalancerStatus Ingress:n:networking.IngressLoadBalancerIngress
networking.IngressPortStatus Port:0 Protocol:s Error:n
networking.IngressRule Host:s HTTP=http:n:networking.HTTPIngressRuleValue
networking.IngressRuleValue HTTP=http:n:networking.HTTPIngressRuleValue
networking.IngressServiceBackend Name:s Port::networking.ServiceBackendPort
networking.IngressSpec IngressClassName:n DefaultBackend:n:networking.IngressBackend TLS=tls:n:networking.IngressTLS Rules:n:networking.IngressRule
networking.IngressStatus LoadBalancer::networking.IngressLoadBalancerStatus
networking.IngressTLS Hosts:n SecretName:s
networking.NetworkPolicy TypeMeta=+:w ObjectMeta=+:w Spec::networking.NetworkPolicySpec
networking.NetworkPolicyEgressRule Ports:n:networking.NetworkPolicyPort To:n:networking.NetworkPolicyPeer
networking.NetworkPolicyIngressRule Ports:n:networking.NetworkPolicyPort From:n:networking.NetworkPolicyPeer
networking.NetworkPolicyPeer PodSelector:n NamespaceSelector:n IPBlock=ipBlock:n:networking.IPBlock
networking.NetworkPolicyPort Protocol:n Port:n EndPort:n
networking.NetworkPolicySpec PodSelector:w Ingress:n:networking.NetworkPolicyIngressRule Egress:n:networking.NetworkPolicyEgressRule PolicyTypes:n
networking.ParentReference Group:s Resource:s Namespace:s Name:s
networking.ServiceBackendPort Name:s Number:0
networking.ServiceCIDR TypeMeta=+:w ObjectMeta=+:w Spec::networking.ServiceCIDRSpec Status::networking.ServiceCIDRStatus
networking.ServiceCIDRSpec CIDRs=cidrs:n
networking.ServiceCIDRStatus Conditions:n
node.Overhead PodFixed:n
node.RuntimeClass TypeMeta=+:w ObjectMeta=+:w Handler:s Overhead:n:node.Overhead Scheduling:n:node.Scheduling
node.Scheduling NodeSelector:n Tolerations:n:core.Toleration
policy.Eviction TypeMeta=+:w ObjectMeta=+:w DeleteOptions:n
policy.PodDisruptionBudget TypeMeta=+:w ObjectMeta=+:w Spec::policy.PodDisruptionBudgetSpec Status::policy.PodDisruptionBudgetStatus
policy.PodDisruptionBudgetSpec MinAvailable:n Selector:n MaxUnavailable:n UnhealthyPodEvictionPolicy:n
policy.PodDisruptionBudgetStatus ObservedGeneration:0 DisruptedPods:n DisruptionsAllowed:0 CurrentHealthy:0 DesiredHealthy:0 ExpectedPods:0 Conditions:n
rbac.AggregationRule ClusterRoleSelectors:n
rbac.ClusterRole TypeMeta=+:w ObjectMeta=+:w Rules:n:rbac.PolicyRule AggregationRule:n:rbac.AggregationRule
rbac.ClusterRoleBinding TypeMeta=+:w ObjectMeta=+:w Subjects:n:rbac.Subject RoleRef::rbac.RoleRef
rbac.PolicyRule Verbs:n APIGroups=apiGroups:n Resources:n ResourceNames:n NonResourceURLs:n
rbac.Role TypeMeta=+:w ObjectMeta=+:w Rules:n:rbac.PolicyRule
rbac.RoleBinding TypeMeta=+:w ObjectMeta=+:w Subjects:n:rbac.Subject RoleRef::rbac.RoleRef
rbac.RoleRef APIGroup=apiGroup:s Kind:s Name:s
rbac.Subject Kind:s APIGroup=apiGroup:s Name:s Namespace:s
resource.AllocatedDeviceStatus Driver:s Pool:s Device:s ShareID:n Conditions:n Data:n NetworkData:n:resource.NetworkDeviceData
resource.AllocationResult Devices::resource.DeviceAllocationResult NodeSelector:n:core.NodeSelector AllocationTimestamp:n
resource.CELDeviceSelector Expression:s
resource.CapacityRequestPolicy Default:n ValidValues:n ValidRange:n:resource.CapacityRequestPolicyRange
resource.CapacityRequestPolicyRange Min:n Max:n Step:n
resource.CapacityRequirements Requests:n
resource.Counter Value:q
resource.CounterSet Name:s Counters:n:resource.Counter
resource.Device Name:s Attributes:n:resource.DeviceAttribute Capacity:n:resource.DeviceCapacity ConsumesCounters:n:resource.DeviceCounterConsumption NodeName:n NodeSelector:n:core.NodeSelector AllNodes:n Taints:n:resource.DeviceTaint BindsToNode:n BindingConditions:n BindingFailureConditions:n AllowMultipleAllocations:n NodeAllocatableResourceMappings:n:resource.NodeAllocatableResourceMapping
resource.DeviceAllocationConfiguration Source:s Requests:n Opaque:n:resource.OpaqueDeviceConfiguration
resource.DeviceAllocationResult Results:n:resource.DeviceRequestAllocationResult Config:n:resource.DeviceAllocationConfiguration
resource.DeviceAttribute IntValue=int:n BoolValue=bool:n StringValue=string:n VersionValue=version:n IntValues=ints:n BoolValues=bools:n StringValues=strings:n VersionValues=versions:n
resource.DeviceCapacity Value:q RequestPolicy:n:resource.CapacityRequestPolicy
resource.DeviceClaim Requests:n:resource.DeviceRequest Constraints:n:resource.DeviceConstraint Config:n:resource.DeviceClaimConfiguration
resource.DeviceClaimConfiguration Requests:n Opaque:n:resource.OpaqueDeviceConfiguration
resource.DeviceClass TypeMeta=+:w ObjectMeta=+:w Spec::resource.DeviceClassSpec
resource.DeviceClassConfiguration Opaque:n:resource.OpaqueDeviceConfiguration
resource.DeviceClassSpec Selectors:n:resource.DeviceSelector Config:n:resource.DeviceClassConfiguration ExtendedResourceName:n
resource.DeviceConfiguration Opaque:n:resource.OpaqueDeviceConfiguration
resource.DeviceConstraint Requests:n MatchAttribute:n DistinctAttribute:n
resource.DeviceCounterConsumption CounterSet:s Counters:n:resource.Counter
resource.DeviceRequest Name:s Exactly:n:resource.ExactDeviceRequest FirstAvailable:n:resource.DeviceSubRequest
resource.DeviceRequestAllocationResult Request:s Driver:s Pool:s Device:s AdminAccess:n Tolerations:n:resource.DeviceToleration BindingConditions:n BindingFailureConditions:n ShareID:n ConsumedCapacity:n
resource.DeviceSelector CEL=cel:n:resource.CELDeviceSelector
resource.DeviceSubRequest Name:s DeviceClassName:s Selectors:n:resource.DeviceSelector AllocationMode:s Count:0 Tolerations:n:resource.DeviceToleration Capacity:n:resource.CapacityRequirements
resource.DeviceTaint Key:s Value:s Effect:s TimeAdded:n
resource.DeviceTaintRule TypeMeta=+:w ObjectMeta=+:w Spec::resource.DeviceTaintRuleSpec Status::resource.DeviceTaintRuleStatus
resource.DeviceTaintRuleSpec DeviceSelector:n:resource.DeviceTaintSelector Taint::resource.DeviceTaint
resource.DeviceTaintRuleStatus Conditions:n
resource.DeviceTaintSelector Driver:n Pool:n Device:n
resource.DeviceToleration Key:s Operator:s Value:s Effect:s TolerationSeconds:n
resource.ExactDeviceRequest DeviceClassName:s Selectors:n:resource.DeviceSelector AllocationMode:s Count:0 AdminAccess:n Tolerations:n:resource.DeviceToleration Capacity:n:resource.CapacityRequirements
resource.NetworkDeviceData InterfaceName:s IPs=ips:n HardwareAddress:s
resource.NodeAllocatableResourceMapping CapacityKey:n AllocationMultiplier:n
resource.OpaqueDeviceConfiguration Driver:s Parameters:w
resource.PoolStatus Driver:s PoolName:s Generation:0 ResourceSliceCount:n TotalDevices:n AllocatedDevices:n AvailableDevices:n UnavailableDevices:n NodeName:n ValidationError:n
resource.ResourceClaim TypeMeta=+:w ObjectMeta=+:w Spec::resource.ResourceClaimSpec Status::resource.ResourceClaimStatus
resource.ResourceClaimConsumerReference APIGroup=apiGroup:s Resource:s Name:s UID=uid:s
resource.ResourceClaimSpec Devices::resource.DeviceClaim
resource.ResourceClaimStatus Allocation:n:resource.AllocationResult ReservedFor:n:resource.ResourceClaimConsumerReference Devices:n:resource.AllocatedDeviceStatus
resource.ResourceClaimTemplate TypeMeta=+:w ObjectMeta=+:w Spec::resource.ResourceClaimTemplateSpec
resource.ResourceClaimTemplateSpec ObjectMeta=+:w Spec::resource.ResourceClaimSpec
resource.ResourcePool Name:s Generation:0 ResourceSliceCount:0
resource.ResourcePoolStatusRequest TypeMeta=+:w ObjectMeta=+:w Spec::resource.ResourcePoolStatusRequestSpec Status:n:resource.ResourcePoolStatusRequestStatus
resource.ResourcePoolStatusRequestSpec Driver:s PoolName:n Limit:n
resource.ResourcePoolStatusRequestStatus PoolCount:n Pools:n:resource.PoolStatus Conditions:n
resource.ResourceSlice TypeMeta=+:w ObjectMeta=+:w Spec::resource.ResourceSliceSpec
resource.ResourceSliceSpec Driver:s Pool::resource.ResourcePool NodeName:n NodeSelector:n:core.NodeSelector AllNodes:n Devices:n:resource.Device PerDeviceNodeSelection:n SharedCounters:n:resource.CounterSet
scheduling.BasicSchedulingPolicy
scheduling.GangSchedulingPolicy MinCount:0
scheduling.PodGroup TypeMeta=+:w ObjectMeta=+:w Spec::scheduling.PodGroupSpec Status::scheduling.PodGroupStatus
scheduling.PodGroupResourceClaim Name:s ResourceClaimName:n ResourceClaimTemplateName:n
scheduling.PodGroupResourceClaimStatus Name:s ResourceClaimName:n
scheduling.PodGroupSchedulingConstraints Topology:n:scheduling.TopologyConstraint
scheduling.PodGroupSchedulingPolicy Basic:n:scheduling.BasicSchedulingPolicy Gang:n:scheduling.GangSchedulingPolicy
scheduling.PodGroupSpec PodGroupTemplateRef:n:scheduling.PodGroupTemplateReference SchedulingPolicy::scheduling.PodGroupSchedulingPolicy SchedulingConstraints:n:scheduling.PodGroupSchedulingConstraints ResourceClaims:n:scheduling.PodGroupResourceClaim DisruptionMode:n PriorityClassName:s Priority:n
scheduling.PodGroupStatus Conditions:n ResourceClaimStatuses:n:scheduling.PodGroupResourceClaimStatus
scheduling.PodGroupTemplate Name:s SchedulingPolicy::scheduling.PodGroupSchedulingPolicy SchedulingConstraints:n:scheduling.PodGroupSchedulingConstraints ResourceClaims:n:scheduling.PodGroupResourceClaim DisruptionMode:n PriorityClassName:s Priority:n
scheduling.PodGroupTemplateReference Workload:n:scheduling.WorkloadPodGroupTemplateReference
scheduling.PriorityClass TypeMeta=+:w ObjectMeta=+:w Value:0 GlobalDefault:f Description:s PreemptionPolicy:n
scheduling.TopologyConstraint Key:s
scheduling.TypedLocalObjectReference APIGroup=apiGroup:s Kind:s Name:s
scheduling.Workload TypeMeta=+:w ObjectMeta=+:w Spec::scheduling.WorkloadSpec
scheduling.WorkloadPodGroupTemplateReference WorkloadName:s PodGroupTemplateName:s
scheduling.WorkloadSpec ControllerRef:n:scheduling.TypedLocalObjectReference PodGroupTemplates:n:scheduling.PodGroupTemplate
storage.CSIDriver TypeMeta=+:w ObjectMeta=+:w Spec::storage.CSIDriverSpec
storage.CSIDriverSpec AttachRequired:n FSGroupPolicy=fsGroupPolicy:n PodInfoOnMount:n VolumeLifecycleModes:n StorageCapacity:n TokenRequests:n:storage.TokenRequest RequiresRepublish:n SELinuxMount=seLinuxMount:n NodeAllocatableUpdatePeriodSeconds:n ServiceAccountTokenInSecrets:n PreventPodSchedulingIfMissing:n
storage.CSINode TypeMeta=+:w ObjectMeta=+:w Spec::storage.CSINodeSpec
storage.CSINodeDriver Name:s NodeID:s TopologyKeys:n Allocatable:n:storage.VolumeNodeResources
storage.CSINodeSpec Drivers:n:storage.CSINodeDriver
storage.CSIStorageCapacity TypeMeta=+:w ObjectMeta=+:w NodeTopology:n StorageClassName:s Capacity:n MaximumVolumeSize:n
storage.StorageClass TypeMeta=+:w ObjectMeta=+:w Provisioner:s Parameters:n ReclaimPolicy:n MountOptions:n AllowVolumeExpansion:n VolumeBindingMode:n AllowedTopologies:n:core.TopologySelectorTerm
storage.TokenRequest Audience:s ExpirationSeconds:n
storage.VolumeAttachment TypeMeta=+:w ObjectMeta=+:w Spec::storage.VolumeAttachmentSpec Status::storage.VolumeAttachmentStatus
storage.VolumeAttachmentSource PersistentVolumeName:n InlineVolumeSpec:n:core.PersistentVolumeSpec
storage.VolumeAttachmentSpec Attacher:s Source::storage.VolumeAttachmentSource NodeName:s
storage.VolumeAttachmentStatus Attached:f AttachmentMetadata:n AttachError:n:storage.VolumeError DetachError:n:storage.VolumeError
storage.VolumeAttributesClass TypeMeta=+:w ObjectMeta=+:w DriverName:s Parameters:n
storage.VolumeError Time:t Message:s ErrorCode:n
storage.VolumeNodeResources Count:n
storagemigration.StorageVersionMigration TypeMeta=+:w ObjectMeta=+:w Spec::storagemigration.StorageVersionMigrationSpec Status::storagemigration.StorageVersionMigrationStatus
storagemigration.StorageVersionMigrationSpec Resource:w
storagemigration.StorageVersionMigrationStatus Conditions:n ResourceVersion:s`;

"""The Go structs into which the server reads the built-in kinds, as far as they matter.

A line is a field and its Go type. A type that is not one of Go's own, nor in a table,
is a struct of which nothing is known; with (string) it is a kind of string. Where two
packages have a struct of one name, a prefix tells them apart; messages leave it out.

Upstream: types.go of api core/v1, apps/v1, batch/v1, discovery/v1 and scheduling/v1, of
apimachinery pkg/apis/meta/v1, of kube-aggregator pkg/apis/apiregistration/v1 and of
apiextensions-apiserver pkg/apis/apiextensions/v1
"""

STRUCTS = {
    "types.UID": "(string)",
    "v1.ObjectMeta": """
        name string
        generateName string
        namespace string
        selfLink string
        uid types.UID
        resourceVersion string
        generation int64
        creationTimestamp v1.Time
        deletionTimestamp *v1.Time
        deletionGracePeriodSeconds *int64
        labels map[string]string
        annotations map[string]string
        ownerReferences []v1.OwnerReference
        finalizers []string
    """,
    "v1.OwnerReference": """
        apiVersion string
        kind string
        name string
        uid types.UID
        controller *bool
        blockOwnerDeletion *bool
    """,
    "v1.LabelSelector": """
        matchLabels map[string]string
        matchExpressions []v1.LabelSelectorRequirement
    """,
    "v1.LabelSelectorRequirement": """
        key string
        operator v1.LabelSelectorOperator
        values []string
    """,
    "v1.LabelSelectorOperator": "(string)",
    "v1.Condition": """
        type string
        status string
        reason string
        message string
        lastTransitionTime v1.Time
        lastUpdateTime v1.Time
    """,
    # Pods
    "v1.PodTemplateSpec": """
        metadata v1.ObjectMeta
        spec v1.PodSpec
    """,
    "v1.PodSpec": """
        volumes []v1.Volume
        initContainers []v1.Container
        containers []v1.Container
        restartPolicy v1.RestartPolicy
        terminationGracePeriodSeconds *int64
        activeDeadlineSeconds *int64
        dnsPolicy v1.DNSPolicy
        nodeSelector map[string]string
        serviceAccountName string
        serviceAccount string
        automountServiceAccountToken *bool
        nodeName string
        hostNetwork bool
        hostPID bool
        hostIPC bool
        shareProcessNamespace *bool
        securityContext *v1.PodSecurityContext
        imagePullSecrets []v1.LocalObjectReference
        hostname string
        subdomain string
        affinity *v1.Affinity
        schedulerName string
        tolerations []v1.Toleration
        hostAliases []v1.HostAlias
        priorityClassName string
        priority *int32
        dnsConfig *v1.PodDNSConfig
        readinessGates []v1.PodReadinessGate
        runtimeClassName *string
        enableServiceLinks *bool
        preemptionPolicy *v1.PreemptionPolicy
        overhead map[string]resource.Quantity
        topologySpreadConstraints []v1.TopologySpreadConstraint
        setHostnameAsFQDN *bool
    """,
    "v1.RestartPolicy": "(string)",
    "v1.DNSPolicy": "(string)",
    "v1.PreemptionPolicy": "(string)",
    "resource.Quantity": "(quantity)",
    "v1.LocalObjectReference": "name string",
    "v1.Volume": """
        name string
        persistentVolumeClaim *v1.PersistentVolumeClaimVolumeSource
    """,
    "v1.PersistentVolumeClaimVolumeSource": """
        claimName string
        readOnly bool
    """,
    "v1.Container": """
        name string
        image string
        command []string
        args []string
        workingDir string
        ports []v1.ContainerPort
        envFrom []v1.EnvFromSource
        env []v1.EnvVar
        resources v1.ResourceRequirements
        volumeMounts []v1.VolumeMount
        volumeDevices []v1.VolumeDevice
        livenessProbe *v1.Probe
        readinessProbe *v1.Probe
        startupProbe *v1.Probe
        lifecycle *v1.Lifecycle
        terminationMessagePath string
        terminationMessagePolicy v1.TerminationMessagePolicy
        imagePullPolicy v1.PullPolicy
        securityContext *v1.SecurityContext
        stdin bool
        stdinOnce bool
        tty bool
    """,
    "v1.TerminationMessagePolicy": "(string)",
    "v1.PullPolicy": "(string)",
    "v1.ContainerPort": """
        name string
        hostPort int32
        containerPort int32
        protocol v1.Protocol
        hostIP string
    """,
    "v1.Protocol": "(string)",
    "v1.EnvVar": """
        name string
        value string
        valueFrom *v1.EnvVarSource
    """,
    "v1.ResourceRequirements": """
        limits map[string]resource.Quantity
        requests map[string]resource.Quantity
    """,
    "v1.PodStatus": """
        phase v1.PodPhase
        conditions []v1.Condition
        message string
        reason string
        startTime *v1.Time
        containerStatuses []v1.ContainerStatus
    """,
    "v1.PodPhase": "(string)",
    "v1.ContainerStatus": """
        name string
        ready bool
        restartCount int32
        state v1.ContainerState
    """,
    # Workloads
    "v1.DeploymentSpec": """
        replicas *int32
        selector *v1.LabelSelector
        template v1.PodTemplateSpec
        strategy v1.DeploymentStrategy
        minReadySeconds int32
        revisionHistoryLimit *int32
        paused bool
        progressDeadlineSeconds *int32
    """,
    "v1.DeploymentStrategy": """
        type v1.DeploymentStrategyType
        rollingUpdate *v1.RollingUpdateDeployment
    """,
    "v1.DeploymentStrategyType": "(string)",
    "v1.RollingUpdateDeployment": """
        maxUnavailable *intstr.IntOrString
        maxSurge *intstr.IntOrString
    """,
    "v1.DeploymentStatus": """
        observedGeneration int64
        replicas int32
        updatedReplicas int32
        readyReplicas int32
        availableReplicas int32
        unavailableReplicas int32
        conditions []v1.Condition
        collisionCount *int32
    """,
    "v1.ReplicaSetSpec": """
        replicas *int32
        minReadySeconds int32
        selector *v1.LabelSelector
        template v1.PodTemplateSpec
    """,
    "v1.ReplicaSetStatus": """
        replicas int32
        fullyLabeledReplicas int32
        readyReplicas int32
        availableReplicas int32
        observedGeneration int64
        conditions []v1.Condition
    """,
    "v1.ReplicationControllerSpec": """
        replicas *int32
        minReadySeconds int32
        selector map[string]string
        template *v1.PodTemplateSpec
    """,
    "v1.ReplicationControllerStatus": """
        replicas int32
        fullyLabeledReplicas int32
        readyReplicas int32
        availableReplicas int32
        observedGeneration int64
        conditions []v1.Condition
    """,
    "v1.StatefulSetSpec": """
        replicas *int32
        selector *v1.LabelSelector
        template v1.PodTemplateSpec
        volumeClaimTemplates []v1.PersistentVolumeClaim
        serviceName string
        podManagementPolicy v1.PodManagementPolicyType
        updateStrategy v1.StatefulSetUpdateStrategy
        revisionHistoryLimit *int32
        minReadySeconds int32
        persistentVolumeClaimRetentionPolicy *v1.StatefulSetPersistentVolumeClaimRetentionPolicy
        ordinals *v1.StatefulSetOrdinals
    """,
    "v1.PersistentVolumeClaim": """
        metadata v1.ObjectMeta
        spec v1.PersistentVolumeClaimSpec
        status v1.PersistentVolumeClaimStatus
    """,
    "v1.PodManagementPolicyType": "(string)",
    "v1.StatefulSetUpdateStrategy": """
        type v1.StatefulSetUpdateStrategyType
        rollingUpdate *v1.RollingUpdateStatefulSetStrategy
    """,
    "v1.StatefulSetUpdateStrategyType": "(string)",
    "v1.RollingUpdateStatefulSetStrategy": """
        partition *int32
        maxUnavailable *intstr.IntOrString
    """,
    "v1.StatefulSetPersistentVolumeClaimRetentionPolicy": """
        whenDeleted v1.PersistentVolumeClaimRetentionPolicyType
        whenScaled v1.PersistentVolumeClaimRetentionPolicyType
    """,
    "v1.PersistentVolumeClaimRetentionPolicyType": "(string)",
    "v1.StatefulSetOrdinals": "start int32",
    "v1.StatefulSetStatus": """
        observedGeneration int64
        replicas int32
        readyReplicas int32
        currentReplicas int32
        updatedReplicas int32
        availableReplicas int32
        currentRevision string
        updateRevision string
        collisionCount *int32
        conditions []v1.Condition
    """,
    "v1.DaemonSetSpec": """
        selector *v1.LabelSelector
        template v1.PodTemplateSpec
        updateStrategy v1.DaemonSetUpdateStrategy
        minReadySeconds int32
        revisionHistoryLimit *int32
    """,
    "v1.DaemonSetUpdateStrategy": """
        type v1.DaemonSetUpdateStrategyType
        rollingUpdate *v1.RollingUpdateDaemonSet
    """,
    "v1.DaemonSetUpdateStrategyType": "(string)",
    "v1.RollingUpdateDaemonSet": """
        maxUnavailable *intstr.IntOrString
        maxSurge *intstr.IntOrString
    """,
    "v1.DaemonSetStatus": """
        currentNumberScheduled int32
        numberMisscheduled int32
        desiredNumberScheduled int32
        numberReady int32
        observedGeneration int64
        updatedNumberScheduled int32
        numberAvailable int32
        numberUnavailable int32
        collisionCount *int32
        conditions []v1.Condition
    """,
    "v1.JobSpec": """
        parallelism *int32
        completions *int32
        activeDeadlineSeconds *int64
        podFailurePolicy *v1.PodFailurePolicy
        backoffLimit *int32
        selector *v1.LabelSelector
        manualSelector *bool
        template v1.PodTemplateSpec
        ttlSecondsAfterFinished *int32
        completionMode *v1.CompletionMode
        suspend *bool
    """,
    "v1.CompletionMode": "(string)",
    "v1.JobStatus": """
        conditions []v1.Condition
        startTime *v1.Time
        completionTime *v1.Time
        active int32
        succeeded int32
        failed int32
        ready *int32
        uncountedTerminatedPods *v1.UncountedTerminatedPods
    """,
    "v1.UncountedTerminatedPods": """
        succeeded []types.UID
        failed []types.UID
    """,
    "v1.CronJobSpec": """
        schedule string
        timeZone *string
        startingDeadlineSeconds *int64
        concurrencyPolicy v1.ConcurrencyPolicy
        suspend *bool
        jobTemplate v1.JobTemplateSpec
        successfulJobsHistoryLimit *int32
        failedJobsHistoryLimit *int32
    """,
    "v1.ConcurrencyPolicy": "(string)",
    "v1.JobTemplateSpec": """
        metadata v1.ObjectMeta
        spec v1.JobSpec
    """,
    "v1.CronJobStatus": """
        active []v1.ObjectReference
        lastScheduleTime *v1.Time
        lastSuccessfulTime *v1.Time
    """,
    "v1.ObjectReference": """
        kind string
        namespace string
        name string
        uid types.UID
        apiVersion string
        resourceVersion string
        fieldPath string
    """,
    # Namespaces, Services, endpoints
    "v1.NamespaceSpec": "finalizers []v1.FinalizerName",
    "v1.FinalizerName": "(string)",
    "v1.NamespaceStatus": """
        phase v1.NamespacePhase
        conditions []v1.Condition
    """,
    "v1.NamespacePhase": "(string)",
    "v1.ServiceSpec": """
        ports []v1.ServicePort
        selector map[string]string
        clusterIP string
        type v1.ServiceType
        externalName string
    """,
    "v1.ServiceType": "(string)",
    "v1.ServicePort": """
        name string
        protocol v1.Protocol
        port int32
        targetPort intstr.IntOrString
        nodePort int32
    """,
    "v1.Endpoints": "subsets []v1.EndpointSubset",
    "v1.EndpointSubset": """
        addresses []v1.EndpointAddress
        notReadyAddresses []v1.EndpointAddress
        ports []v1.EndpointPort
    """,
    "v1.EndpointAddress": """
        ip string
        hostname string
        nodeName *string
    """,
    "v1.EndpointPort": """
        name string
        port int32
        protocol v1.Protocol
    """,
    "v1.EndpointSlice": """
        addressType v1.AddressType
        endpoints []v1.Endpoint
        ports []discovery/v1.EndpointPort
    """,
    "v1.AddressType": "(string)",
    "v1.Endpoint": """
        addresses []string
        conditions v1.EndpointConditions
    """,
    "v1.EndpointConditions": """
        ready *bool
        serving *bool
        terminating *bool
    """,
    "discovery/v1.EndpointPort": """
        name *string
        protocol *v1.Protocol
        port *int32
    """,
    # Contents
    "v1.ConfigMap": """
        immutable *bool
        data map[string]string
        binaryData map[string]string
    """,
    "v1.Secret": """
        immutable *bool
        data map[string]string
        stringData map[string]string
        type v1.SecretType
    """,
    "v1.SecretType": "(string)",
    "v1.PriorityClass": """
        value int32
        globalDefault bool
        description string
        preemptionPolicy *v1.PreemptionPolicy
    """,
    # Extension
    "v1.APIServiceSpec": """
        service *v1.ServiceReference
        group string
        version string
        insecureSkipTLSVerify bool
        groupPriorityMinimum int32
        versionPriority int32
    """,
    "v1.ServiceReference": """
        namespace string
        name string
        path *string
        port *int32
    """,
    "v1.APIServiceStatus": "conditions []v1.Condition",
    "v1.CustomResourceDefinitionSpec": """
        group string
        names v1.CustomResourceDefinitionNames
        scope v1.ResourceScope
        version string
        versions []v1.CustomResourceDefinitionVersion
        subresources *v1.CustomResourceSubresources
        conversion *v1.CustomResourceConversion
        preserveUnknownFields bool
    """,
    "v1.ResourceScope": "(string)",
    "v1.CustomResourceDefinitionNames": """
        plural string
        singular string
        shortNames []string
        kind string
        listKind string
        categories []string
    """,
    "v1.CustomResourceDefinitionVersion": """
        name string
        served bool
        storage bool
        deprecated bool
        schema *v1.CustomResourceValidation
        subresources *v1.CustomResourceSubresources
    """,
    "v1.CustomResourceConversion": """
        strategy v1.ConversionStrategyType
        webhook *v1.WebhookConversion
        webhookClientConfig *v1.WebhookClientConfig
    """,
    "v1.ConversionStrategyType": "(string)",
    "v1.WebhookConversion": """
        clientConfig *v1.WebhookClientConfig
        conversionReviewVersions []string
    """,
    "v1.WebhookClientConfig": """
        url *string
        service *v1.ServiceReference
        caBundle string
    """,
    "v1.CustomResourceDefinitionStatus": """
        conditions []v1.Condition
        acceptedNames v1.CustomResourceDefinitionNames
        storedVersions []string
    """,
}

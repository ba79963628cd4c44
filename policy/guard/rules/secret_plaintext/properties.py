"""Where secrets come to stand: in plain sight, where they are handed over, where they are kept, where they are made."""

from __future__ import annotations

from typing import Final

# What whoever may describe the resource can read: environments, arguments, settings.
ENVIRONMENTS: Final[dict[str, tuple[str, ...]]] = {
    "aws:amplify/app:App": ("environmentVariables", "autoBranchCreationConfig.environmentVariables"),
    "aws:amplify/branch:Branch": ("environmentVariables",),
    "aws:apigateway/deployment:Deployment": ("variables",),
    "aws:apigateway/integration:Integration": ("requestParameters", "requestTemplates"),
    "aws:apigateway/stage:Stage": ("variables",),
    "aws:apigatewayv2/integration:Integration": ("requestParameters", "requestTemplates"),
    "aws:apigatewayv2/stage:Stage": ("stageVariables",),
    "aws:apprunner/service:Service": (
        "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables",
        "sourceConfiguration.imageRepository.imageConfiguration.startCommand",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.runtimeEnvironmentVariables",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.startCommand",
    ),
    "aws:batch/jobDefinition:JobDefinition": (
        "containerProperties",
        "ecsProperties",
        "eksProperties",
        "nodeProperties",
        "parameters",
    ),
    "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": ("environmentVariables",),
    "aws:cloudcontrol/resource:Resource": ("desiredState",),
    "aws:cloudformation/stack:Stack": ("parameters",),
    "aws:cloudformation/stackInstances:StackInstances": ("parameterOverrides",),
    "aws:cloudformation/stackSet:StackSet": ("parameters",),
    "aws:cloudformation/stackSetInstance:StackSetInstance": ("parameterOverrides",),
    "aws:cloudwatch/eventTarget:EventTarget": ("input", "inputTransformer.inputTemplate"),
    "aws:codebuild/project:Project": ("environment.environmentVariables",),
    "aws:codepipeline/pipeline:Pipeline": ("stages.actions.configuration",),
    "aws:dms/endpoint:Endpoint": ("extraConnectionAttributes",),
    "aws:dynamodb/tableItem:TableItem": ("item",),
    "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition": ("containerDefinitions",),
    "aws:ecs/expressGatewayService:ExpressGatewayService": ("primaryContainer",),
    "aws:ecs/taskDefinition:TaskDefinition": ("containerDefinitions",),
    "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate": ("settings",),
    "aws:elasticbeanstalk/environment:Environment": ("settings",),
    "aws:emr/cluster:Cluster": ("configurationsJson", "bootstrapActions.args", "steps.hadoopJarStep.args"),
    "aws:glue/job:Job": ("defaultArguments", "nonOverridableArguments"),
    "aws:glue/trigger:Trigger": ("actions.arguments",),
    "aws:kinesisanalyticsv2/application:Application": (
        "applicationConfiguration.environmentProperties.propertyGroups.propertyMap",
    ),
    "aws:lambda/function:Function": ("environment.variables",),
    "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion": ("containers",),
    "aws:mskconnect/connector:Connector": ("connectorConfiguration",),
    "aws:mwaa/environment:Environment": ("airflowConfigurationOptions",),
    "aws:sagemaker/model:Model": ("containers.environment", "primaryContainer.environment"),
    "aws:scheduler/schedule:Schedule": ("target.input",),
    "aws:ssm/association:Association": ("parameters",),
    "aws:synthetics/canary:Canary": ("runConfig.environmentVariables",),
}

# Scripts and documents that run somewhere, in base64 or not.
SCRIPTS: Final[dict[str, tuple[str, ...]]] = {
    "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": ("content",),
    "aws:appsync/function:Function": ("code", "requestMappingTemplate"),
    "aws:appsync/resolver:Resolver": ("code", "requestTemplate"),
    "aws:cloudformation/stack:Stack": ("templateBody",),
    "aws:cloudformation/stackSet:StackSet": ("templateBody",),
    "aws:cloudfront/function:Function": ("code",),
    "aws:codebuild/project:Project": ("source.buildspec", "secondarySources.buildspec"),
    "aws:ec2/instance:Instance": ("userData", "userDataBase64"),
    "aws:ec2/launchConfiguration:LaunchConfiguration": ("userData", "userDataBase64"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("userData",),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": ("launchSpecifications.userData",),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("userData", "userDataBase64"),
    "aws:imagebuilder/component:Component": ("data",),
    "aws:imagebuilder/containerRecipe:ContainerRecipe": ("dockerfileTemplateData",),
    "aws:lightsail/instance:Instance": ("userData",),
    "aws:mskconnect/workerConfiguration:WorkerConfiguration": ("propertiesFileContent",),
    "aws:s3/bucketObject:BucketObject": ("content", "contentBase64"),
    "aws:s3/bucketObjectv2:BucketObjectv2": ("content", "contentBase64"),
    "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": (
        "onCreate",
        "onStart",
    ),
    "aws:sfn/stateMachine:StateMachine": ("definition",),
    "aws:ssm/document:Document": ("content",),
}

PROVIDER: Final = "pulumi:providers:aws"
PARAMETER: Final = "aws:ssm/parameter:Parameter"
SECRET_VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"

# Credentials that a service is handed and keeps.
HANDED: Final[dict[str, tuple[str, ...]]] = {
    PROVIDER: ("accessKey", "secretKey", "token"),
    "aws:acm/certificate:Certificate": ("privateKey", "privateKeyWo"),
    "aws:amplify/app:App": (
        "accessToken",
        "oauthToken",
        "basicAuthCredentials",
        "autoBranchCreationConfig.basicAuthCredentials",
    ),
    "aws:amplify/branch:Branch": ("basicAuthCredentials",),
    "aws:apigateway/domainName:DomainName": ("certificatePrivateKey",),
    "aws:appfabric/appAuthorization:AppAuthorization": (
        "credential.apiKeyCredentials.apiKey",
        "credential.oauth2Credential.clientSecret",
    ),
    "aws:appstream/directoryConfig:DirectoryConfig": ("serviceAccountCredentials.accountPassword",),
    "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider": ("apiKey", "apiKeyWo"),
    "aws:chime/voiceConnectorTerminationCredentials:VoiceConnectorTerminationCredentials": ("credentials.password",),
    "aws:cloudwatch/eventConnection:EventConnection": (
        "authParameters.apiKey.value",
        "authParameters.basic.password",
        "authParameters.oauth.clientParameters.clientSecret",
    ),
    "aws:codebuild/sourceCredential:SourceCredential": ("token",),
    "aws:codepipeline/webhook:Webhook": ("authenticationConfiguration.secretToken",),
    "aws:cognito/user:User": ("password", "temporaryPassword"),
    "aws:connect/user:User": ("password",),
    "aws:datasync/locationAzureBlob:LocationAzureBlob": ("sasConfiguration.token",),
    "aws:datasync/locationFsxOntapFileSystem:LocationFsxOntapFileSystem": ("protocol.smb.password",),
    "aws:datasync/locationFsxWindows:LocationFsxWindows": ("password",),
    "aws:datasync/locationObjectStorage:LocationObjectStorage": ("secretKey",),
    "aws:datasync/locationSmb:LocationSmb": ("password",),
    "aws:directconnect/bgpPeer:BgpPeer": ("bgpAuthKey",),
    "aws:directconnect/hostedPrivateVirtualInterface:HostedPrivateVirtualInterface": ("bgpAuthKey",),
    "aws:directconnect/hostedPublicVirtualInterface:HostedPublicVirtualInterface": ("bgpAuthKey",),
    "aws:directconnect/hostedTransitVirtualInterface:HostedTransitVirtualInterface": ("bgpAuthKey",),
    "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface": ("bgpAuthKey",),
    "aws:directconnect/publicVirtualInterface:PublicVirtualInterface": ("bgpAuthKey",),
    "aws:directconnect/transitVirtualInterface:TransitVirtualInterface": ("bgpAuthKey",),
    "aws:directoryservice/directory:Directory": ("password",),
    "aws:directoryservice/radiusSettings:RadiusSettings": ("sharedSecret",),
    "aws:directoryservice/trust:Trust": ("trustPassword",),
    "aws:dms/endpoint:Endpoint": (
        "password",
        "kafkaSettings.saslPassword",
        "kafkaSettings.sslClientKeyPassword",
        "oracleSettings.asmPassword",
        "redisSettings.authPassword",
    ),
    "aws:docdb/cluster:Cluster": ("masterPassword", "masterPasswordWo"),
    "aws:docdb/elasticCluster:ElasticCluster": ("adminUserPassword",),
    "aws:ec2/vpnConnection:VpnConnection": ("tunnel1PresharedKey", "tunnel2PresharedKey"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken", "authTokenWo"),
    "aws:elasticache/user:User": ("passwords", "passwordsWo", "authenticationMode.passwords"),
    "aws:elasticsearch/domain:Domain": ("advancedSecurityOptions.masterUserOptions.masterUserPassword",),
    "aws:emr/cluster:Cluster": (
        "kerberosAttributes.adDomainJoinPassword",
        "kerberosAttributes.crossRealmTrustPrincipalPassword",
        "kerberosAttributes.kdcAdminPassword",
    ),
    "aws:fsx/ontapFileSystem:OntapFileSystem": ("fsxAdminPassword",),
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": (
        "svmAdminPassword",
        "activeDirectoryConfiguration.selfManagedActiveDirectoryConfiguration.password",
    ),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": (
        "selfManagedActiveDirectory.password",
        "selfManagedActiveDirectory.passwordWo",
    ),
    "aws:glue/job:Job": ("sourceControlDetails.authToken",),
    "aws:iam/serverCertificate:ServerCertificate": ("privateKey",),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        "httpEndpointConfiguration.accessKey",
        "redshiftConfiguration.password",
        "snowflakeConfiguration.keyPassphrase",
        "snowflakeConfiguration.privateKey",
        "splunkConfiguration.hecToken",
    ),
    "aws:kms/customKeyStore:CustomKeyStore": (
        "keyStorePassword",
        "xksProxyAuthenticationCredential.rawSecretAccessKey",
    ),
    "aws:lb/listener:Listener": ("defaultActions.authenticateOidc.clientSecret",),
    "aws:lb/listenerRule:ListenerRule": ("actions.authenticateOidc.clientSecret",),
    "aws:lightsail/database:Database": ("masterPassword",),
    "aws:mailmanager/ingressPoint:IngressPoint": ("ingressPointConfiguration.smtpPasswordWo",),
    "aws:memorydb/user:User": ("authenticationMode.passwords",),
    "aws:mq/broker:Broker": ("users.password", "ldapServerMetadata.serviceAccountPassword"),
    "aws:odb/autonomousDatabase:AutonomousDatabase": ("adminPassword", "adminPasswordWo"),
    "aws:opensearch/domain:Domain": ("advancedSecurityOptions.masterUserOptions.masterUserPassword",),
    "aws:pinpoint/admChannel:AdmChannel": ("clientSecret",),
    "aws:pinpoint/apnsChannel:ApnsChannel": ("privateKey", "tokenKey"),
    "aws:pinpoint/apnsSandboxChannel:ApnsSandboxChannel": ("privateKey", "tokenKey"),
    "aws:pinpoint/apnsVoipChannel:ApnsVoipChannel": ("privateKey", "tokenKey"),
    "aws:pinpoint/apnsVoipSandboxChannel:ApnsVoipSandboxChannel": ("privateKey", "tokenKey"),
    "aws:pinpoint/baiduChannel:BaiduChannel": ("apiKey", "secretKey"),
    "aws:pinpoint/gcmChannel:GcmChannel": ("apiKey",),
    "aws:quicksight/dataSource:DataSource": ("credentials.credentialPair.password",),
    "aws:rds/cluster:Cluster": ("masterPassword", "masterPasswordWo"),
    "aws:rds/instance:Instance": ("password", "passwordWo"),
    "aws:redshift/cluster:Cluster": ("masterPassword", "masterPasswordWo"),
    "aws:redshift/hsmConfiguration:HsmConfiguration": ("hsmPartitionPassword",),
    "aws:redshiftserverless/namespace:Namespace": ("adminUserPassword", "adminUserPasswordWo"),
    "aws:sagemaker/workforce:Workforce": ("oidcConfig.clientSecret",),
    "aws:securitylake/subscriberNotification:SubscriberNotification": (
        "configuration.httpsNotificationConfiguration.authorizationApiKeyValue",
    ),
    "aws:sesv2/emailIdentity:EmailIdentity": ("dkimSigningAttributes.domainSigningPrivateKey",),
    "aws:sns/platformApplication:PlatformApplication": ("platformCredential",),
    "aws:storagegateway/fileSystemAssociation:FileSystemAssociation": ("password",),
    "aws:storagegateway/gateway:Gateway": ("smbActiveDirectorySettings.password", "smbGuestPassword"),
    "aws:timestreaminfluxdb/dbCluster:DbCluster": ("password",),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": ("password",),
    "aws:transfer/certificate:Certificate": ("privateKey",),
    "aws:verifiedaccess/trustProvider:TrustProvider": (
        "oidcOptions.clientSecret",
        "nativeApplicationOidcOptions.clientSecret",
    ),
    "aws:workmail/user:User": ("password",),
}

# The same where a table holds settings and credentials, told apart by their names.
HANDED_BY_NAME: Final[dict[str, tuple[str, ...]]] = {
    "aws:appflow/connectorProfile:ConnectorProfile": ("connectorProfileConfig.connectorProfileCredentials",),
    "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider": ("oauth2ProviderConfig",),
    "aws:cloudfront/distribution:Distribution": ("origins.customHeaders",),
    "aws:cloudwatch/eventConnection:EventConnection": ("authParameters.invocationHttpParameters",),
    "aws:cognito/identityProvider:IdentityProvider": ("providerDetails",),
    "aws:glue/connection:Connection": ("connectionProperties", "authenticationConfiguration"),
}

# Where secrets belong. A literal here is kept well, but stands in the program too.
STORES: Final[dict[str, tuple[str, ...]]] = {
    SECRET_VERSION: ("secretString", "secretStringWo", "secretBinary"),
    PARAMETER: ("value", "valueWo", "insecureValue"),
}

# What makes secrets or hands them out, and under which outputs. Of the first, everything that others use is secret.
ONLY_SECRETS: Final[dict[str, tuple[str, ...]]] = {
    "random:index/randomPassword:RandomPassword": ("result", "bcryptHash"),
    "random:index/randomBytes:RandomBytes": ("base64", "hex"),
}
ALSO_SECRETS: Final[dict[str, tuple[str, ...]]] = {
    SECRET_VERSION: ("secretString", "secretBinary"),
    PARAMETER: ("value",),
    "aws:apigateway/apiKey:ApiKey": ("value",),
    "aws:cognito/userPoolClient:UserPoolClient": ("clientSecret",),
    "aws:iam/accessKey:AccessKey": ("secret", "sesSmtpPasswordV4"),
    "aws:lightsail/keyPair:KeyPair": ("privateKey",),
    "tls:index/privateKey:PrivateKey": ("privateKeyPem", "privateKeyOpenssh", "privateKeyPemPkcs8"),
}

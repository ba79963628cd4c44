"""More rows of the family encrypt-in-transit: migrations, builds, mail, learning, interfaces."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, r, three, unknown

DMS = "dms/endpoint:Endpoint"
PROVIDER = "dms/dataProvider:DataProvider"
EMR = "emr/securityConfiguration:SecurityConfiguration"
SOURCE = "codebuild/project:Project"
TRAINING = "sagemaker/trainingJob:TrainingJob"
REST = "apigateway/integration:Integration"
HTTP = "apigatewayv2/integration:Integration"
SERVERLESS = "redshiftserverless/workgroup:Workgroup"


def hadoop(**encryption: Any) -> dict[str, Any]:
    return {"configuration": json.dumps({"EncryptionConfiguration": encryption})}


def postgres(**settings: Any) -> dict[str, Any]:
    return {"settings": {"postgresqlSettings": {"serverName": "db", **settings}}}


def require_ssl(value: str) -> dict[str, Any]:
    return {"configParameters": [{"parameterKey": "require_ssl", "parameterValue": value}]}


SWITCHES = [
    *three(
        "kafka-connector-tls",
        "mskconnect/connector:Connector",
        {"kafkaClusterEncryptionInTransit": {"encryptionType": "TLS"}},
        {},
        "kafkaClusterEncryptionInTransit.encryptionType",
    ),
    *three(
        "file-transfer-plain",
        "transfer/server:Server",
        {"protocols": ["SFTP", "FTPS"]},
        {"protocols": ["SFTP", "FTP"]},
        "protocols",
    ),
    Row("file-transfer-plain", "ok", "unset is SFTP", (r("transfer/server:Server"),)),
    *three(
        "partner-messages-plain",
        "transfer/connector:Connector",
        {"as2Config": {"encryptionAlgorithm": "AES256_CBC"}},
        {"as2Config": {"encryptionAlgorithm": "NONE"}},
        "as2Config.encryptionAlgorithm",
    ),
    *three("file-copy-plain", "datasync/efsLocation:EfsLocation", {"inTransitEncryption": "TLS1_2"}, {}),
    *three(
        "file-copy-plain",
        "datasync/locationObjectStorage:LocationObjectStorage",
        {"serverProtocol": "HTTPS"},
        {"serverProtocol": "HTTP"},
        "serverProtocol",
    ),
    *three(
        "file-share-plain",
        "storagegateway/gateway:Gateway",
        {"smbSecurityStrategy": "MandatoryEncryptionNoAes128"},
        {"smbSecurityStrategy": "MandatorySigning"},
        "smbSecurityStrategy",
    ),
    Row("file-share-plain", "ok", "no share of Windows", (r("storagegateway/gateway:Gateway", gatewayType="CACHED"),)),
    *three(
        "hadoop-copy-plain",
        "datasync/locationHdfs:LocationHdfs",
        {"qopConfiguration": {"rpcProtection": "PRIVACY", "dataTransferProtection": "PRIVACY"}},
        {"qopConfiguration": {"rpcProtection": "PRIVACY", "dataTransferProtection": "INTEGRITY"}},
        "qopConfiguration.rpcProtection",
    ),
    Row("hadoop-copy-plain", "ok", "unset", (r("datasync/locationHdfs:LocationHdfs"),)),
    *three(
        "dashboard-source-plain",
        "quicksight/dataSource:DataSource",
        {},
        {"sslProperties": {"disableSsl": True}},
        "sslProperties.disableSsl",
    ),
    *three(
        "voice-plain",
        "chime/voiceConnector:VoiceConnector",
        {"requireEncryption": True},
        {"requireEncryption": False},
        "requireEncryption",
    ),
    *three("build-source-tls", SOURCE, {}, {"source": {"type": "GITHUB", "insecureSsl": True}}, "source.insecureSsl"),
    Row(
        "build-source-tls",
        "breach",
        "a second source",
        (r(SOURCE, secondarySources=[{"sourceIdentifier": "a"}, {"sourceIdentifier": "b", "insecureSsl": True}]),),
    ),
    *three(
        "api-backend-unverified",
        REST,
        {},
        {"tlsConfig": {"insecureSkipVerification": True}},
        "tlsConfig.insecureSkipVerification",
    ),
    *three(
        "lattice-listener-plain",
        "vpclattice/listener:Listener",
        {"protocol": "HTTPS"},
        {"protocol": "HTTP"},
        "protocol",
    ),
    *three(
        "mail-tls",
        "sesv2/configurationSet:ConfigurationSet",
        {"deliveryOptions": {"tlsPolicy": "REQUIRE"}},
        {"deliveryOptions": {"tlsPolicy": "OPTIONAL"}},
        "deliveryOptions.tlsPolicy",
    ),
    *three("mail-tls", "ses/configurationSet:ConfigurationSet", {"deliveryOptions": {"tlsPolicy": "Require"}}, {}),
    *three("mail-ingress-tls", "ses/receiptRule:ReceiptRule", {"tlsPolicy": "Require"}, {}, "tlsPolicy"),
    *three(
        "mail-ingress-tls",
        "mailmanager/ingressPoint:IngressPoint",
        {"tlsPolicy": "REQUIRED"},
        {"tlsPolicy": "OPTIONAL"},
        "tlsPolicy",
    ),
    *three("target-group-plain", "lb/targetGroup:TargetGroup", {}, {"protocol": "HTTP"}, "protocol"),
    Row("target-group-plain", "ok", "passed on", (r("lb/targetGroup:TargetGroup", protocol="TCP"),)),
    *three(
        "target-group-plain",
        "vpclattice/targetGroup:TargetGroup",
        {"config": {"protocol": "HTTPS"}},
        {"config": {"protocol": "HTTP"}},
        "config.protocol",
    ),
]

OTHERS = [
    *three("hadoop-in-transit", EMR, hadoop(EnableInTransitEncryption=True), hadoop(), "configuration"),
    *three(
        "migration-endpoint-tls", DMS, {"sslMode": "verify-full"}, {"sslMode": "none"}, "sslMode", engineName="mysql"
    ),
    Row("migration-endpoint-tls", "breach", "unset", (r(DMS, engineName="postgres"),)),
    Row("migration-endpoint-tls", "ok", "a service of AWS", (r(DMS, engineName="s3"),)),
    *three(
        "migration-endpoint-tls",
        DMS,
        {"elasticsearchSettings": {"endpointUri": "search.internal"}},
        {"elasticsearchSettings": {"endpointUri": "http://search.internal"}},
        "elasticsearchSettings.endpointUri",
        engineName="opensearch",
    ),
    Row("migration-endpoint-tls", "ok", "redis, unset", (r(DMS, engineName="redis"),)),
    Row(
        "migration-endpoint-tls",
        "breach",
        "redis",
        (r(DMS, engineName="redis", redisSettings={"sslSecurityProtocol": "plaintext"}),),
    ),
    Row("migration-endpoint-tls", "breach", "kafka, unset", (r(DMS, engineName="kafka"),)),
    Row(
        "migration-endpoint-tls",
        "ok",
        "kafka",
        (r(DMS, engineName="kafka", kafkaSettings={"securityProtocol": "sasl-ssl"}),),
    ),
    Row("migration-endpoint-tls", "undecided", "of unknown engine", (OTHER, r(DMS, refs=unknown("engineName")))),
    *three("migration-provider-tls", PROVIDER, postgres(sslMode="require"), postgres(), "settings"),
    Row("migration-provider-tls", "breach", "none", (r(PROVIDER, **postgres(sslMode="none")),)),
    Row(
        "migration-provider-tls",
        "undecided",
        "a mode not known yet",
        (OTHER, r(PROVIDER, refs=unknown("settings.postgresqlSettings.sslMode"))),
    ),
    Row(
        "training-in-transit",
        "ok",
        "one machine speaks with nobody",
        (r(TRAINING, resourceConfig={"instanceCount": 1}),),
    ),
    Row("training-in-transit", "breach", "two machines", (r(TRAINING, resourceConfig={"instanceCount": 2}),)),
    Row(
        "training-in-transit",
        "ok",
        "two machines, encrypted",
        (r(TRAINING, resourceConfig={"instanceCount": 2}, enableInterContainerTrafficEncryption=True),),
    ),
    Row(
        "training-in-transit",
        "undecided",
        "how many machines",
        (OTHER, r(TRAINING, refs=unknown("resourceConfig.instanceCount"))),
    ),
    Row(
        "training-in-transit",
        "breach",
        "a definition",
        (
            r(
                "sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
                jobResources={"clusterConfig": {"instanceCount": 3}},
                networkConfig={"enableInterContainerTrafficEncryption": False},
            ),
        ),
    ),
    Row(
        "api-domain-tls",
        "breach",
        "an interface's own endpoint",
        (r("apigateway/restApi:RestApi", securityPolicy="TLS_1_0"),),
    ),
    Row("api-domain-tls", "ok", "unset", (r("apigateway/restApi:RestApi"),)),
    Row(
        "api-domain-tls",
        "ok",
        "the newer kind",
        (r("apigatewayv2/domainName:DomainName", domainNameConfiguration={"securityPolicy": "TLS_1_2"}),),
    ),
    *three(
        "api-domain-tls",
        "iot/domainConfiguration:DomainConfiguration",
        {"tlsConfig": {"securityPolicy": "IotSecurityPolicy_TLS13_1_2_2022_10"}},
        {"tlsConfig": {"securityPolicy": "IotSecurityPolicy_TLS12_1_0_2015_01"}},
        "tlsConfig.securityPolicy",
    ),
    Row("api-backend-plain", "ok", "", (r(REST, type="HTTP", uri="https://app.example.com"),)),
    Row("api-backend-plain", "breach", "", (r(REST, type="HTTP_PROXY", uri="HTTP://app.example.com"),)),
    Row(
        "api-backend-plain",
        "ok",
        "a function",
        (r(REST, type="AWS_PROXY", uri="arn:aws:apigateway:eu-west-1:lambda:path"),),
    ),
    Row(
        "api-backend-plain",
        "ok",
        "inside the network",
        (r(HTTP, integrationType="HTTP_PROXY", integrationUri="http://app.internal", connectionType="VPC_LINK"),),
    ),
    Row(
        "api-backend-plain",
        "breach",
        "the newer kind",
        (r(HTTP, integrationType="HTTP_PROXY", integrationUri="http://app.example.com"),),
    ),
    Row("api-backend-plain", "undecided", "", (OTHER, r(REST, type="HTTP", refs=unknown("uri")))),
    Row(
        "api-backend-plain",
        "undecided",
        "by which way",
        (OTHER, r(REST, type="HTTP", uri="http://app.example.com", refs=unknown("connectionType"))),
    ),
    *three(
        "search-endpoint-tls",
        "cloudsearch/domain:Domain",
        {"endpointOptions": {"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}},
        {"endpointOptions": {"tlsSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}},
        "endpointOptions",
    ),
    *three("warehouse-tls", SERVERLESS, require_ssl("true"), require_ssl("false"), "configParameters"),
    Row("warehouse-tls", "ok", "unset", (r(SERVERLESS),)),
]

ROWS = [*SWITCHES, *OTHERS]

"""Rows of the family encrypt-in-transit."""

from __future__ import annotations

from tests.policy.declare import (
    OTHER,
    Row,
    r,
    unknown,
)

ROWS = [
    Row("api-domain-tls", "ok", "", (r("apigateway/domainName:DomainName", securityPolicy="TLS_1_2"),)),
    Row(
        "api-domain-tls",
        "ok",
        "a newer name",
        (r("apigateway/domainName:DomainName", securityPolicy="SecurityPolicy_TLS13_1_2_2021_06"),),
    ),
    Row("api-domain-tls", "breach", "", (r("apigateway/domainName:DomainName", securityPolicy="TLS_1_0"),)),
    Row(
        "api-domain-tls",
        "undecided",
        "",
        (OTHER, r("apigateway/domainName:DomainName", refs=unknown("securityPolicy"))),
    ),
    Row("search-node-to-node", "ok", "", (r("opensearch/domain:Domain", nodeToNodeEncryption={"enabled": True}),)),
    Row(
        "search-node-to-node",
        "breach",
        "the old service",
        (r("elasticsearch/domain:Domain", nodeToNodeEncryption={"enabled": False}),),
    ),
    Row(
        "search-node-to-node",
        "undecided",
        "",
        (OTHER, r("opensearch/domain:Domain", refs=unknown("nodeToNodeEncryption.enabled"))),
    ),
    Row(
        "search-endpoint-tls",
        "ok",
        "https is the block's default",
        (r("opensearch/domain:Domain", domainEndpointOptions={"tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}),),
    ),
    Row("search-endpoint-tls", "breach", "no block", (r("opensearch/domain:Domain"),)),
    Row(
        "search-endpoint-tls",
        "breach",
        "plain allowed",
        (
            r(
                "opensearch/domain:Domain",
                domainEndpointOptions={"enforceHttps": False, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"},
            ),
        ),
    ),
    Row(
        "search-endpoint-tls",
        "breach",
        "TLS 1.0",
        (
            r(
                "opensearch/domain:Domain",
                domainEndpointOptions={"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"},
            ),
        ),
    ),
    Row(
        "search-endpoint-tls",
        "breach",
        "no policy",
        (r("opensearch/domain:Domain", domainEndpointOptions={"enforceHttps": True}),),
    ),
    Row(
        "search-endpoint-tls",
        "undecided",
        "",
        (OTHER, r("opensearch/domain:Domain", refs=unknown("domainEndpointOptions"))),
    ),
    Row("kafka-clients-tls", "ok", "unset", (r("msk/cluster:Cluster"),)),
    Row(
        "kafka-clients-tls",
        "breach",
        "both",
        (r("msk/cluster:Cluster", encryptionInfo={"encryptionInTransit": {"clientBroker": "TLS_PLAINTEXT"}}),),
    ),
    Row(
        "kafka-clients-tls",
        "undecided",
        "",
        (OTHER, r("msk/cluster:Cluster", refs=unknown("encryptionInfo.encryptionInTransit.clientBroker"))),
    ),
    Row(
        "kafka-brokers-tls",
        "ok",
        "",
        (r("msk/cluster:Cluster", encryptionInfo={"encryptionInTransit": {"inCluster": True}}),),
    ),
    Row(
        "kafka-brokers-tls",
        "breach",
        "",
        (r("msk/cluster:Cluster", encryptionInfo={"encryptionInTransit": {"inCluster": False}}),),
    ),
    Row(
        "kafka-brokers-tls",
        "undecided",
        "",
        (OTHER, r("msk/cluster:Cluster", refs=unknown("encryptionInfo.encryptionInTransit.inCluster"))),
    ),
    Row("database-proxy-tls", "ok", "", (r("rds/proxy:Proxy", requireTls=True),)),
    Row("database-proxy-tls", "breach", "", (r("rds/proxy:Proxy", requireTls=False),)),
    Row("database-proxy-tls", "undecided", "", (OTHER, r("rds/proxy:Proxy", refs=unknown("requireTls")))),
    Row(
        "task-volume-in-transit",
        "ok",
        "",
        (
            r(
                "ecs/taskDefinition:TaskDefinition",
                volumes=[
                    {"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"}}
                ],
            ),
        ),
    ),
    Row(
        "task-volume-in-transit",
        "ok",
        "no file system",
        (r("ecs/taskDefinition:TaskDefinition", volumes=[{"name": "scratch"}]),),
    ),
    Row(
        "task-volume-in-transit",
        "breach",
        "the second",
        (
            r(
                "ecs/taskDefinition:TaskDefinition",
                volumes=[
                    {"name": "scratch"},
                    {"name": "v", "efsVolumeConfiguration": {"transitEncryption": "DISABLED"}},
                ],
            ),
        ),
    ),
    Row(
        "task-volume-in-transit",
        "undecided",
        "",
        (
            OTHER,
            r("ecs/taskDefinition:TaskDefinition", refs=unknown("volumes[0].efsVolumeConfiguration.transitEncryption")),
        ),
    ),
    Row(
        "topic-plain-subscription",
        "ok",
        "",
        (r("sns/topicSubscription:TopicSubscription", protocol="https", endpoint="https://x.example"),),
    ),
    Row(
        "topic-plain-subscription",
        "breach",
        "",
        (r("sns/topicSubscription:TopicSubscription", protocol="http", endpoint="http://x.example"),),
    ),
    Row(
        "topic-plain-subscription",
        "undecided",
        "",
        (OTHER, r("sns/topicSubscription:TopicSubscription", refs=unknown("protocol"))),
    ),
]

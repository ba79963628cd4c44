"""Data is encrypted on its way: between people and the edge, the edge and services, services and stores."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from guard.aws import tls
from guard.aws.policy_documents import parsed
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, dig, items, truth
from guard.model.logic import some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "encrypt-in-transit"

_SEARCH: Final = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")

register(
    FAMILY,
    Switch(
        "database-proxy-tls",
        {"aws:rds/proxy:Proxy": "requireTls"},
        good=("true",),
        text="lets clients speak to it in clear",
        fix="Set require_tls=True.",
        why="Passwords and rows cross the network between the application and the proxy.",
        controls=("RDS.43",),
        severity=Severity.HIGH,
    ),
    Switch(
        "search-node-to-node",
        dict.fromkeys(_SEARCH, "nodeToNodeEncryption.enabled"),
        good=("true",),
        text="copies its indices between its nodes in clear",
        fix="Set node_to_node_encryption={'enabled': True}.",
        why="Every document travels between nodes.",
        controls=("FSBP Opensearch.3", "FSBP ES.3"),
        severity=Severity.HIGH,
    ),
    Switch(
        "kafka-clients-tls",
        {"aws:msk/cluster:Cluster": "encryptionInfo.encryptionInTransit.clientBroker"},
        bad=("plaintext", "tls_plaintext"),
        text="lets clients speak to its brokers in clear",
        fix="Set encryption_info's encryption_in_transit={'client_broker': 'TLS'}.",
        why="TLS_PLAINTEXT lets every client choose, and some choose wrongly.",
        controls=("FSBP MSK.1",),
        severity=Severity.HIGH,
    ),
    Switch(
        "kafka-brokers-tls",
        {"aws:msk/cluster:Cluster": "encryptionInfo.encryptionInTransit.inCluster"},
        bad=("false",),
        text="copies its partitions between its brokers in clear",
        fix="Drop in_cluster=False from encryption_in_transit.",
        why="Every record travels between brokers.",
        controls=("FSBP MSK.1",),
        severity=Severity.HIGH,
    ),
    Switch(
        "kafka-connector-tls",
        {"aws:mskconnect/connector:Connector": "kafkaClusterEncryptionInTransit.encryptionType"},
        good=("tls",),
        unset="plaintext",
        text="speaks to its brokers in clear",
        fix="Set kafka_cluster_encryption_in_transit={'encryption_type': 'TLS'}.",
        why="Every record that the connector moves crosses the network to the brokers.",
        controls=("FSBP MSK.3",),
        severity=Severity.HIGH,
    ),
    Switch(
        "topic-plain-subscription",
        {"aws:sns/topicSubscription:TopicSubscription": "protocol"},
        bad=("http",),
        text="delivers over plain HTTP",
        fix="Use protocol 'https' and an https endpoint.",
        why="Messages are posted to the subscriber in clear, over the internet.",
        severity=Severity.HIGH,
    ),
    Switch(
        "file-transfer-plain",
        {"aws:transfer/server:Server": "protocols"},
        bad=("ftp",),
        text="offers plain FTP",
        fix="Set protocols=['SFTP'], or 'FTPS' for clients that cannot.",
        why="FTP sends names, passwords and files in clear.",
        controls=("FSBP Transfer.2",),
        severity=Severity.HIGH,
    ),
    Switch(
        "small-site-origin-plain",
        {"aws:lightsail/distribution:Distribution": "origin.protocolPolicy"},
        good=("https-only",),
        unset="http-only",
        text="fetches from its origin over plain HTTP",
        fix="Set origin's protocol_policy='https-only'; the origin needs a certificate.",
        why="The way from the edge to the origin is a network as well; a lock in the browser says nothing of it.",
        severity=Severity.HIGH,
    ),
    Switch(
        "partner-messages-plain",
        {"aws:transfer/connector:Connector": "as2Config.encryptionAlgorithm"},
        bad=("none",),
        text="sends its messages to the partner unencrypted",
        fix="Set encryption_algorithm='AES256_CBC' in as2_config.",
        why="Business documents cross the internet as they are.",
        severity=Severity.HIGH,
    ),
    Switch(
        "file-copy-plain",
        {
            "aws:datasync/efsLocation:EfsLocation": "inTransitEncryption",
            "aws:datasync/locationObjectStorage:LocationObjectStorage": "serverProtocol",
        },
        good=("tls1_2", "https"),
        text="copies files in clear",
        fix="Set in_transit_encryption='TLS1_2' (object storage: server_protocol='HTTPS').",
        why="A copy carries every file once over the network; unset, an EFS location is mounted without TLS.",
    ),
    Switch(
        "file-share-plain",
        {"aws:storagegateway/gateway:Gateway": "smbSecurityStrategy"},
        bad=("clientspecified", "mandatorysigning"),
        text="shares files with clients that do not encrypt",
        fix="Set smb_security_strategy='MandatoryEncryption'.",
        why="A client that negotiates no encryption, or signs only, carries every file over the network in clear.",
    ),
    Switch(
        "hadoop-copy-plain",
        {
            "aws:datasync/locationHdfs:LocationHdfs": (
                "qopConfiguration.dataTransferProtection",
                "qopConfiguration.rpcProtection",
            )
        },
        bad=("disabled", "authentication", "integrity"),
        text="copies files in clear",
        fix="Drop the lesser protection: unset means PRIVACY.",
        why="Less than PRIVACY leaves the files readable on the way: it says at most who sent them.",
    ),
    Switch(
        "dashboard-source-plain",
        {"aws:quicksight/dataSource:DataSource": "sslProperties.disableSsl"},
        bad=("true",),
        text="queries its database in clear",
        fix="Drop disable_ssl=True.",
        why="Results of queries and the password to ask them travel over the network.",
        severity=Severity.HIGH,
    ),
    Switch(
        "voice-plain",
        {"aws:chime/voiceConnector:VoiceConnector": "requireEncryption"},
        good=("true",),
        text="carries calls in clear",
        fix="Set require_encryption=True.",
        why="Whoever is on the path listens.",
    ),
    Switch(
        "build-source-tls",
        {"aws:codebuild/project:Project": ("source.insecureSsl", "secondarySources.insecureSsl")},
        bad=("true",),
        text="fetches its source without checking the certificate",
        fix="Drop insecure_ssl=True.",
        why="Who can stand between a build and its source decides what is built.",
        severity=Severity.HIGH,
    ),
    Switch(
        "api-backend-unverified",
        {"aws:apigateway/integration:Integration": "tlsConfig.insecureSkipVerification"},
        bad=("true",),
        text="does not check the certificate of its backend",
        fix="Drop insecure_skip_verification=True; give the backend a certificate of a known authority.",
        why="Encryption to whoever answers is encryption to an attacker as well.",
    ),
    Switch(
        "lattice-listener-plain",
        {"aws:vpclattice/listener:Listener": "protocol"},
        bad=("http",),
        text="serves plain HTTP",
        fix="Set protocol='HTTPS', or 'TLS_PASSTHROUGH' where the service ends TLS itself.",
        why="A service network spans VPCs and accounts: nobody knows all who are on the way.",
    ),
    Switch(
        "mail-tls",
        dict.fromkeys(
            ("aws:ses/configurationSet:ConfigurationSet", "aws:sesv2/configurationSet:ConfigurationSet"),
            "deliveryOptions.tlsPolicy",
        ),
        good=("require",),
        text="sends mail in clear to servers that offer no TLS",
        fix="Set delivery_options={'tls_policy': 'REQUIRE'} ('Require' in aws.ses).",
        why="A mail that could not go encrypted goes in clear, and nobody hears of it; with TLS required it bounces.",
        controls=("SES.3",),
        severity=Severity.LOW,
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "mail-ingress-tls",
        {
            "aws:ses/receiptRule:ReceiptRule": "tlsPolicy",
            "aws:mailmanager/ingressPoint:IngressPoint": "tlsPolicy",
        },
        good=("require", "required", "fips"),
        text="takes mail in clear",
        fix="Set tls_policy='Require' (aws.mailmanager: 'REQUIRED').",
        why="A sender that could have used TLS need not, and neither side notices who took it away.",
        severity=Severity.LOW,
        level=EnforcementLevel.ADVISORY,
    ),
)


_CLIENTS: Final = "clientAuthentication"


@rule(
    "kafka-authentication",
    family=FAMILY,
    on="aws:msk/cluster:Cluster",
    severity=Severity.HIGH,
    controls=("FSBP MSK.6",),
    why="Whoever reaches the brokers reads and writes every topic; no ACL can name a client without a name.",
    fix="Drop unauthenticated=True and set client_authentication={'sasl': {'iam': True}}: a cluster that names no way "
    "to authenticate lets in everybody.",
)
def kafka_authentication(cluster: Resource) -> Iterator[Finding]:
    anybody = cluster.switch(f"{_CLIENTS}.unauthenticated")
    ways = [cluster.switch(f"{_CLIENTS}.sasl.{way}") for way in ("iam", "scram")]
    authorities = cluster[f"{_CLIENTS}.tls.certificateAuthorityArns"]
    named = some((*ways, authorities if authorities is UNKNOWN else bool(items(authorities))))
    if anybody is True or (anybody is False and named is False):
        yield cluster.finding("lets in clients that do not say who they are", at=f"{_CLIENTS}.unauthenticated")
    elif UNKNOWN in (anybody, named):
        yield cluster.undecided(_CLIENTS if anybody is not UNKNOWN else f"{_CLIENTS}.unauthenticated")


@rule(
    "hadoop-in-transit",
    family=FAMILY,
    on="aws:emr/securityConfiguration:SecurityConfiguration",
    severity=Severity.MEDIUM,
    controls=("FSBP EMR.4",),
    why="Between the steps of a job all of its data crosses the network from node to node.",
    fix="Set EnableInTransitEncryption to true in the configuration's EncryptionConfiguration, with a certificate.",
)
def hadoop_in_transit(configuration: Resource) -> Iterator[Finding]:
    match truth(
        dig(parsed(configuration["configuration"]), "EncryptionConfiguration.EnableInTransitEncryption"), False
    ):
        case False:
            yield configuration.finding("does not encrypt in transit", at="configuration")
        case True:
            pass
        case _:
            yield configuration.undecided("configuration")


# --- interfaces ---------------------------------------------------------------------------------------------------

# What these take where nothing is said is at least TLS 1.2, or an old name for the least: only a choice is judged.
POLICIES: Final = {
    "aws:apigateway/domainName:DomainName": "securityPolicy",
    "aws:apigateway/restApi:RestApi": "securityPolicy",
    "aws:apigatewayv2/domainName:DomainName": "domainNameConfiguration.securityPolicy",
    "aws:iot/domainConfiguration:DomainConfiguration": "tlsConfig.securityPolicy",
}


@rule(
    "api-domain-tls",
    family=FAMILY,
    on=POLICIES,
    severity=Severity.MEDIUM,
    why="TLS_1_0 is still on offer.",
    fix="Set security_policy='TLS_1_2' (AWS IoT: 'IotSecurityPolicy_TLS13_1_2_2022_10').",
)
def api_domain_tls(domain: Resource) -> Iterator[Finding]:
    at = POLICIES[domain.type]
    policy = domain[at]
    if policy is UNKNOWN:
        yield domain.undecided(at)
    elif policy not in (ABSENT, "") and tls.weak_api_policy(str(policy)):
        yield domain.finding("accepts versions of TLS before 1.2", at=at)


class Endpoint(NamedTuple):
    """Where a search domain says how it is spoken to."""

    path: str
    https: bool  # what AWS makes of a block that does not say so


ENDPOINTS: Final = {
    "aws:opensearch/domain:Domain": Endpoint("domainEndpointOptions", https=True),
    "aws:elasticsearch/domain:Domain": Endpoint("domainEndpointOptions", https=True),
    "aws:cloudsearch/domain:Domain": Endpoint("endpointOptions", https=False),
}


@rule(
    "search-endpoint-tls",
    family=FAMILY,
    on=ENDPOINTS,
    severity=Severity.HIGH,
    controls=("FSBP Opensearch.8", "FSBP ES.8"),
    why="Without the block the endpoint takes plain HTTP; without a policy it takes TLS 1.0.",
    fix="Set domain_endpoint_options={'enforce_https': True, 'tls_security_policy': 'Policy-Min-TLS-1-2-PFS-2023-10'} "
    "(CloudSearch: endpoint_options, 'Policy-Min-TLS-1-2-2019-07').",
)
def search_endpoint_tls(domain: Resource) -> Iterator[Finding]:
    block, default = ENDPOINTS[domain.type]
    https = domain.switch(f"{block}.enforceHttps", absent=default and domain[block] is not ABSENT)
    policy = domain[f"{block}.tlsSecurityPolicy"]
    if https is False:
        yield domain.finding("accepts plain HTTP", at=f"{block}.enforceHttps")
    elif policy is not UNKNOWN and (policy is ABSENT or tls.weak_search_policy(str(policy))):
        yield domain.finding("accepts versions of TLS before 1.2", at=f"{block}.tlsSecurityPolicy")
    elif UNKNOWN in (https, policy):
        yield domain.undecided(block)

"""Jobs move data encrypted: migrations of databases, and machines that learn together."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, dig
from guard.model.rule import Severity, rule

FAMILY: Final = "encrypt-in-transit"

# --- migrations ---------------------------------------------------------------------------------------------------

# Endpoints with a way of their own to say how they speak; the rest of the AWS services are called over TLS.
PROTOCOL_SETTING: Final = {"kafka": "kafkaSettings.securityProtocol", "redis": "redisSettings.sslSecurityProtocol"}
_BY_URL: Final = ("opensearch", "elasticsearch")  # called as the protocol of the URL says
_SEARCH_URL: Final = "elasticsearchSettings.endpointUri"
_CONNECTION: Final = "aws:glue/connection:Connection"
SERVICES: Final = ("s3", "dynamodb", "kinesis", "opensearch", "elasticsearch", "neptune", "redshift-serverless")


@rule(
    "migration-endpoint-tls",
    family=FAMILY,
    on=("aws:dms/endpoint:Endpoint", _CONNECTION),
    severity=Severity.HIGH,
    controls=("FSBP DMS.9", "FSBP DMS.12"),
    why="A migration or a job carries whole tables over the network; the mode of its connection is none unless set.",
    fix="Set ssl_mode='require', better 'verify-full' with the certificate; Kafka: security_protocol; OpenSearch: "
    "https. Glue: JDBC_ENFORCE_SSL='true' in connection_properties; for Kafka leave KAFKA_SSL_ENABLED out.",
)
def migration_endpoint_tls(endpoint: Resource) -> Iterator[Finding]:
    yield from _of_job(endpoint) if endpoint.type == _CONNECTION else _of_migration(endpoint)


def _of_migration(endpoint: Resource) -> Iterator[Finding]:
    engine = endpoint["engineName"]
    at = PROTOCOL_SETTING.get(engine, "sslMode") if isinstance(engine, str) else "sslMode"
    mode = endpoint[at]
    if engine in _BY_URL:
        yield from _of_search(endpoint)
    if engine in SERVICES or (engine == "redis" and mode is ABSENT):
        return
    plain = mode in (ABSENT, "", "none", "plaintext")
    if mode is UNKNOWN or (plain and engine is UNKNOWN):
        yield endpoint.undecided(at if mode is UNKNOWN else "engineName")
    elif plain:
        yield endpoint.finding("speaks to its database in clear", at=at)


def _of_search(endpoint: Resource) -> Iterator[Finding]:
    """A URL without a protocol is called over TLS."""
    url = endpoint[_SEARCH_URL]
    if url is UNKNOWN:
        yield endpoint.undecided(_SEARCH_URL)
    elif str(url).lower().startswith("http://"):
        yield endpoint.finding("speaks to its domain in clear", at=_SEARCH_URL)


_URL_SAYS_TLS: Final = re.compile(
    r"(?i)[?&;](?:ssl=true|sslmode=(?:require|verify)[\w-]*|usessl=true|requiressl=true|encrypt=(?:true|strict)"
    r"|ssl_server_cert_dn=|security=ssl|tls=true)|^jdbc:oracle:[^@]*@tcps:|protocol=tcps|^mongodb\+srv:|^jdbc:snowflake:"
)
_PROPERTIES: Final = "connectionProperties"


def _of_job(connection: Resource) -> Iterator[Finding]:
    kind, about = connection["connectionType"], connection[_PROPERTIES]
    if kind not in (ABSENT, "", UNKNOWN, "JDBC", "KAFKA", "MONGODB"):
        return
    enforced: Missing | str = dig(about, "JDBC_ENFORCE_SSL")
    url = dig(about, "CONNECTION_URL" if kind == "MONGODB" else "JDBC_CONNECTION_URL")
    clear = str(dig(about, "KAFKA_SSL_ENABLED")).lower() == "false" if kind == "KAFKA" else _unforced(enforced, url)
    if about is UNKNOWN or UNKNOWN in (enforced, dig(about, "KAFKA_SSL_ENABLED")):
        yield connection.undecided(_PROPERTIES)
    elif clear and kind is UNKNOWN:
        yield connection.undecided("connectionType")
    elif clear and url is UNKNOWN and kind != "KAFKA":
        yield connection.undecided(_PROPERTIES)
    elif clear:
        yield connection.finding("connects without demanding TLS", at=_PROPERTIES)


def _unforced(enforced: Missing | str, url: Any) -> bool:
    return str(enforced).lower() != "true" and not (isinstance(url, str) and _URL_SAYS_TLS.search(url))


PROVIDERS: Final = (
    "docDbSettings", "ibmDb2LuwSettings", "ibmDb2ZosSettings", "mariaDbSettings", "microsoftSqlServerSettings",
    "mongoDbSettings", "mysqlSettings", "oracleSettings", "postgresqlSettings", "sybaseAseSettings",
)  # fmt: skip


@rule(
    "migration-provider-tls",
    family=FAMILY,
    on="aws:dms/dataProvider:DataProvider",
    severity=Severity.HIGH,
    controls=("FSBP DMS.9",),
    why="A migration carries the whole database once over the network; a provider's mode is none unless set.",
    fix="Set ssl_mode='require', better 'verify-full' with the certificate, in the settings of the engine.",
)
def migration_provider_tls(provider: Resource) -> Iterator[Finding]:
    settings = provider["settings"]
    if settings is UNKNOWN:
        yield provider.undecided("settings")
        return
    for engine in PROVIDERS:
        mode = dig(settings, f"{engine}.sslMode")
        if mode is UNKNOWN:
            yield provider.undecided(f"settings.{engine}.sslMode")
        elif dig(settings, engine) is not ABSENT and mode in (ABSENT, "", "none"):
            yield provider.finding("speaks to its database in clear", at=f"settings.{engine}.sslMode")


# --- machine learning ---------------------------------------------------------------------------------------------


class Training(NamedTuple):
    """Where a job says how many machines it has, and whether they speak in clear."""

    machines: str
    switch: str


_MONITORING: Final = "monitoringScheduleConfig.monitoringJobDefinition"
TRAININGS: Final = {
    "aws:sagemaker/trainingJob:TrainingJob": Training(
        "resourceConfig.instanceCount", "enableInterContainerTrafficEncryption"
    ),
    "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": Training(
        "trainingJobDefinition.resourceConfig.instanceCount",
        "trainingJobDefinition.enableInterContainerTrafficEncryption",
    ),
    "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": Training(
        "jobResources.clusterConfig.instanceCount", "networkConfig.enableInterContainerTrafficEncryption"
    ),
    "aws:sagemaker/monitoringSchedule:MonitoringSchedule": Training(
        f"{_MONITORING}.monitoringResources.clusterConfig.instanceCount",
        f"{_MONITORING}.networkConfig.enableInterContainerTrafficEncryption",
    ),
}


@rule(
    "training-in-transit",
    family=FAMILY,
    on=TRAININGS,
    severity=Severity.MEDIUM,
    why="The machines of a job send each other parts of the data that they learn from.",
    fix="Set enable_inter_container_traffic_encryption=True, or use one machine.",
)
def training_in_transit(job: Resource) -> Iterator[Finding]:
    machines, switch = job[TRAININGS[job.type].machines], TRAININGS[job.type].switch
    several = machines if machines is UNKNOWN else machines not in (ABSENT, 1)
    match job.switch(switch):
        case True:
            pass
        case False if several is True:
            yield job.finding("lets its machines exchange data in clear", at=switch)
        case value if several is not False:
            yield job.undecided(switch if value is UNKNOWN else TRAININGS[job.type].machines)
        case _:
            pass

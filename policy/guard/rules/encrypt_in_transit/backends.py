"""What gateways call and containers mount: over TLS, whatever the client was promised."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, cast

from guard.aws.containers import BATCH_JOB, ECS_DAEMON, ECS_TASK, lowered
from guard.aws.policy_documents import parsed
from guard.aws.texts import data
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, dig, items
from guard.model.rule import Severity, rule

FAMILY: Final = "encrypt-in-transit"

# --- gateways -----------------------------------------------------------------------------------------------------


class Backend(NamedTuple):
    """Where an integration says what it calls, and whether that is a web address."""

    address: str
    kind: str = ""


BACKENDS: Final = {
    "aws:apigateway/integration:Integration": Backend("uri", "type"),
    "aws:apigatewayv2/integration:Integration": Backend("integrationUri", "integrationType"),
    "aws:apigatewayv2/api:Api": Backend("target"),
    "aws:appsync/dataSource:DataSource": Backend("httpConfig.endpoint", "type"),
}

# Definitions in OpenAPI hold integrations of their own.
DEFINITIONS: Final = {
    "aws:apigateway/restApi:RestApi": "body",
    "aws:apigatewayv2/api:Api": "body",
}
_INTEGRATION: Final = "x-amazon-apigateway-integration"
# Those that may go through a VPC link.
_LINKED: Final = frozenset({"aws:apigateway/integration:Integration", "aws:apigatewayv2/integration:Integration"})
_INTEGRATIONS: Final = "x-amazon-apigateway-integrations"


@rule(
    "api-backend-plain",
    family=FAMILY,
    on=tuple(dict.fromkeys((*BACKENDS, *DEFINITIONS))),
    severity=Severity.HIGH,
    why="From the gateway to a backend over plain HTTP the request crosses the internet in clear, whatever the client "
    "was promised.",
    fix="Use an https address, or a VPC link for a backend inside the network.",
)
def api_backend_plain(integration: Resource) -> Iterator[Finding]:
    if integration.type in BACKENDS:
        yield from _calls(integration, BACKENDS[integration.type])
    if at := DEFINITIONS.get(integration.type):
        yield from _defines(integration, at)


def _calls(integration: Resource, backend: Backend) -> Iterator[Finding]:
    at, kind = backend
    address, way = integration[at], integration["connectionType"] if integration.type in _LINKED else ABSENT
    if str(way).upper() == "VPC_LINK":
        return
    if address is UNKNOWN and (not kind or integration[kind] in ("HTTP", "HTTP_PROXY", UNKNOWN)):
        yield integration.undecided(at)
    elif _plain(address):
        if way is UNKNOWN:
            yield integration.undecided("connectionType")
        else:
            yield integration.finding("calls its backend over plain HTTP", at=at)


def _plain(address: Any) -> bool:
    return isinstance(address, str) and address.strip().lower().startswith("http:")


def _defines(api: Resource, at: str) -> Iterator[Finding]:
    if api[at] is UNKNOWN:
        yield api.undecided(at)
        return
    for place, block in _integrations(data(api[at]), ""):
        if str(dig(block, "connectionType")).upper() == "VPC_LINK":
            continue
        if _plain(dig(block, "uri")):
            yield api.finding("calls a backend over plain HTTP", at=at, about=place)
        elif dig(block, "uri") is UNKNOWN and dig(block, "type") in _HTTP:
            yield api.undecided(at, place)


_HTTP: Final = ("http", "http_proxy", "HTTP", "HTTP_PROXY", UNKNOWN)
# Of an OpenAPI document, what integrations stand within, beside the paths themselves.
_HOLDERS: Final = (
    "paths", "get", "put", "post", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method",
)  # fmt: skip


def _integrations(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the integrations of an OpenAPI document, and the path and method of each; what hides some is UNKNOWN."""
    if isinstance(value, list):
        for one in cast(list[Any], value):
            yield from _integrations(one, place)
    for key, inner in cast(dict[str, Any], value).items() if isinstance(value, dict) else ():
        if key == _INTEGRATION or (inner is UNKNOWN and (key in (*_HOLDERS, _INTEGRATIONS) or key.startswith("/"))):
            yield place, inner
        elif key == _INTEGRATIONS and isinstance(inner, dict):
            yield from (("components", one) for one in cast(dict[str, Any], inner).values())
        else:
            yield from _integrations(inner, f"{place} {key}".strip() if key.startswith("/") or place[:1] == "/" else "")


# --- volumes ------------------------------------------------------------------------------------------------------

# Where containers' volumes stand: the property, and within it the path to them.
MOUNTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    ECS_TASK: (("volumes", ""),),
    ECS_DAEMON: (("volumes", ""),),
    BATCH_JOB: (
        ("containerProperties", "volumes"),
        ("ecsProperties", "taskproperties.volumes"),
        ("nodeProperties", "noderangeproperties.container.volumes"),
        ("nodeProperties", "noderangeproperties.ecsproperties.taskproperties.volumes"),
    ),
}


@rule(
    "task-volume-in-transit",
    family=FAMILY,
    on=MOUNTS,
    severity=Severity.HIGH,
    controls=("ECS.18",),
    why="A task or a job mounts its file system over the network, in clear unless told otherwise.",
    fix="Set transit_encryption='ENABLED' in the volume's efs_volume_configuration (Batch: transitEncryption in "
    "efsVolumeConfiguration).",
)
def task_volume_in_transit(task: Resource) -> Iterator[Finding]:
    for path, within in MOUNTS[task.type]:
        document = lowered(parsed(task[path]))
        for volume in items(dig(document, within) if within else document):
            config = dig(volume, "efsvolumeconfiguration")
            setting = dig(config, "transitencryption")
            if UNKNOWN in (config, setting):
                yield task.undecided(path)
            elif config is not ABSENT and str(setting).upper() != "ENABLED":
                at = f"{path}.efsVolumeConfiguration.transitEncryption" if path == "volumes" else path
                yield task.finding("mounts a file system in clear", at=at)

"""The platform: every concern of one stack, in the order in which they need each other."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from components.platform.access import access
from components.platform.account import account
from components.platform.alarms import alarms
from components.platform.alerts import alerts
from components.platform.backup import backup
from components.platform.buckets import buckets
from components.platform.context import Context, start
from components.platform.costs import costs
from components.platform.delivered import delivered
from components.platform.delivery import delivery
from components.platform.dns import dns
from components.platform.edge import edge
from components.platform.findings import findings
from components.platform.home import home
from components.platform.hours import hours
from components.platform.identity import identity
from components.platform.logs import logs
from components.platform.network import network
from components.platform.part import Concern, Parts
from components.platform.pipeline import pipeline
from components.platform.registry import registry
from components.platform.rotation import rotation
from components.platform.secrets import secrets
from components.platform.services import services
from components.platform.sites import sites
from components.platform.slack import slack
from components.platform.store_events import store_events
from components.platform.stores import stores
from components.platform.tables import tables
from settings.settings import Settings

CONCERNS: Final[tuple[Concern, ...]] = (
    alerts,
    pipeline,
    buckets,
    dns,
    home,
    sites,  # before whoever asks for a bucket: theirs are closed now
    registry,
    tables,
    delivery,
    account,
    findings,
    secrets,
    slack,
    logs,
    network,
    store_events,
    stores,
    edge,
    services,
    hours,
    rotation,
    delivered,
    backup,
    access,
    alarms,
    costs,
)


class Platform:
    """One stack: the components that its tables ask for.

    `config_secrets` holds values from `pulumi config set --secret`, by their key in the stack file.
    `exports` is what a user needs next: URLs, endpoints, ARNs, names.
    """

    exports: Mapping[str, Any]

    def __init__(self, settings: Settings, config_secrets: Mapping[str, pulumi.Output[str]]) -> None:
        begun = start(settings, config_secrets)
        roles_and_key = identity(begun)
        context, parts = Context(key=roles_and_key.key, **vars(begun)), Parts([roles_and_key])
        for concern in CONCERNS:
            parts = parts.having(concern(context, parts))
        self.exports = {name: value for part in parts for name, value in part.exports.items()}

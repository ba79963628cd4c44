"""Every concern of one stack, in the order in which they need each other."""

from typing import Final

from components.platform.access import access
from components.platform.account import account
from components.platform.alarms import alarms
from components.platform.alerts import alerts
from components.platform.backup import backup
from components.platform.buckets import buckets
from components.platform.costs import costs
from components.platform.delivered import delivered
from components.platform.delivery import delivery
from components.platform.dns import dns
from components.platform.edge import edge
from components.platform.findings import findings
from components.platform.home import home
from components.platform.hours import hours
from components.platform.logs import logs
from components.platform.network import network
from components.platform.part import Concern
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

"""Every concern of one stack, in the order in which they need each other."""

from typing import Final

from components.platform.access import access
from components.platform.account import account
from components.platform.alarms import alarms
from components.platform.alerts import alerts
from components.platform.backup import backup
from components.platform.bastion import bastion
from components.platform.buckets import buckets
from components.platform.canaries import canaries
from components.platform.client_vpn import client_vpn
from components.platform.costs import costs
from components.platform.counted import counted
from components.platform.datadog import datadog
from components.platform.delivered import delivered
from components.platform.delivery import delivery
from components.platform.dns import dns
from components.platform.edge import edge
from components.platform.files import files
from components.platform.findings import findings
from components.platform.home import home
from components.platform.hours import hours
from components.platform.logs import logs
from components.platform.network import network
from components.platform.own_functions import own_functions
from components.platform.part import Concern
from components.platform.pipeline import pipeline
from components.platform.pipelines import pipelines
from components.platform.registry import registry
from components.platform.replication import replication
from components.platform.rotation import rotation
from components.platform.secrets import secrets
from components.platform.services import services
from components.platform.sites import sites
from components.platform.slack import slack
from components.platform.store_events import store_events
from components.platform.stores import stores
from components.platform.tables import tables
from components.platform.tracing import tracing

CONCERNS: Final[tuple[Concern, ...]] = (
    alerts,
    pipeline,
    buckets,
    dns,
    home,
    sites,  # before whoever asks for a bucket: theirs are closed now
    replication,
    registry,
    tables,
    delivery,
    account,
    findings,
    secrets,
    slack,
    logs,
    network,
    client_vpn,
    counted,
    store_events,
    stores,
    files,
    bastion,
    edge,
    canaries,
    services,
    pipelines,
    hours,
    rotation,
    own_functions,
    tracing,
    datadog,
    delivered,
    backup,
    access,
    alarms,
    costs,
)

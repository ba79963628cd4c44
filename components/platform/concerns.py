"""Every concern of a stack, in the order in which they are built: each needs only what stands above it."""

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
from components.platform.counted_metrics import counted_metrics
from components.platform.datadog import datadog
from components.platform.delivery import delivery
from components.platform.dns import dns
from components.platform.edge import edge
from components.platform.files import files
from components.platform.findings import findings
from components.platform.hours import hours
from components.platform.logs import logs
from components.platform.network import network
from components.platform.own_functions import own_functions
from components.platform.part import Concern
from components.platform.pipeline import pipeline
from components.platform.pipeline_permissions import pipeline_permissions
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
from components.platform.us_east_1 import us_east_1

CONCERNS: Final[tuple[Concern, ...]] = (
    alerts,
    pipeline,
    buckets,
    dns,
    us_east_1,
    sites,  # before the concerns that ask for a bucket: a site writes the policy of its own bucket
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
    counted_metrics,
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
    pipeline_permissions,
    backup,
    access,
    alarms,
    costs,
)

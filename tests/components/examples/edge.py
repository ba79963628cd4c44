"""Examples of public names and what stands before the load balancer."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from components.component import Args, Component
from components.edge.cdn import Cdn, CdnArgs
from components.edge.certificate import Certificate, CertificateArgs
from components.edge.dnssec import Dnssec, DnssecArgs
from components.edge.health_checks import HealthChecks, HealthChecksArgs
from components.edge.records import Records, RecordsArgs
from components.edge.site import Site, SiteArgs
from components.edge.web_acl import WebAcl, WebAclArgs
from components.edge.zone import Zone, ZoneArgs
from settings.tables.edge import CdnTable, SiteTable, WebAclTable
from tests.components.examples.common import COMMON, KEY
from tests.components.examples.data import bucket


def cdn_args(changes: Mapping[str, Any] | None = None, **others: Any) -> CdnArgs:
    """A distribution of one name; `changes` are the table's."""
    given: dict[str, Any] = {
        "table": CdnTable.model_validate(changes or {}),
        "hosts": ["a.acme.com"],
        "certificate": "arn:aws:acm:us-east-1:210987654321:certificate/c",
        "origin": "alb.example.com",
        "passphrase": pulumi.Output.secret("open"),
        "web_acl": "arn:aws:wafv2:us-east-1:210987654321:global/webacl/w/1",
    }
    if "logs" not in others:
        given["logs"] = bucket("alb-logs").handle
    return CdnArgs(**(COMMON | given | others))


def site_args(changes: Mapping[str, Any] | None = None, **others: Any) -> SiteArgs:
    """A site of one name that reads files; `changes` are the table's."""
    table = {"hosts": ["a.acme.com"], "logs": "alb-logs", **(changes or {})}
    given: dict[str, Any] = {
        "word": "docs",
        "table": SiteTable.model_validate({"bucket": "docs", **table} if "redirect" not in table else table),
        "files": None if "redirect" in table else "docs.s3.eu-west-1.amazonaws.com",
        "certificate": "arn:aws:acm:us-east-1:210987654321:certificate/c",
        "web_acl": "arn:aws:wafv2:us-east-1:210987654321:global/webacl/w/1",
    }
    if "logs" not in others:
        given["logs"] = bucket("alb-logs").handle
    return SiteArgs(**(COMMON | given | others))


EXAMPLES: dict[type[Component], Callable[..., Args]] = {
    Cdn: cdn_args,
    Certificate: lambda **given: CertificateArgs(hosts={"a": "a.acme.com", "b": "b.acme.com"}, zone="Z1", **given),
    Dnssec: lambda **given: DnssecArgs(zone="Z1", protect=True, **given),
    HealthChecks: lambda **given: HealthChecksArgs(hosts={"a": "a.acme.com"}, paths={"a": "/health"}, **given),
    Records: lambda **given: RecordsArgs(
        hosts={"a": "a.acme.com"}, zone="Z1", target_name="alb.example.com", target_zone="Z2", **given
    ),
    Site: site_args,
    WebAcl: lambda **given: WebAclArgs(table=WebAclTable(), load_balancer="arn:aws:alb", key=KEY, **given),
    Zone: lambda **given: ZoneArgs(domain="acme.com", protect=True, **given),
}

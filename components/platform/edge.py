"""What answers to the public names: the load balancer, and CloudFront before it where the table asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.compute.load_balancer import LoadBalancer, LoadBalancerArgs
from components.edge.cdn import Cdn, CdnArgs
from components.edge.certificate import Certificate, CertificateArgs
from components.edge.health_checks import HealthChecks, HealthChecksArgs
from components.edge.records import Records, RecordsArgs
from components.edge.web_acl import WebAcl, WebAclArgs
from components.operations.watch.certificate import certificate_subject
from components.operations.watch.health_check import health_check_subjects
from components.operations.watch.load_balancer import load_balancer_subjects
from components.operations.watch.web_acl import web_acl_subject
from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.dns import Dns
from components.platform.network import Vpc
from components.platform.part import Part, Parts
from settings.tables.routing import LoadBalancerTable


@dataclass(frozen=True, kw_only=True)
class Edge(Part):
    """The public names."""

    load_balancer: LoadBalancer  #: services are behind it


def edge(context: Context, parts: Parts) -> Edge | None:
    """Build what a request passes before it reaches a service: DNS, certificate, web ACL, CloudFront, load balancer."""
    settings, table = context.settings, context.settings.load_balancer
    if not table:
        return None
    hosts = {settings.word_of(host): host for host in settings.hosts}
    second = settings.dns is not None and settings.dns.failover == "secondary"
    args = CertificateArgs(hosts=hosts, zone=parts.of(Dns).zone, proven=second, **context.common)
    certificate = Certificate("certificate", args, context.options)
    balancer = _load_balancer(context, parts, table, certificate.arn)
    acl = _web_acl(context, balancer)
    cdn = _cdn(context, parts, hosts, certificate.arn, balancer, acl)
    checks = _health_checks(context, hosts, balancer)
    records = _records(context, parts, hosts, cdn or balancer, checks)
    exports: dict[str, Any] = {
        **({"web_acl_id": acl.acl_id, "web_acl_arn": acl.arn} if acl else {}),
        **({"distribution_arn": cdn.arn} if cdn else {}),
        "urls": records.urls,
        "load_balancer_dns_name": balancer.dns_name,
        "load_balancer_arn": balancer.arn,
        "certificate_arn": certificate.arn,
    }
    subjects = [*load_balancer_subjects(balancer, settings), *(health_check_subjects(checks) if checks else [])]
    subjects.append(certificate_subject("", certificate.arn, certificate))
    if acl:
        subjects.append(web_acl_subject(acl, None if cdn else context.facts.region))
    return Edge(load_balancer=balancer, subjects=subjects, exports=exports)


def _load_balancer(
    context: Context,
    parts: Parts,
    table: LoadBalancerTable,
    certificate: pulumi.Output[str],
) -> LoadBalancer:
    vpc, settings = parts.of(Vpc), context.settings
    placement, default = vpc.placement(table.tier, "load-balancer"), settings.default_target
    args = LoadBalancerArgs(
        table=table,
        targets=settings.targets,
        otherwise=default.word if default else None,
        drain={word: service.drain for word, service in settings.services.items()},
        vpc_id=vpc.network.vpc_id,
        vpc_range=str(vpc.table.cidr),
        subnet_ids=placement.subnet_ids,
        group=placement.group,
        certificate=certificate,
        logs=parts.of(Buckets).buckets[table.logs],
        behind_cdn=settings.cdn is not None,
        canaries=settings.canaries,
        deletion_protection=settings.protection.deletion_protection,
        **context.common,
    )
    return LoadBalancer("load-balancer", args, context.options)


def _web_acl(context: Context, balancer: LoadBalancer) -> WebAcl | None:
    table, before = context.settings.web_acl, None if context.settings.cdn else balancer.arn
    if not table:
        return None
    args = WebAclArgs(table=table, load_balancer=before, key=context.key if table.log else None, **context.common)
    return WebAcl("web-acl", args, context.options)


def _cdn(
    context: Context,
    parts: Parts,
    hosts: Mapping[str, str],
    certificate: pulumi.Output[str],
    balancer: LoadBalancer,
    acl: WebAcl | None,
) -> Cdn | None:
    table, logged = context.settings.cdn, context.settings.load_balancer
    if not table or not logged:
        return None
    args = CdnArgs(
        table=table,
        hosts=list(hosts.values()),
        certificate=certificate,
        origin=balancer.dns_name,
        passphrase=balancer.passphrase,
        web_acl=acl.arn if acl else None,
        logs=parts.of(Buckets).buckets[logged.logs],
        **context.common,
    )
    return Cdn("cdn", args, context.options)


def _records(
    context: Context, parts: Parts, hosts: Mapping[str, str], target: Cdn | LoadBalancer, checks: HealthChecks | None
) -> Records:
    failover = context.settings.dns.failover if context.settings.dns else None
    args = RecordsArgs(
        hosts=hosts,
        zone=parts.of(Dns).zone,
        target_name=target.domain_name if isinstance(target, Cdn) else target.dns_name,
        target_zone=target.zone_id,
        follows_health=isinstance(target, LoadBalancer),  # Route 53 knows nothing of CloudFront's health
        failover=failover,
        checks=checks.ids if checks and failover else {},
        **context.common,
    )
    return Records("records", args, context.options)


def _health_checks(context: Context, hosts: Mapping[str, str], balancer: LoadBalancer) -> HealthChecks | None:
    settings, dns = context.settings, context.settings.dns
    if not dns or not dns.health_checks:
        return None
    single = {word: host for word, host in hosts.items() if not host.startswith("*")}
    paths = {word: settings.health_path(host) or "/" for word, host in single.items()}
    asked: Mapping[str, pulumi.Input[str]] = single
    if dns.failover and (default := settings.default_target):
        asked, paths = dict.fromkeys(single, balancer.dns_name), dict.fromkeys(single, default.table.health.path)
    args = HealthChecksArgs(hosts=asked, paths=paths, **context.common)
    return HealthChecks("health-checks", args, context.options)

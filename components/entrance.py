"""The entrance: what answers to the public names. The load balancer, and CloudFront before it where the table asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.compute.load_balancer import LoadBalancer, LoadBalancerArgs
from components.data.bucket import Bucket
from components.edge.cdn import Cdn, CdnArgs
from components.edge.certificate import Certificate, CertificateArgs
from components.edge.health_checks import HealthChecks, HealthChecksArgs
from components.edge.records import Records, RecordsArgs
from components.edge.web_acl import WebAcl, WebAclArgs
from settings.settings import Settings
from settings.tables.compute import LoadBalancerTable
from settings.tables.edge import CdnTable


@dataclass(kw_only=True)
class Entrance:
    """Builds the way from the public names to the service behind the load balancer."""

    settings: Settings
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]  #: the load balancer's
    group: pulumi.Input[str]  #: likewise
    buckets: Mapping[str, Bucket]  #: by word
    zone: pulumi.Input[str]  #: id of the zone that the names stand in
    key: pulumi.Output[str]
    common: Mapping[str, Any]  #: what every component is given
    opts: pulumi.ResourceOptions
    exports: dict[str, Any] = field(default_factory=dict[str, Any])
    checks: HealthChecks | None = None

    def make(self, table: LoadBalancerTable) -> LoadBalancer:
        """All of it; the load balancer is what services are behind."""
        settings = self.settings
        hosts = {settings.word_of(host): host for host in settings.hosts}
        certificate = Certificate("certificate", CertificateArgs(hosts=hosts, zone=self.zone, **self.common), self.opts)
        balancer = self._load_balancer(table, certificate.arn)
        acl = self._web_acl(balancer)
        target: tuple[pulumi.Output[str], pulumi.Output[str]] = (balancer.dns_name, balancer.zone_id)
        if settings.cdn:
            cdn = self._cdn(settings.cdn, table, list(hosts.values()), certificate.arn, balancer, acl)
            target = (cdn.domain_name, cdn.zone_id)
        records = Records(
            "records",
            RecordsArgs(
                hosts=hosts,
                zone=self.zone,
                target_name=target[0],
                target_zone=target[1],
                follows_health=settings.cdn is None,  # Route 53 knows nothing of CloudFront's health
                **self.common,
            ),
            self.opts,
        )
        self.checks = self._checks(hosts)
        self.exports |= {
            "urls": records.urls,
            "load_balancer_dns_name": balancer.dns_name,
            "load_balancer_arn": balancer.arn,
            "certificate_arn": certificate.arn,
        }
        return balancer

    def _checks(self, hosts: Mapping[str, str]) -> HealthChecks | None:
        settings = self.settings
        if not settings.dns or not settings.dns.health_checks:
            return None
        [path] = [service.health.path for service in settings.services.values() if service.routes]
        single = {word: host for word, host in hosts.items() if not host.startswith("*")}
        args = HealthChecksArgs(hosts=single, path=path, **self.common)
        return HealthChecks("health-checks", args, self.opts)

    def _load_balancer(self, table: LoadBalancerTable, certificate: pulumi.Output[str]) -> LoadBalancer:
        [(word, target)] = [(word, service) for word, service in self.settings.services.items() if service.routes]
        args = LoadBalancerArgs(
            table=table,
            service=word,
            target=target,
            vpc_id=self.vpc_id,
            subnet_ids=self.subnet_ids,
            group=self.group,
            certificate=certificate,
            logs=self.buckets[table.logs],
            fronted=self.settings.cdn is not None,
            deletion_protection=self.settings.protection.deletion_protection,
            **self.common,
        )
        return LoadBalancer("load-balancer", args, self.opts)

    def _web_acl(self, balancer: LoadBalancer) -> WebAcl | None:
        table = self.settings.web_acl
        if not table:
            return None
        before = None if self.settings.cdn else balancer.arn
        acl = WebAcl("web-acl", WebAclArgs(table=table, load_balancer=before, key=self.key, **self.common), self.opts)
        self.exports |= {"web_acl_id": acl.acl_id, "web_acl_arn": acl.arn}
        return acl

    def _cdn(
        self,
        table: CdnTable,
        balancer_table: LoadBalancerTable,
        hosts: Sequence[str],
        certificate: pulumi.Output[str],
        balancer: LoadBalancer,
        acl: WebAcl | None,
    ) -> Cdn:
        args = CdnArgs(
            table=table,
            hosts=hosts,
            certificate=certificate,
            origin=balancer.dns_name,
            passphrase=balancer.passphrase,
            web_acl=acl.arn if acl else None,
            logs=self.buckets[balancer_table.logs],
            **self.common,
        )
        cdn = Cdn("cdn", args, self.opts)
        self.exports["distribution_arn"] = cdn.arn
        return cdn

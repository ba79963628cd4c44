"""Static sites: CloudFront distributions, and the certificate and web ACL that these need in us-east-1."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.edge.certificate import Certificate, CertificateArgs
from components.edge.records import Records, RecordsArgs
from components.edge.site import Site, SiteArgs, reads_files
from components.edge.web_acl import WebAcl, WebAclArgs
from components.operations.watch.certificate import certificate_subject
from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.dns import Dns
from components.platform.part import Part, Parts
from components.platform.us_east_1 import UsEast1, alarms_in_us_east_1
from settings.tables.edge import US_EAST_1


@dataclass(frozen=True, kw_only=True)
class Sites(Part):
    """The distributions of the sites."""

    distributions: Mapping[str, pulumi.Output[str]]  #: ARNs, by the word of the bucket


def sites(context: Context, parts: Parts) -> Sites | None:
    """Build each site, and write the policy of the bucket that it reads."""
    settings = context.settings
    if not settings.sites:
        return None
    zone, hosts = parts.of(Dns).zone, settings.site_hosts
    args = CertificateArgs(hosts=hosts, zone=zone, word="sites", region=US_EAST_1, **context.common)
    certificate = Certificate("sites-certificate", args, context.options)
    subjects = [certificate_subject("sites", certificate.arn, certificate)]
    here = context.facts.region == US_EAST_1
    if not here:
        alarms_in_us_east_1(context, parts, subjects)
    acl = _acl(context, parts)
    built = {word: _site(context, parts, word, certificate.arn, acl) for word in settings.sites}
    exports: dict[str, Any] = {
        "sites": {word: _published(context, parts, word, site) for word, site in built.items()},
        **({"site_acl_arn": acl.arn} if acl else {}),
    }
    served = {table.bucket: built[word].arn for word, table in settings.sites.items() if table.bucket}
    return Sites(exports=exports, subjects=subjects if here else [], distributions=served)


def _acl(context: Context, parts: Parts) -> WebAcl | None:
    table = context.settings.site_acl
    if not table:
        return None
    key = parts.of(UsEast1).key if table.log else None
    args = WebAclArgs(table=table, load_balancer=None, key=key, word="sites", region=US_EAST_1, **context.common)
    return WebAcl("site-acl", args, context.options)


def _site(context: Context, parts: Parts, word: str, certificate: pulumi.Output[str], acl: WebAcl | None) -> Site:
    """Build a site. Its bucket's policy lets this distribution read, so it is written now."""
    table, buckets = context.settings.sites[word], parts.of(Buckets)
    files = buckets.built[table.bucket] if table.bucket else None
    args = SiteArgs(
        word=word,
        table=table,
        files=files.domain_name if files else None,
        certificate=certificate,
        web_acl=acl.arn if acl else None,
        logs=buckets.buckets[table.logs],
        **context.common,
    )
    site = Site(f"site-{word}", args, context.options)
    if files and table.bucket:
        files.close(reads_files(context.facts.bucket(context.settings.bucket_name(table.bucket)), site.arn))
    return site


def _published(context: Context, parts: Parts, word: str, site: Site) -> dict[str, Any]:
    """Build a site's DNS records. Returns what whoever uploads files needs: URLs, distribution id, bucket."""
    table = context.settings.sites[word]
    records = RecordsArgs(
        hosts={context.settings.word_of(host): host for host in table.hosts},
        zone=parts.of(Dns).zone,
        target_name=site.domain_name,
        target_zone=site.zone_id,
        types=("A", "AAAA"),
        follows_health=False,  # Route 53 knows nothing of CloudFront's health
        **context.common,
    )
    urls = Records(f"site-{word}-records", records, context.options).urls
    bucket = {"bucket": context.settings.bucket_name(table.bucket)} if table.bucket else {}
    return {"urls": urls, "distribution_id": site.distribution_id, **bucket}

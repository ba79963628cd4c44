"""What the tables of CloudFront and DNS refuse, and what they advise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.settings.changed import Config, problems, update


def sites(*rows: Config, acl: bool = False, **buckets: Config) -> Callable[[Config], object]:
    """Sites, called a, b and so on; the first reads the bucket `docs`, unless it says otherwise."""

    def change(config: Config) -> None:
        first = {"hosts": ["www.yourname.com"], "bucket": "docs", "logs": "alb-logs"}
        found = [first | rows[0], *rows[1:]] if rows else [first]
        config["cloudplatform:sites"] = {
            word: {key: value for key, value in row.items() if value is not None}
            for word, row in zip("abc", found, strict=False)
        }
        config["cloudplatform:buckets"].update({"docs": {"encryption": "s3"}, **buckets})
        if acl:
            config["cloudplatform:site-acl"] = {}

    return change


def redirect(to: str, *hosts: str) -> Config:
    """A redirect of names."""
    return {"hosts": [*hosts], "redirect": to, "logs": "alb-logs"}


CASES = [
    ("shared", lambda config: config.update({"cloudplatform:cdn": {}}),
     "cdn: CloudFront needs a load balancer as its origin; add cloudplatform:load-balancer"),
    ("shared", update("dns", health_checks=True),
     "dns.health-checks: no service has routes, so there is no name to check; remove it"),
    ("dev", update("dns", dnssec=True),
     "dns.dnssec: only the stack that owns the zone can sign it; remove it here, and add it to that stack's file"),
    ("dev", sites({"bucket": None}), "sites.a: nothing answers; add bucket, or redirect"),
    ("dev", sites({"redirect": "api.dev.yourname.com"}),
     "sites.a.redirect: every request would be sent on, and no file be read; remove it, or bucket"),
    ("dev", sites({}, {**redirect("www.yourname.com", "yourname.com"), "single-page": True}),
     "sites.b.single-page: a redirect has no pages; remove it"),
    ("dev", sites({}, redirect("yourname.com", "yourname.com")),
     "sites.b.redirect: yourname.com would be sent on to itself for ever; use another name"),
    ("dev", sites({"hosts": ["www.yourname.com", "www.yourname.com"]}),
     "sites.a.hosts[1]: www.yourname.com is named twice; name it once"),
    ("dev", sites({"hosts": ["www.acme.com"]}),
     "sites.a.hosts[0]: www.acme.com is not in the zone yourname.com; use a name such as www.yourname.com"),
    ("dev", sites({"hosts": ["api.dev.yourname.com"]}),
     "sites.a.hosts[0]: api.dev.yourname.com leads to a service already; use another name"),
    ("dev", sites({}, redirect("www.yourname.com", "www.yourname.com", "yourname.com")),
     "sites.b.redirect: www.yourname.com would be sent on to itself for ever; use another name"),
    ("dev", sites({}, redirect("api.dev.yourname.com", "www.yourname.com")),
     "sites.b.hosts[0]: www.yourname.com leads to the site a already; use another name"),
    ("dev", sites({}, redirect("www.yourname.com", "www.dev.yourname.com")),
     "sites.b.hosts[0]: www.dev.yourname.com and www.yourname.com would both be 'www' in the names of resources; "
     "keep one of them"),
    ("dev", sites({}, redirect("b.yourname.com", "a.yourname.com"), redirect("a.yourname.com", "b.yourname.com")),
     "sites.b.redirect: nobody here answers for b.yourname.com with more than another redirect; "
     "use www.yourname.com or api.dev.yourname.com"),
    ("dev", sites({"bucket": "doks"}), "sites.a.bucket: there is no bucket 'doks'; did you mean docs?"),
    ("dev", sites({"logs": "alb-lgos"}), "sites.a.logs: there is no bucket 'alb-lgos'; did you mean alb-logs?"),
    ("dev", sites(docs={"encryption": "key"}),
     "buckets.docs.encryption: the site a reads 'docs' without a KMS key; use s3"),
    ("dev", sites({"logs": "more"}, more={"encryption": "key"}),
     "buckets.more.encryption: the site a writes to 'more' without a KMS key; use s3"),
    ("dev", sites({"bucket": "alb-logs"}),
     "sites.a.bucket: load-balancer.logs names it too; give the site a bucket of its own"),
    ("dev", sites({}, {"hosts": ["b.yourname.com"], "bucket": "docs", "logs": "alb-logs"}),
     "sites.b.bucket: the site a reads it too; use another bucket"),
    ("dev", lambda config: config.update({"cloudplatform:site-acl": {}}),
     "site-acl: it stands before sites, and there are none; add cloudplatform:sites, or remove it"),
    ("dev", sites({"blocked-countries": ["KP", "KP"]}),
     "sites.a.blocked-countries[1]: KP is named twice; name it once"),
    ("dev", update("web-acl", log=False, log_days=30), "web-acl.log-days: there is no log; remove this"),
    ("dev", update("web-acl", captcha=True),
     "web-acl.captcha: Bot Control asks for it; add bots: true, or remove this"),
    ("dev", update("web-acl", blocked_addresses=["192.0.2.0/24", "192.0.2.0/24"]),
     "web-acl.blocked-addresses[1]: 192.0.2.0/24 is named twice; name it once"),
    ("dev", update("web-acl", exceptions={"address-block": ["x"]}, blocked_addresses=["192.0.2.0/24"]),
     "web-acl.exceptions.address-block: address-block is one rule, not a group; name it under count"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stack", "change", "message"),
    CASES,
    ids=[f"{number}-{case[2].split(':')[0]}" for number, case in enumerate(CASES)],
)
def test_what_is_refused(tmp_path: Path, stack: str, change: Callable[[Config], object], message: str) -> None:
    assert message in problems(tmp_path, stack, change)

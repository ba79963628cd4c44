"""What the tables of backups and buckets refuse, and what it advises."""

from pathlib import Path
from typing import Any

import pytest

from settings.tables.backup import BackupTable
from settings.tables.buckets import ReplicaTable
from tests.settings.changed import problems, update

WINDOW = "backup.at: the database makes its own backups at {}; keep an hour away from that"
OPS = "arn:aws:iam::123456789012:role/ops"
COPY = {"bucket": "shop-dr", "key": "arn:aws:kms:us-west-2:123456789012:alias/shop-dr-kms"}
POINTS = {"points": {"shared": {"path": "/shared"}}}


def _mounting(tier: str = "data", **mount: Any) -> Any:
    """With a file system, and a service that mounts it."""

    def change(it: dict[str, Any]) -> None:
        it["cloudplatform:files"] = {"training": {**POINTS, "tier": tier}}
        it["cloudplatform:services"]["fastapi"]["files"] = {"training": {"point": "shared", "at": "/data", **mount}}

    return change


CASES = [
    *(("dev", update("buckets", "assets", name=name),
       f"buckets.assets.name: S3 takes no bucket name with {part!r}; use one such as shop-prod-assets")
      for name, part in (("my..files", ".."), ("10.0.0.1", "10.0.0.1"), ("xn--files", "xn--"),
                         ("files-s3alias", "-s3alias"))),
    ("dev", update("database", user="admin"),
     "database.user: RDS or postgres keeps admin for itself; use another such as app_admin"),
    ("dev", update("database", user="pg_app"),
     "database.user: RDS or postgres keeps pg_app for itself; use another such as app_admin"),
    ("dev", update("database", port=443), "database.port: 443 is too small; use a whole number from 1150 to 65535"),
    ("dev", update("database", name="app-db"),
     'database.name: "app-db" has the wrong form; use text such as "app"'),
    ("prod", update("backup", copy_to={"region": "us-east-1"}),
     "backup.copy-to.region: us-east-1 is where the backups already are; name another region"),
    ("prod", lambda it: it.pop("cloudplatform:alerts"),
     "backup: nobody would hear of a backup that failed; add cloudplatform:alerts"),
    ("shared", lambda it: it.update({"cloudplatform:backup": {"copy-to": {"region": "us-west-2", "copied-days": 7}}}),
     "backup.copy-to.copied-days: there is no database; remove this"),
    ("shared", lambda it: (it.update({"cloudplatform:backup": {}}), it.pop("cloudplatform:tables")),
     "backup: there is nothing to back up; add a database or a table, or remove this"),
    ("dev", update("buckets", "assets", prefixes={"logs/": {}}),
     "buckets.assets.prefixes.logs/: nothing happens to them; use glacier-days, expire-days or both"),
    ("dev", update("buckets", "assets", prefixes={"logs/": {"glacier-days": 90, "expire-days": 90}}),
     "buckets.assets.prefixes.logs/.expire-days: objects would be deleted before they move to Glacier; "
     "use more than 90"),
    ("dev", update("buckets", "assets", expire_days=30, prefixes={"logs/": {"expire-days": 90}}),
     "buckets.assets.prefixes.logs/: all objects of the bucket go after 30 days; remove expire-days there"),
    ("dev", update("buckets", "assets", prefixes={"a/": {"expire-days": 1}, "a/b/": {"expire-days": 2}}),
     "buckets.assets.prefixes.a/b/: the prefix a/ holds it; use prefixes that do not overlap"),
    ("dev", update("buckets", "assets", versioned=False, old_versions={"expire-days": 90}),
     "buckets.assets.old-versions: there are none; use versioned: true, or remove this"),
    ("shared", update("buckets", "cloudtrail", old_versions={"expire-days": 90}),
     "buckets.cloudtrail.old-versions: what is kept for 365 days goes with its lock; remove this"),
    ("dev", update("buckets", "assets", glacier_days=90, deep_archive_days=100),
     "buckets.assets.deep-archive-days: Glacier charges for 90 days at least; use 180 or more"),
    ("dev", update("buckets", "assets", deep_archive_days=365, expire_days=365),
     "buckets.assets.expire-days: objects would be deleted before they move to Deep Archive; use more than 365"),
    ("dev", update("buckets", "assets", prefixes={"a/": {"glacier-days": 1, "deep-archive-days": 2}}),
     "buckets.assets.prefixes.a/.deep-archive-days: Glacier charges for 90 days at least; use 91 or more"),
    ("dev", update("buckets", "assets", cors={"origins": ["https://a.com", "https://a.com"]}),
     "buckets.assets.cors.origins[1]: https://a.com is named twice; name it once"),
    ("dev", update("buckets", "assets", log_to="nowhere"),
     "buckets.assets.log-to: there is no bucket 'nowhere'; use alb-logs"),
    ("dev", update("buckets", "logs", log_to="assets"),
     "buckets.logs.log-to: S3 delivers to no bucket that has a key, a lock or a log-to of its own; use alb-logs"),
    ("dev", update("buckets", "alb-logs", log_to="alb-logs"),
     "buckets.alb-logs.log-to: S3 delivers to no bucket that has a key, a lock or a log-to of its own; add a bucket "
     "with encryption: s3"),
    ("dev", update("buckets", "assets", only=["fastapi"]),
     "buckets.assets.only: nobody could look after the objects; add the ARN of an administrator's role, or "
     "infrastructure"),
    ("dev", update("buckets", "assets", only=["fastapy", OPS]),
     "buckets.assets.only[0]: there is no service 'fastapy'; did you mean fastapi?"),
    ("dev", update("buckets", "assets", only=["infrastructure"]),
     "buckets.assets.only[0]: there is no service 'infrastructure'; use fastapi"),
    ("dev", update("buckets", "assets", only=[OPS]),
     "services.fastapi.buckets.assets: the objects of assets are only for arn:aws:iam::123456789012:role/ops; add "
     "fastapi there, or remove this"),
    ("dev", update("buckets", "backups", only=[OPS]),
     "database.export-to: the objects of backups are only for arn:aws:iam::123456789012:role/ops; use another bucket"),
    ("dev", lambda it: it.update({"cloudplatform:files": {"training": POINTS}}),
     "files.training: no container mounts it; name it under files of a service, or remove it"),
    ("dev", _mounting(point="nowhere"),
     "services.fastapi.files.training.point: training has no point 'nowhere'; use shared"),
    ("dev", _mounting(may=["write"]),
     "services.fastapi.files.training.may: whoever mounts it can read it; add read"),
    ("dev", update("services", "fastapi", files={"trainings": {"point": "shared", "at": "/data"}}),
     "services.fastapi.files.trainings: there is no file system 'trainings'; add one to cloudplatform:files"),
    ("dev", _mounting(tier="public"),
     "files.training.tier: tier 'public' has route internet (network.tiers.public), and this needs none or nat; "
     "use data or private"),
    ("dev", update("buckets", "assets", versioned=False, replicate_to=COPY),
     "buckets.assets.versioned: S3 copies versions of objects; use versioned: true, or no replicate-to"),
    ("dev", update("buckets", "assets", versioned=True, encryption="s3", replicate_to=COPY),
     "buckets.assets.encryption: objects are copied from under the stack's key; use key, or remove replicate-to"),
    ("dev", update("buckets", "assets", versioned=True,
                   replicate_to={**COPY, "key": COPY["key"].replace("us-west-2", "us-east-1")}),
     "buckets.assets.replicate-to.key: us-east-1 is where the objects already are; name a key of another region"),
    ("dev", update("buckets", "assets", versioned=True,
                   replicate_to={**COPY, "key": COPY["key"].replace("1234", "4321")}),
     "buckets.assets.replicate-to.key: the other bucket is the account's own, 123456789012; name a key of it"),
    ("dev", update("cache", shards=3),
     "cache.failover: a cluster always promotes a replica; use failover: true with replicas: 1 or more, or remove "
     "shards"),
    ("dev", update("cache", shards=46, replicas=1, failover=True),
     "cache.shards: 92 nodes, and AWS allows a cluster 90; use fewer"),
    ("dev", update("cache", shards=2, replicas=1, failover=True,
                   secret={"path": "cache/auth-token", "form": "url", "database": 1}),
     "cache.secret.database: a cluster has the database 0 alone; remove this, or shards"),
    ("dev", update("cache", parameters={"cluster-enabled": "no"}),
     "cache.parameters.cluster-enabled: shards say whether it is a cluster; use them, or remove this"),
    ("dev", lambda it: it["cloudplatform:secrets"].update({"x": {"path": "x", "value": "later", "rotate-days": 90}}),
     "secrets.x.rotate-days: a function renews only what is generated; remove it, or use value: generated"),
    ("dev", lambda it: it["cloudplatform:secrets"].update({"x": {"path": "x", "value": "generated", "rotate-days": 9}}),
     "secrets.x.rotate-days: no service reads x, so that nobody would have the new value; remove this, or add it to "
     "the secrets of a service"),
    ("shared", lambda it: it.update({"cloudplatform:events": {"emails": ["a@b.de"], "cache": True}}),
     "events.cache: there is no cache; remove this"),
    ("shared", lambda it: it.update({"cloudplatform:events": {"emails": ["a@b.de"], "database": ["backup"]}}),
     "events.database: there is no database; remove this"),
    ("dev", lambda it: it.update({"cloudplatform:events": {"emails": ["a@b.de"]}}),
     "events: nothing is told; name categories of the database, or use cache: true"),
    ("prod", update("backup", at="02:00"), WINDOW.format("03:00-04:00")),
    ("prod", update("backup", at="04:00"), WINDOW.format("03:00-04:00")),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, stack: str, change, wanted: str) -> None:
    assert wanted in problems(tmp_path, stack, change)


@pytest.mark.parametrize(("window", "at", "fits"), [
    ("03:00-04:00", "01:59", True),
    ("03:00-04:00", "04:01", True),
    ("23:30-00:30", "22:29", True),
    ("23:30-00:30", "00:10", False),
    ("00:10-00:40", "23:30", False),
    ("00:10-00:40", "23:00", True),
])  # fmt: skip
def test_an_hour_is_kept_over_midnight_too(tmp_path: Path, window: str, at: str, fits: bool) -> None:
    def change(config) -> None:
        config["cloudplatform:database"]["backup-window"] = window
        config["cloudplatform:backup"] |= {"at": at, "copy-to": {"region": "us-east-1"}}  # so that there is a problem

    found = problems(tmp_path, "prod", change)
    assert len(found) == 1 + (not fits)
    assert (WINDOW.format(window) in found) is not fits


def test_what_is_not_said() -> None:
    """Thirty-five days, no lock, no copy; and at no time at which the default windows of RDS are."""
    table = BackupTable()
    assert (table.at, table.keep_days, table.lock, table.copy_to) == ("07:00", 35, None, None)


@pytest.mark.parametrize("key", [
    "key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "key/mrk-1234abcd12ab34cd56ef1234567890ab",  # of several regions (KMS developer guide, multi-Region keys)
    "alias/shop/dr-kms",
])  # fmt: skip
def test_a_key_of_any_kind_may_encrypt_copies(key: str) -> None:
    arn = f"arn:aws:kms:us-west-2:123456789012:{key}"
    assert ReplicaTable.model_validate({"bucket": "shop-copies", "key": arn}).key == arn

"""Buckets, databases, tables and their backups."""

from collections.abc import Callable, Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.buckets import BucketTable
from settings.tables.regions import account_of, region_of
from settings.tables.table import Complaint, minutes
from settings.words import choice, either


@check("delivery", "load-balancer", "database", "services", "buckets", "audit", "sites")
def buckets_exist(s: Settings) -> Iterator[Complaint]:
    """The advice names buckets that the other checks accept there."""
    for path, name, fits in _buckets_named(s):
        if name not in s.buckets:
            fitting = [word for word, bucket in s.buckets.items() if fits(bucket)]
            advice = choice(name, fitting) if fitting else "add one to cloudplatform:buckets"
            yield Complaint(path, f"there is no bucket {name!r}; {advice}")


def _buckets_named(s: Settings) -> Iterator[tuple[tuple[str, ...], str, Callable[[BucketTable], bool]]]:
    """Where a bucket is named, which, and whether another would do."""
    if s.delivery:
        yield ("delivery", "state"), s.delivery.state, _has_key
    if s.load_balancer:
        yield ("load-balancer", "logs"), s.load_balancer.logs, _by_s3
    if s.database and s.database.export_to:
        yield ("database", "export-to"), s.database.export_to, _has_key
    for name, service in s.services.items():
        for bucket in service.buckets:
            yield ("services", name, "buckets", bucket), bucket, lambda _: True
        if service.archive:
            yield ("services", name, "archive"), service.archive, _has_key
    for word, table in s.buckets.items():
        if table.log_to:
            yield ("buckets", word, "log-to"), table.log_to, takes_logs
    for name, site in s.sites.items():
        if site.bucket:
            yield ("sites", name, "bucket"), site.bucket, _by_s3
        yield ("sites", name, "logs"), site.logs, _by_s3
    if s.audit.trail and s.audit.trail.bucket:
        yield ("audit", "trail", "bucket"), s.audit.trail.bucket, lambda bucket: bool(bucket.lock)
    if s.audit.recorder and s.audit.recorder.bucket:
        yield ("audit", "recorder", "bucket"), s.audit.recorder.bucket, _has_key


def takes_logs(bucket: BucketTable) -> bool:
    """S3 delivers logs of requests to no bucket with a KMS key or a lock (its guide, server access logging); and the
    log of a log would grow by itself."""
    return bucket.encryption == "s3" and not bucket.lock and not bucket.log_to


def _has_key(bucket: BucketTable) -> bool:
    return bucket.encryption == "key"


def _by_s3(bucket: BucketTable) -> bool:
    return bucket.encryption == "s3"


@check("buckets")
def logs_of_requests_can_be_delivered(s: Settings) -> Iterator[Complaint]:
    for word, table in s.buckets.items():
        target = s.buckets.get(table.log_to or "")
        if target and not takes_logs(target):
            others = [each for each, bucket in s.buckets.items() if takes_logs(bucket) and each != word]
            advice = f"use {either(others)}" if others else "add a bucket with encryption: s3"
            message = f"S3 delivers to no bucket that has a key, a lock or a log-to of its own; {advice}"
            yield Complaint(("buckets", word, "log-to"), message)


@check("buckets", "services", "database", "pipeline", "sites")
def whoever_needs_objects_may_touch_them(s: Settings) -> Iterator[Complaint]:
    """Where `only` names some, the others' permissions count for nothing."""
    for word, table in s.buckets.items():
        for index, who in enumerate(table.only):
            known = [*s.services, *s.deployers]
            if not who.startswith("arn:") and who not in known:
                advice = choice(who, known, none="use the ARN of a role")
                yield Complaint(("buckets", word, "only", index), f"there is no service {who!r}; {advice}")
        for path, name in _users_of(s, word) if table.only else ():
            if name not in table.only:
                message = f"the objects of {word} are only for {either(table.only)}; "
                yield Complaint(path, message + (f"add {name} there, or remove this" if name else "use another bucket"))


def _users_of(s: Settings, bucket: str) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Where a role of the stack's is to use a bucket's objects, and that role's word, if it has one."""
    for name, service in s.services.items():
        if bucket in service.buckets:
            yield ("services", name, "buckets", bucket), name
        if service.archive == bucket:
            yield ("services", name, "archive"), None
    if s.database and s.database.export_to == bucket:
        yield ("database", "export-to"), None
    for name, site in s.sites.items():
        if site.bucket == bucket:
            yield ("sites", name, "bucket"), None


@check("load-balancer", "buckets")
def load_balancer_can_write_its_logs(s: Settings) -> Iterator[Complaint]:
    """Elastic Load Balancing supports only SSE-S3 for its log bucket (its user guide, access logs)."""
    logs = s.load_balancer and s.buckets.get(s.load_balancer.logs)
    if s.load_balancer and logs and logs.encryption != "s3":
        message = f"the load balancer writes to {s.load_balancer.logs!r} and cannot use a KMS key; use s3"
        yield Complaint(("buckets", s.load_balancer.logs, "encryption"), message)


@check("sites", "buckets")
def sites_read_and_write_without_a_key(s: Settings) -> Iterator[Complaint]:
    """CloudFront's part of the key's policy would name distributions that need the key first."""
    for name, site in s.sites.items():
        for field, does in (("bucket", "reads"), ("logs", "writes to")):
            word = getattr(site, field)
            if word in s.buckets and not _by_s3(s.buckets[word]):
                message = f"the site {name} {does} {word!r} without a KMS key; use s3"
                yield Complaint(("buckets", word, "encryption"), message)


@check("sites", "buckets", "delivery", "load-balancer", "database", "services", "audit")
def a_sites_bucket_holds_its_files_alone(s: Settings) -> Iterator[Complaint]:
    """Its policy is written when the distribution is there; what AWS delivers needs one before. Services may write."""
    taken: dict[str, str] = {}
    others: dict[str, str] = {}
    for path, name, _ in _buckets_named(s):
        if (path[0], path[-1]) != ("sites", "bucket") and path[2:3] != ("buckets",):
            others.setdefault(name, ".".join(path))
    for name, site in s.sites.items():
        if site.bucket in others:
            message = f"{others[site.bucket]} names it too; give the site a bucket of its own"
            yield Complaint(("sites", name, "bucket"), message)
        elif site.bucket in taken:
            yield Complaint(
                ("sites", name, "bucket"), f"the site {taken[site.bucket]} reads it too; use another bucket"
            )
        elif site.bucket:
            taken[site.bucket] = name


@check("region", "account", "sites", "buckets")
def copies_go_elsewhere(s: Settings) -> Iterator[Complaint]:
    """A site's bucket gets its policy when its distribution is there, and copying waits for no such thing."""
    for word, table in s.buckets.items():
        if table.replicate_to and table.replicate_to.region == s.region:
            message = f"{s.region} is where the objects already are; name a key of another region"
            yield Complaint(("buckets", word, "replicate-to", "key"), message)
        if table.replicate_to and table.replicate_to.key.split(":")[4] != s.account:
            message = f"the other bucket is the account's own, {s.account}; name a key of it"
            yield Complaint(("buckets", word, "replicate-to", "key"), message)
        if table.replicate_to and word in {site.bucket for site in s.sites.values()}:
            message = "a site's files are uploaded again from where they were built; remove this"
            yield Complaint(("buckets", word, "replicate-to"), message)


@check("events", "database", "cache")
def events_have_stores(s: Settings) -> Iterator[Complaint]:
    for word, wanted, store in (
        ("database", s.events and s.events.database, s.database),
        ("cache", s.events and s.events.cache, s.cache),
    ):
        if wanted and not store:
            yield Complaint(("events", word), f"there is no {word}; remove this")


@check("posture", "database")
def a_protected_database_has_a_standby(s: Settings) -> Iterator[Complaint]:
    if s.posture == "protected" and s.database and not s.database.multi_az:
        message = "a protected database has a standby in another zone; use true, or choose a weaker posture"
        yield Complaint(("database", "multi-az"), message)


@check("database", "region", "account")
def a_replica_stands_in_another_region(s: Settings) -> Iterator[Complaint]:
    if not s.database:
        return
    source, secret = s.database.source, s.database.secret.arn
    if source and region_of(source.arn) == s.region:
        message = f"the source is in {s.region} too, where its own stack makes replicas; name a database elsewhere"
        yield Complaint(("database", "source", "arn"), message)
    if source and account_of(source.arn) != s.account:
        message = f"RDS makes replicas in the source's account, which is {account_of(source.arn)}, not {s.account}"
        yield Complaint(("database", "source", "arn"), f"{message}; name a database of this account")
    if secret and region_of(secret) != s.region:
        message = f"ECS and the task's role read it here; name the copy in {s.region}, not the secret in "
        yield Complaint(("database", "secret", "arn"), message + region_of(secret))


@check("posture", "database")
def posture_is_not_weakened(s: Settings) -> Iterator[Complaint]:
    if s.database and s.database.deletion_protection is False and s.protection.deletion_protection:
        message = (
            f"posture {s.posture} protects the database; remove this, or choose a weaker posture for the whole stack"
        )
        yield Complaint(("database", "deletion-protection"), message)


@check("backup", "database", "tables", "alerts", "region")
def backups_have_something_to_keep(s: Settings) -> Iterator[Complaint]:
    if s.backup and not (s.database or s.tables):
        yield Complaint(("backup",), "there is nothing to back up; add a database or a table, or remove this")
    if s.backup and not s.alerts:
        yield Complaint(("backup",), "nobody would hear of a backup that failed; add cloudplatform:alerts")
    if s.backup and s.backup.copy_to and s.backup.copy_to.region == s.region:
        message = f"{s.region} is where the backups already are; name another region"
        yield Complaint(("backup", "copy-to", "region"), message)
    if s.backup and s.backup.copy_to and s.backup.copy_to.copied_days and not s.database:
        yield Complaint(("backup", "copy-to", "copied-days"), "there is no database; remove this")


@check("backup", "database")
def backups_keep_out_of_each_others_way(s: Settings) -> Iterator[Complaint]:
    """RDS refuses a backup while it makes its own, and shortly before."""
    if not s.backup or not s.database:
        return
    begin, end = (minutes(each) for each in s.database.backup_window.split("-"))
    # From an hour before its window to the end of it; a window may go over midnight.
    if (minutes(s.backup.at) - (begin - 60)) % 1440 <= (end - begin) % 1440 + 60:
        message = f"the database makes its own backups at {s.database.backup_window}; keep an hour away from that"
        yield Complaint(("backup", "at"), message)

"""What a stack file may say about buckets."""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from settings.tables.table import Complaint, KeyArn, Table, Tag, Word, repeated

Origin = Annotated[str, Field(pattern=r"^https://[a-z0-9.-]+(:\d{1,5})?$", examples=["https://www.example.com"])]
#: Roles of the stack's own by word, and any other by its ARN, in which * stands for anything.
Who = Annotated[
    str, Field(pattern=r"^([a-z][a-z0-9]*(-[a-z0-9]+)*|arn:aws[a-z-]*:iam::\d{12}:[a-z-]+/.+)$", examples=["api"])
]


class LockTable(Table):
    """For how long nobody may change or delete an object."""

    days: int = Field(ge=1, le=36500, description="days from its creation")
    mode: Literal["compliance", "governance"] = Field(
        default="compliance", description="compliance: nobody, not even root; governance: who may bypass it can"
    )


#: Days that Glacier charges for at least, so that an object which leaves it sooner pays for the rest (S3's pricing).
GLACIER_DAYS: Final = 90


def in_order(glacier: int | None, deep: int | None, expire: int | None) -> Iterator[Complaint]:
    """S3 refuses a rule whose later steps do not come later (S3's guide, constraints for life-cycle transitions)."""
    if glacier and expire and expire <= glacier:
        message = f"objects would be deleted before they move to Glacier; use more than {glacier}"
        yield Complaint(("expire-days",), message)
    elif deep and expire and expire <= deep:
        message = f"objects would be deleted before they move to Deep Archive; use more than {deep}"
        yield Complaint(("expire-days",), message)
    if glacier and deep and deep < glacier + GLACIER_DAYS:
        message = f"Glacier charges for {GLACIER_DAYS} days at least; use {glacier + GLACIER_DAYS} or more"
        yield Complaint(("deep-archive-days",), message)


class KeptTable(Table):
    """When objects move to Glacier, and when they go."""

    glacier_days: int | None = Field(default=None, ge=1, description="days after which they move to Glacier")
    deep_archive_days: int | None = Field(default=None, ge=1, description="days after which they move to Deep Archive")
    expire_days: int | None = Field(default=None, ge=1, description="days after which they are deleted")

    def complaints(self) -> Iterator[Complaint]:
        if not (self.glacier_days or self.deep_archive_days or self.expire_days):
            yield Complaint((), "nothing happens to them; use glacier-days, expire-days or both")
        yield from in_order(self.glacier_days, self.deep_archive_days, self.expire_days)


class CorsTable(Table):
    """Which pages of other origins a browser lets use the objects."""

    origins: tuple[Origin, ...] = Field(min_length=1, description="the pages' origins, in full")
    methods: tuple[Literal["GET", "HEAD", "PUT", "POST", "DELETE"], ...] = Field(
        default=("GET",), min_length=1, description="what they may do"
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("origins",), self.origins)
        yield from repeated(("methods",), self.methods)


#: Beginnings and ends that S3 keeps for itself ("General purpose bucket naming rules").
KEPT: Final = re.compile(
    r"^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$|\.\.|^\d+(\.\d+){3}$"
)


def _bucket_name(name: str) -> str:
    if found := KEPT.search(name):
        raise ValueError(f"S3 takes no bucket name with {found[0]!r}; use one such as shop-prod-assets")
    return name


BucketName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", examples=["shop-prod-assets"]),
    AfterValidator(_bucket_name),
]


class ReplicaTable(Table):
    """The bucket of another region that gets a copy of each object."""

    bucket: BucketName = Field(description="its name; it must be there before, with versions")
    key: KeyArn = Field(description="ARN of the key there that encrypts the copies, or of its alias")

    @property
    def region(self) -> str:
        """Where the bucket is: where its key is."""
        return self.key.split(":")[3]

    @property
    def alias(self) -> str | None:
        """alias/<name>, where the key is named so."""
        name = self.key.split(":")[5]
        return name if name.startswith("alias/") else None


Prefix = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*/$", max_length=200, examples=["audit/"])]


class BucketTable(Table):
    """A bucket: encrypted, never public, reached by TLS only."""

    name: BucketName | None = Field(default=None, description="physical name; default: by the pattern")
    encryption: Literal["key", "s3"] = Field(
        default="key", description="with the stack's key, or with S3's own (load balancer logs)"
    )
    tags: dict[str, Tag] = Field(default={}, description="tags beside those of all resources")
    versioned: bool = False
    glacier_days: int | None = Field(default=None, ge=1, description="days after which objects move to Glacier")
    deep_archive_days: int | None = Field(
        default=None, ge=1, description="days after which objects move to Glacier Deep Archive"
    )
    tiering: bool = Field(default=False, description="let S3 choose the storage class by use, from the first day")
    expire_days: int | None = Field(default=None, ge=1, description="days after which objects are deleted")
    prefixes: dict[Prefix, KeptTable] = Field(
        default={}, description="days of their own for objects whose keys begin so, beside those of all objects"
    )
    old_versions: KeptTable | None = Field(
        default=None, description="of versions that a newer one replaced, by the days since then"
    )
    lock: LockTable | None = Field(default=None, description="objects that nobody may change; only for a new bucket")
    cors: CorsTable | None = None
    log_to: Word | None = Field(default=None, description="the bucket that takes the log of each request to this one")
    replicate_to: ReplicaTable | None = None
    only: tuple[Who, ...] = Field(
        default=(),
        description="who alone may touch the objects, beside AWS's own services: services, pipeline and infrastructure "
        "by word, others by ARN; default: whoever has a policy that says so",
        examples=[["api", "arn:aws:iam::123456789012:role/ops"]],
    )

    def complaints(self) -> Iterator[Complaint]:
        if self.old_versions and not self.versioned:
            yield Complaint(("old-versions",), "there are none; use versioned: true, or remove this")
        if self.old_versions and self.lock:
            yield Complaint(
                ("old-versions",), f"what is kept for {self.lock.days} days goes with its lock; remove this"
            )
        yield from self._prefixes()
        yield from self._replica()
        if self.lock and not self.versioned:
            yield Complaint(("versioned",), "S3 locks versions of objects; use versioned: true")
        if self.lock and self.expire_days and self.expire_days <= self.lock.days:
            message = f"objects are locked for {self.lock.days} days; use more than that"
            yield Complaint(("expire-days",), message)
        yield from in_order(self.glacier_days, self.deep_archive_days, self.expire_days)
        yield from repeated(("only",), self.only)
        if self.only and not any(each == "infrastructure" or each.startswith("arn:") for each in self.only):
            message = "nobody could look after the objects; add the ARN of an administrator's role, or infrastructure"
            yield Complaint(("only",), message)

    def _replica(self) -> Iterator[Complaint]:
        if self.replicate_to and not self.versioned:
            yield Complaint(("versioned",), "S3 copies versions of objects; use versioned: true, or no replicate-to")
        if self.replicate_to and self.encryption != "key":
            message = "objects are copied from under the stack's key; use key, or remove replicate-to"
            yield Complaint(("encryption",), message)

    def _prefixes(self) -> Iterator[Complaint]:
        """S3 applies the earliest end of all rules that fit an object, whatever a later one says."""
        for prefix, kept in self.prefixes.items():
            if self.expire_days and kept.expire_days != self.expire_days:
                message = f"all objects of the bucket go after {self.expire_days} days; remove expire-days there"
                yield Complaint(("prefixes", prefix), message)
            for other in self.prefixes:
                if other != prefix and prefix.startswith(other):
                    message = f"the prefix {other} holds it; use prefixes that do not overlap"
                    yield Complaint(("prefixes", prefix), message, other=("prefixes", other))

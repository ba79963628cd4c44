"""What a stack file may say about buckets."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.tables.table import Complaint, Table, Tag


class LockTable(Table):
    """For how long nobody may change or delete an object."""

    days: int = Field(ge=1, le=36500, description="days from its creation")
    mode: Literal["compliance", "governance"] = Field(
        default="compliance", description="compliance: nobody, not even root; governance: who may bypass it can"
    )


class KeptTable(Table):
    """When objects move to Glacier, and when they go."""

    glacier_days: int | None = Field(default=None, ge=1, description="days after which they move to Glacier")
    expire_days: int | None = Field(default=None, ge=1, description="days after which they are deleted")

    def complaints(self) -> Iterator[Complaint]:
        if self.glacier_days is None and self.expire_days is None:
            yield Complaint((), "nothing happens to them; use glacier-days, expire-days or both")
        if self.glacier_days and self.expire_days and self.expire_days <= self.glacier_days:
            message = f"objects would be deleted before they move to Glacier; use more than {self.glacier_days}"
            yield Complaint(("expire-days",), message)


Prefix = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*/$", max_length=200, examples=["audit/"])]


class BucketTable(Table):
    """A bucket: encrypted, never public, reached by TLS only."""

    name: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="physical name; default: by the pattern",
        examples=["shop-prod-assets"],
    )
    encryption: Literal["key", "s3"] = Field(
        default="key", description="with the stack's key, or with S3's own (load balancer logs)"
    )
    tags: dict[str, Tag] = Field(default={}, description="tags beside those of all resources")
    versioned: bool = False
    glacier_days: int | None = Field(default=None, ge=1, description="days after which objects move to Glacier")
    tiering: bool = Field(default=False, description="let S3 choose the storage class by use, from the first day")
    expire_days: int | None = Field(default=None, ge=1, description="days after which objects are deleted")
    prefixes: dict[Prefix, KeptTable] = Field(
        default={}, description="days of their own for objects whose keys begin so, beside those of all objects"
    )
    old_versions: KeptTable | None = Field(
        default=None, description="of versions that a newer one replaced, by the days since then"
    )
    lock: LockTable | None = Field(default=None, description="objects that nobody may change; only for a new bucket")

    def complaints(self) -> Iterator[Complaint]:
        if self.old_versions and not self.versioned:
            yield Complaint(("old-versions",), "there are none; use versioned: true, or remove this")
        if self.old_versions and self.lock:
            yield Complaint(
                ("old-versions",), f"what is kept for {self.lock.days} days goes with its lock; remove this"
            )
        yield from self._prefixes()
        if self.lock and not self.versioned:
            yield Complaint(("versioned",), "S3 locks versions of objects; use versioned: true")
        if self.lock and self.expire_days and self.expire_days <= self.lock.days:
            message = f"objects are locked for {self.lock.days} days; use more than that"
            yield Complaint(("expire-days",), message)
        if self.glacier_days and self.expire_days and self.expire_days <= self.glacier_days:
            message = f"objects would be deleted before they move to Glacier; use more than {self.glacier_days}"
            yield Complaint(("expire-days",), message)

    def _prefixes(self) -> Iterator[Complaint]:
        """S3 applies the earliest end of all rules that fit an object, whatever a later one says."""
        for prefix, kept in self.prefixes.items():
            if self.expire_days and kept.expire_days != self.expire_days:
                message = f"all objects of the bucket go after {self.expire_days} days; remove expire-days there"
                yield Complaint(("prefixes", prefix), message)
            if any(other != prefix and prefix.startswith(other) for other in self.prefixes):
                yield Complaint(("prefixes", prefix), "another prefix holds it; use prefixes that do not overlap")

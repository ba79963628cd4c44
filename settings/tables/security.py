"""What a stack file may say about its key and its secrets."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from settings.tables.table import Arn, Complaint, SecretPath, Table, Word


class AdministratorTable(Table):
    """A role that administers the key but cannot use it."""

    assumed_by: tuple[Arn, ...] = Field(
        default=(), description="who may assume it, with MFA; empty is whoever the account's own IAM policies allow"
    )


class KeyTable(Table):
    """The customer managed key that encrypts the stack's data."""

    administrators: dict[Word, AdministratorTable] = Field(
        default={}, description="teams that administer it, a role each"
    )
    volumes: bool = Field(
        default=False,
        description="encrypt every volume of EC2 in the account and region with it; one stack of them all may say so",
    )
    deletion_days: int = Field(default=30, ge=7, le=30, description="days between a request to delete it and its end")


class SecretTable(Table):
    """A secret that a service reads."""

    path: SecretPath = Field(description="its name is /<environment>/<path>")
    value: Literal["generated", "config", "later"] = Field(
        description="generated here; from `pulumi config set --secret secret:<key>`; or `{}` until somebody writes it"
    )
    length: int = Field(default=64, ge=32, le=256, description="characters of a generated value")

    def complaints(self) -> Iterator[Complaint]:
        if self.value != "generated" and "length" in self.model_fields_set:
            yield Complaint(("length",), "only a generated value has a length; remove it, or use value: generated")

"""What a stack file may say about its key and its secrets."""

import re
from collections.abc import Iterator
from typing import Final, Literal

from pydantic import Field

from settings.tables.regions import SecretArn
from settings.tables.table import Arn, Complaint, SecretPath, Table, Word

#: How the names of variables end that hold a secret; TOKEN_SECONDS and PASSWORD_LENGTH hold none.
SECRET_NAME: Final = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|CREDENTIALS?|(API|ACCESS|PRIVATE)_?KEY)$"
)
#: How secrets begin that can be told by their form: a key of AWS, GitHub, Slack or Stripe, a PEM key, a URL's password.
SECRET_VALUE: Final = re.compile(
    r"^((AKIA|ASIA)[0-9A-Z]{16}$|gh[pousr]_\w{20}|github_pat_|xox[abprs]-|[rs]k_live_|-----BEGIN [A-Z ]*PRIVATE KEY)"
    r"|^[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"
)


def holds_secret(name: str, value: str) -> bool:
    """Whether an environment variable looks like one that holds a secret, by its name or by its value."""
    return bool(value) and bool(SECRET_NAME.search(name) or SECRET_VALUE.search(value))


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
        description="encrypt every EBS volume in the account and region with it; only one stack may set this",
    )
    deletion_days: int = Field(default=30, ge=7, le=30, description="days between a request to delete it and its end")


class SecretTable(Table):
    """A secret that a service reads."""

    path: SecretPath = Field(description="its name is /<environment>/<path>")
    value: Literal["generated", "config", "later", "copied"] = Field(
        description="generated here; from `pulumi config set --secret secret:<key>`; `{}` until somebody writes it; or "
        "copied from another region, where another stack owns it"
    )
    arn: SecretArn | None = Field(default=None, description="of a copied secret: the copy in this region")
    length: int = Field(default=64, ge=32, le=256, description="characters of a generated value")

    rotate_days: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="days after which a function renews a generated value, and the tasks that read it; default: never",
    )

    def complaints(self) -> Iterator[Complaint]:
        if self.value != "generated" and "length" in self.model_fields_set:
            yield Complaint(("length",), "only a generated value has a length; remove it, or use value: generated")
        if self.value != "generated" and self.rotate_days:
            message = "a function renews only what is generated; remove it, or use value: generated"
            yield Complaint(("rotate-days",), message)
        if self.value == "copied" and not self.arn:
            message = (
                "AWS ends the copy's ARN as it ended the first one's; add it, as the stack that owns it exports it"
            )
            yield Complaint(("arn",), message)
        if self.arn and self.value != "copied":
            yield Complaint(
                ("arn",), "a secret that is made here gets its ARN from AWS; remove it, or use value: copied"
            )

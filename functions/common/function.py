"""A function's definition: what AWS must give it. No handler imports more than this at preview time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

RUNTIME = "python3.12"  #: of AWS Lambda
ANY = "any"  #: the key of actions that AWS offers no resource for, or that must find the resource first


@dataclass(frozen=True, kw_only=True)
class FunctionDefinition:
    """One function. Its role, its archive and its configuration follow from this; a test holds it to its handler.

    Actions stand by the word for what they act on. Whoever builds the role says which ARNs a word means.
    """

    name: str
    purpose: str
    handler: str
    seconds: int  #: in which it must be done
    memory: int = 256  #: MB
    at_once: int | None = 1  #: runs side by side, at most; what comes meanwhile waits
    variables: tuple[str, ...] = ()  #: of its environment; each must be there and not empty
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])  #: what it calls
    implied: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What AWS asks of the role beyond the calls themselves, such as the key behind a secret."""
    distributions: tuple[str, ...] = ()  #: pure-Python packages that only it needs
    in_vpc: bool = False  #: it talks to something that only the VPC reaches
    runtime: str = RUNTIME
    code: str | None = None  #: the folder of a stack's own function, which is its whole archive

    @property
    def folder(self) -> str:
        """Where its code is, from the project's root."""
        return self.code or "/".join(self.handler.split(".")[:2])


#: The databases' drivers and all that they import, pinned in requirements.txt.
POSTGRES_DRIVER: Final = ("pg8000", "scramp", "asn1crypto", "python-dateutil", "six")
MYSQL_DRIVER: Final = ("pymysql",)
#: What the four steps of a rotation call (Secrets Manager's guide, "Lambda rotation function execution role").
RENEWS_A_SECRET: Final = (
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
)


def database_rotation(name: str, distributions: tuple[str, ...]) -> FunctionDefinition:
    """The function that renews the password of a user of one database engine, with its driver's distributions."""
    return FunctionDefinition(
        name=name,
        purpose="Renews the database's password, and the tasks that were started with the old one",
        handler=f"functions.{name.replace('-', '_')}.handler.handle",
        seconds=120,
        variables=("CLUSTER", "SERVICES"),
        actions={
            "secret": RENEWS_A_SECRET,
            "services": ("ecs:UpdateService",),
        },
        implied={"key": ("kms:Decrypt", "kms:GenerateDataKey")},  # behind reading and writing the secret
        distributions=distributions,
        in_vpc=True,
    )


def user_rotation(name: str, distributions: tuple[str, ...]) -> FunctionDefinition:
    """The function that makes and renews the services' users of one database engine."""
    return FunctionDefinition(
        name=name,
        purpose="Makes and renews the services' users of the database, and the tasks that were started with an old one",
        handler=f"functions.{name.replace('-', '_')}.handler.handle",
        seconds=120,
        # All users may be due at once; with less than ten Secrets Manager is throttled (its guide, "Lambda rotation
        # functions").
        at_once=10,
        variables=("ADMIN_SECRET", "CLUSTER", "CONNECTIONS", "DATABASE_HOST", "GRANTS", "SERVICES"),
        actions={
            ANY: ("secretsmanager:GetRandomPassword",),
            "secret": RENEWS_A_SECRET,
            "services": ("ecs:UpdateService",),
        },
        implied={
            "administrator": ("secretsmanager:GetSecretValue",),  # the one action on a secret that is not renewed here
            "key": ("kms:Decrypt", "kms:GenerateDataKey"),
        },
        distributions=distributions,
        in_vpc=True,
    )

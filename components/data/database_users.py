"""The database's users of the services: a secret each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_random as random

from components.component import Args, Component
from components.secret import secret
from settings.tables.engines import Engine
from settings.tables.users import ServiceUser

LENGTH = 32  #: characters of a password


@dataclass(frozen=True, kw_only=True)
class DatabaseUsersArgs(Args):
    """The users, and where the database is that will know them."""

    users: Mapping[str, ServiceUser]  #: by service
    engine: Engine
    database: str  #: the one that PostgreSQL's users open; MySQL's have each their own
    host: pulumi.Input[str]
    port: int
    key: pulumi.Input[str]  #: ARN of the stack's key
    copies: Mapping[str, str] = field(default_factory=dict[str, str])  #: keys by the other regions that have each too
    recovery_days: int  #: days in which a deleted secret can be restored; 0 is at once


class DatabaseUsers(Component):
    """The secrets of the services' users, each with the URL that opens the database once a function has made the user.

    Creates a password, a secret and its first version for each. The first password opens nothing: the secret's first
    rotation makes the user, with another.
    """

    arns: Mapping[str, pulumi.Output[str]]  #: by service

    def __init__(self, name: str, args: DatabaseUsersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.arns = {service: self._secret(args, service, user) for service, user in args.users.items()}
        self.register_outputs({"arns": dict(self.arns)})

    def _secret(self, args: DatabaseUsersArgs, service: str, user: ServiceUser) -> pulumi.Output[str]:
        password = random.RandomPassword(self.child(service), length=LENGTH, special=False, opts=self.owned()).result
        opened = args.database if args.engine.word == "postgres" else user.user
        begin, end = f"{args.engine.scheme}://{user.user}:", f":{args.port}/{opened}"
        return secret(
            self,
            service,
            args.names.of("secret", user.path),
            pulumi.Output.concat(begin, password, "@", args.host, end),
            key=args.key,
            copies=args.copies,
            recovery_days=args.recovery_days,
            handed_over=True,
        ).arn

"""Roles: who may act as a service's task or as a function, start tasks, or administer the key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedRole
from components.iam import trust_people
from components.service_principals import trust
from settings.tables.security import AdministratorTable


@dataclass(frozen=True, kw_only=True)
class RolesArgs(Args):
    """The services, the functions and the key's administrators."""

    services: Sequence[str]  #: their keys in the stack file
    functions: Sequence[str]  #: their names in the repository, or keys in the stack file
    administrators: Mapping[str, AdministratorTable]  #: by team


class Roles(Component):
    """The roles that the key's policy names, bare: each service and each function attaches its own permissions.

    Creates two roles a service (execution: what ECS needs to start a task; task: what the code may do), one a function,
    and one a team that administers the key.
    """

    execution: Mapping[str, NamedRole]  #: by service
    task: Mapping[str, NamedRole]  #: by service
    function: Mapping[str, NamedRole]  #: by function
    administrators: Mapping[str, NamedRole]  #: by team

    def __init__(self, name: str, args: RolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        ecs = trust("ecs-tasks", args.facts.account)
        self.execution = {
            service: self._role(args, (service, "ecs-task-execution"), f"Starts the tasks of {service}", ecs)
            for service in args.services
        }
        self.task = {
            service: self._role(args, (service, "ecs-task"), f"What the code of {service} may do", ecs)
            for service in args.services
        }
        of_lambda = trust("lambda", args.facts.account)
        self.function = {
            function: self._role(args, (function, "lambda-execution"), f"What {function} may do", of_lambda)
            for function in args.functions
        }
        self.administrators = {
            team: self._role(
                args,
                ("key-admin", team),
                "Administers the key, and cannot use it",
                trust_people(table.assumed_by, args.facts.root),
            )
            for team, table in args.administrators.items()
        }
        self.register_outputs(
            {
                kind: {key: role.arn for key, role in roles.items()}
                for kind, roles in (
                    ("execution", self.execution),
                    ("task", self.task),
                    ("function", self.function),
                    ("administrators", self.administrators),
                )
            }
        )

    def _role(self, args: RolesArgs, words: tuple[str, str], description: str, trusted: str) -> NamedRole:
        physical = args.names.of("role", *words)
        role = aws.iam.Role(
            self.child(*words),
            name=physical,
            description=description,
            assume_role_policy=trusted,
            tags=self.named(physical),
            opts=self.owned(),
        )
        return NamedRole(name=physical, arn=args.facts.role(physical), resource=role)

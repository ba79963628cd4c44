"""The database: one RDS instance in subnets without a route out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.component import Args, Component
from components.data.instances import insights, log_groups
from components.handles import Connection, StoredSecret
from components.secret import secret
from components.service_role import service_role
from settings.posture import Posture
from settings.tables import engines
from settings.tables.data import DatabaseTable

MONITORING_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs(Args):
    """The database's table of the stack file, and what it takes from its neighbours."""

    table: DatabaseTable
    subnet_ids: Sequence[pulumi.Input[str]]  #: of its tier, one a zone
    group: pulumi.Input[str]  #: id of the security group whose rules say who may connect
    key: pulumi.Input[str]  #: ARN of the stack's key
    posture: Posture
    copies: Mapping[str, str] = field(default_factory=dict[str, str])  #: of the secret: keys by the other regions


class Database(Component):
    """A relational database for the services, encrypted at rest, reached by TLS only.

    Creates a subnet group, a parameter group that forces TLS 1.2, the role for enhanced monitoring, a log group for
    each exported log, the option that an audit log needs, the instance, and, where the password is generated, the
    password and a secret with all that a client needs to connect. Where it follows, or once followed, a database of
    another region, the secret and all that is in it are that one's.
    """

    name: str  #: physical
    arn: pulumi.Output[str]
    instance_id: pulumi.Output[str]
    resource_id: pulumi.Output[str]  #: AWS's own, by which IAM knows its users
    host: pulumi.Output[str]
    port: pulumi.Output[int]
    endpoint: pulumi.Output[str]  #: host:port
    secret_arn: pulumi.Output[str]  #: of the secret with the credentials
    parameter_group: pulumi.Output[str]
    subnet_group: pulumi.Output[str]
    monitoring_role: pulumi.Output[str]  #: ARN of the role that writes enhanced-monitoring records

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        self.name = args.names.of("rds", args.table.engine)
        self._subnets = self._subnet_group()
        self._parameters = self._parameter_group()
        password = self._password()
        self._instance = self._create(password)
        self.arn = self._instance.arn
        self.resource_id = self._instance.resource_id
        self.instance_id = self._instance.identifier
        self.host = self._instance.address
        self.port = self._instance.port
        self.endpoint = self._instance.endpoint
        self.secret_arn = self._own_secret(password) if password else self._given_secret()
        self.parameter_group = self._parameters.name
        self.subnet_group = self._subnets.name
        self.register_outputs(
            {
                "name": self.name,
                "arn": self.arn,
                "instance_id": self.instance_id,
                "resource_id": self.resource_id,
                "host": self.host,
                "port": self.port,
                "endpoint": self.endpoint,
                "secret_arn": self.secret_arn,
                "parameter_group": self.parameter_group,
                "subnet_group": self.subnet_group,
                "monitoring_role": self.monitoring_role,
            }
        )

    @property
    def connection(self) -> Connection:
        """How services reach it."""
        variables = {"HOST": self.host, "PORT": str(self._args.table.listens), "NAME": self._args.table.database}
        return Connection(variables=variables, secret=StoredSecret(arn=self.secret_arn, writer=self))

    def _create(self, password: pulumi.Output[str] | None) -> aws.rds.Instance:
        args, table, posture = self._args, self._args.table, self._args.posture
        monitoring, attachment = self._monitoring()
        return aws.rds.Instance(
            self.child("instance"),
            identifier=self.name,
            **self._origin(password),
            **self._upgrades(),
            instance_class=table.instance_class,
            allocated_storage=table.storage.initial,
            max_allocated_storage=table.storage.max,
            storage_type=table.storage.kind,
            storage_encrypted=True,
            kms_key_id=args.key,
            port=table.listens,
            multi_az=table.multi_az,
            db_subnet_group_name=self._subnets.name,
            vpc_security_group_ids=[args.group],
            publicly_accessible=False,
            parameter_group_name=self._parameters.name,
            option_group_name=self._options(),
            iam_database_authentication_enabled=table.logins or None,
            backup_retention_period=table.backup_days,
            backup_window=table.backup_window,
            maintenance_window=table.maintenance_window,
            copy_tags_to_snapshot=True,
            deletion_protection=table.deletion_protection or posture.deletion_protection,
            skip_final_snapshot=not self._last_snapshot,
            final_snapshot_identifier=self._final_snapshot() if self._last_snapshot else None,
            delete_automated_backups=not posture.final_snapshot,
            **insights(table, args.key),
            monitoring_role_arn=monitoring.arn,
            enabled_cloudwatch_logs_exports=list(table.exported),
            tags=self.named(self.name),
            opts=self.owned(
                protect=posture.protect,
                # Where a function renews the password, it owns it (ADR-007).
                ignore_changes=["password"] if table.secret.rotate_days else None,
                # Without a log's group RDS makes one of its own, unencrypted and kept for ever.
                depends_on=[*log_groups(self, table, self.name, args.key), attachment],
            ),
        )

    def _password(self) -> pulumi.Output[str] | None:
        """The master user's, where this program makes it."""
        table = self._args.table
        if table.password == "managed" or table.secret.arn:
            return None
        length = table.secret.length
        return random.RandomPassword(self.child("password"), length=length, special=False, opts=self.owned()).result

    def _origin(self, password: pulumi.Output[str] | None) -> dict[str, Any]:
        """Where its engine, its users and its data come from.

        At a replica the provider refuses the engine, and AWS user and database. A promoted one goes on without them,
        so that nothing but its source changes.
        """
        table, key = self._args.table, self._args.key
        if table.secret.arn:
            return {"replicate_source_db": table.source.arn if table.source else None}
        return {
            "engine": table.engine,
            "db_name": table.name,
            "username": table.user,
            "password": password,
            "manage_master_user_password": True if password is None else None,
            "master_user_secret_kms_key_id": key if password is None else None,
        }

    @property
    def _last_snapshot(self) -> bool:
        """Whether a snapshot is made before it is deleted, which AWS refuses to make of a replica."""
        return self._args.posture.final_snapshot and not self._args.table.source

    def _upgrades(self) -> dict[str, Any]:
        """The engine's version, and how RDS comes to another."""
        return {
            # A major alone lets the provider accept whatever minor AWS has upgraded to.
            "engine_version": self._args.table.version,
            "auto_minor_version_upgrade": self._args.table.minor_upgrades,
            # Another major is what the stack file says, so RDS need not be asked twice.
            "allow_major_version_upgrade": True,
            "apply_immediately": self._now or None,
        }

    @property
    def _now(self) -> bool:
        """Whether RDS applies a change at once, and not in the maintenance window."""
        apply = self._args.table.apply
        return apply == "now" if apply else not self._args.posture.protect

    def _subnet_group(self) -> aws.rds.SubnetGroup:
        name = self._args.names.of("rds-subnets", self._args.table.engine)
        return aws.rds.SubnetGroup(
            self.child("subnets"),
            name=name,
            description="The subnets of the database",
            subnet_ids=list(self._args.subnet_ids),
            tags=self.named(name),
            opts=self.owned(),
        )

    def _parameter_group(self) -> aws.rds.ParameterGroup:
        family = f"{self._args.table.engine}{self._args.table.major}"
        word, engine, exported = self._args.table.engine, self._args.table.of, self._args.table.exported
        name = self._args.names.replaceable("rds-parameters", word, forced={"family": family})
        known = engines.known(engine, self._args.table.major)
        parameters = {**engines.parameters(engine, exported), **self._args.table.parameters, **engine.tls}
        return aws.rds.ParameterGroup(
            self.child("parameters"),
            name=name,
            family=family,
            description="TLS 1.2 at least, and the stack file's parameters",
            parameters=[
                {
                    "name": parameter,
                    "value": value,
                    "apply_method": "pending-reboot" if known.get(parameter, "." not in parameter) else "immediate",
                }
                for parameter, value in sorted(parameters.items())
            ],
            tags=self.named(name),
            # Until the window the instance has the group of its old major, so that AWS would not delete it.
            opts=self.owned(
                delete_before_replace=self._args.names.stays("rds-parameters", word) or None,
                retain_on_delete=None if self._now else True,
            ),
        )

    def _monitoring(self) -> tuple[aws.iam.Role, aws.iam.RolePolicyAttachment]:
        name = self._args.names.of("role", "rds-monitoring")
        role = service_role(
            self, "monitoring", name, "monitoring.rds", self._args.facts, "Lets RDS write enhanced-monitoring records"
        )
        attachment = aws.iam.RolePolicyAttachment(
            self.child("monitoring"), role=role.name, policy_arn=MONITORING_POLICY, opts=self.owned()
        )
        self.monitoring_role = role.arn
        return role, attachment

    def _options(self) -> pulumi.Output[str] | None:
        """The group with the option that writes the audit log; None where that is not asked for."""
        table = self._args.table
        if table.of.audit not in table.exported:
            return None
        forced = {"engine": table.engine, "major": table.major}
        name = self._args.names.replaceable("rds-parameters", table.engine, "options", forced=forced)
        return aws.rds.OptionGroup(
            self.child("options"),
            name=name,
            engine_name=table.engine,
            major_engine_version=table.major,
            option_group_description="Writes the audit log",
            options=[{"option_name": engines.AUDIT}],
            tags=self.named(name),
            # Each snapshot that was made with it, the final one too, keeps AWS from deleting it.
            opts=self.owned(retain_on_delete=self._args.posture.final_snapshot or None),
        ).name

    def _final_snapshot(self) -> pulumi.Output[str]:
        """A name that no earlier snapshot of a database with this identifier can have."""
        suffix = random.RandomId(
            self.child("final-snapshot"), byte_length=4, keepers={"identifier": self.name}, opts=self.owned()
        )
        return pulumi.Output.format("{0}-final-{1}", self.name, suffix.hex)

    def _own_secret(self, password: pulumi.Output[str]) -> pulumi.Output[str]:
        """The secret of requirement CP-SEC-01, in the form that AWS's rotation functions read too (note N-22)."""
        args, table = self._args, self._args.table.secret
        return secret(
            self,
            "credentials",
            args.names.of("secret", table.path),
            self._form(password),
            key=args.key,
            copies=args.copies,
            recovery_days=args.posture.secret_days,
            handed_over=table.rotate_days is not None,
        ).arn

    def _form(self, password: pulumi.Output[str]) -> pulumi.Output[str]:
        """What the secret holds; the rotation functions keep each form."""
        table, host = self._args.table, self._instance.address
        if table.secret.form == "url":
            begin, end = f"{table.of.scheme}://{table.user}:", f":{table.listens}/{table.database}"
            return pulumi.Output.concat(begin, password, "@", host, end)
        credentials = {
            "engine": table.engine,
            "username": table.user,
            "password": password,
            "host": host,
            "port": table.listens,
            "dbname": table.database,
            **({"database": table.database} if table.secret.form == "json" else {}),
        }
        return pulumi.Output.json_dumps(credentials, sort_keys=True)

    def _given_secret(self) -> pulumi.Output[str]:
        """The copy of its source's secret; or the one that RDS makes, with user name and password only."""
        if arn := self._args.table.secret.arn:
            return pulumi.Output.from_input(arn)
        return self._instance.master_user_secrets.apply(lambda secrets: secrets[0].secret_arn or "")

"""A file system: shared by the tasks that mount it, over TLS and with a role of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedFiles
from components.iam import deferred, grant
from settings.tables.files import FilesTable, PointTable

#: What a client may ask of a file system (EFS's guide, using IAM to control access).
CLIENT: Final = tuple(f"elasticfilesystem:Client{word}" for word in ("Mount", "RootAccess", "Write"))


@dataclass(frozen=True, kw_only=True)
class FilesArgs(Args):
    """The file system's row of the stack file, and what it takes from its neighbours."""

    table: FilesTable
    word: str  #: its key in the stack file
    subnet_ids: Mapping[str, pulumi.Input[str]]  #: of its tier, by zone
    group: pulumi.Input[str]  #: id of the security group whose rules say who may connect
    key: pulumi.Input[str]  #: ARN of the stack's key
    protect: bool  #: Pulumi refuses to delete it


class Files(Component):
    """One file system of the stack file.

    Creates it, encrypted with the stack's key; a mount target a zone; its access points; whether EFS backs it up; and a
    policy that refuses whoever comes without TLS. As the policy allows nothing, only roles with a permission mount it.
    """

    files_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    points: Mapping[str, pulumi.Output[str]]  #: ids of its access points, by word

    def __init__(self, name: str, args: FilesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("efs", args.word)
        self._files = aws.efs.FileSystem(
            self.child("files"),
            creation_token=physical[:64],  # what a retried call is known by; AWS allows it 64 characters
            encrypted=True,
            kms_key_id=args.key,
            performance_mode="generalPurpose",
            # Paid by what is moved; the other kind slows a small file system down once its credits are used up.
            throughput_mode="elastic",
            tags=self.named(physical),
            opts=self.owned(protect=args.protect),
        )
        self.files_id, self.arn = self._files.id, self._files.arn
        aws.efs.BackupPolicy(
            self.child("backups"),
            file_system_id=self.files_id,
            backup_policy={"status": "ENABLED" if args.table.backups else "DISABLED"},
            opts=self.owned(),
        )
        aws.efs.FileSystemPolicy(
            self.child("policy"),
            file_system_id=self.files_id,
            policy=self._policy(),
            opts=self.owned(),
        )
        for number, (zone, subnet) in enumerate(args.subnet_ids.items(), start=1):
            aws.efs.MountTarget(
                self.child("mount", zone),
                file_system_id=self.files_id,
                subnet_id=subnet,
                security_groups=[args.group],
                # EFS takes one a zone; they were numbered in 1.0.0.
                opts=self.owned(delete_before_replace=True, aliases=self.was("mount", str(number))),
            )
        self._points = {word: self._point(args, word, table) for word, table in args.table.points.items()}
        self.points = {word: point.id for word, point in self._points.items()}
        self.register_outputs({"files_id": self.files_id, "arn": self.arn, "points": dict(self.points)})

    @property
    def handle(self) -> NamedFiles:
        """What services hold of it."""
        return NamedFiles(
            files_id=self.files_id,
            arn=self.arn,
            points=self.points,
            point_arns={word: point.arn for word, point in self._points.items()},
            component=self,
        )

    def _policy(self) -> pulumi.Output[str]:
        plain = {"Bool": {"aws:SecureTransport": "false"}}
        return deferred(grant({"AWS": "*"}, CLIENT, [self.arn], condition=plain, sid="RefusePlainText", effect="Deny"))

    def _point(self, args: FilesArgs, word: str, table: PointTable) -> aws.efs.AccessPoint:
        physical = args.names.of("efs", args.word, word)
        user, group = (int(each) for each in table.user.split(":"))
        return aws.efs.AccessPoint(
            self.child("point", word),
            file_system_id=self.files_id,
            posix_user={"uid": user, "gid": group},
            root_directory={
                "path": table.path,
                "creation_info": {"owner_uid": user, "owner_gid": group, "permissions": "0750"},
            },
            tags=self.named(physical),
            opts=self.owned(),
        )

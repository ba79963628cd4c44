"""Examples of the components of security."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import StoredSecret
from components.security.access import Access, AccessArgs
from components.security.delivery import Delivery, DeliveryArgs
from components.security.detection import Detection, DetectionArgs
from components.security.image_pipeline import ImagePipeline, ImagePipelineArgs
from components.security.key import Key, KeyArgs
from components.security.parameters import Parameters, ParametersArgs
from components.security.pipeline_roles import Delivered, PipelineRoles, PipelineRolesArgs
from components.security.recorder import Recorder, RecorderArgs
from components.security.roles import Roles, RolesArgs
from components.security.rotation import Rotation, RotationArgs
from components.security.secrets import Secrets, SecretsArgs
from components.security.trail import Trail, TrailArgs
from components.security.volumes import Volumes, VolumesArgs
from settings.tables.delivery import AccessTable, DeliveryTable, PipelineTable
from settings.tables.detection import DetectionTable, TrailTable
from settings.tables.pipelines import ImagePipelineTable
from settings.tables.security import AdministratorTable, KeyTable, SecretTable
from tests.components.examples.common import COMMON, FACTS, KEY, named_role
from tests.components.examples.compute import function
from tests.components.examples.data import bucket


def pipeline_args(changes: Mapping[str, Any] | None = None, **others: Any) -> PipelineRolesArgs:
    """Who delivers, and who applies the stack; `changes` are the table's."""
    table: dict[str, Any] = {
        "repositories": ["acme/shop"],
        "pushes": ["api"],
        "infrastructure": {"state": "state", "lock": "lock", "policies": ["arn:aws:iam::210987654321:policy/builds"]},
        **(changes or {}),
    }
    return PipelineRolesArgs(**(COMMON | {"table": PipelineTable.model_validate(table)} | others))


def delivered(**changes: Any) -> Delivered:
    """One image, one service, one bucket, and the states."""
    given = {"repositories": ["shop/api"], "services": ["api"], "buckets": ["acme-test-site"], "key": KEY, "after": []}
    return Delivered(**(given | {"state": "acme-test-state", "lock": "acme-test-lock"} | changes))


def image_pipeline_table(**changes: Any) -> ImagePipelineTable:
    """A pipeline of one image."""
    table: dict[str, Any] = {
        "source": {"repository": "acme/shop"},
        "builds": "web",
        "folder": "web",
        "unit": ["make unit"],
        "integration": ["make integration"],
        "snyk": "ci/snyk",
        "artifacts": "artifacts",
    }
    return ImagePipelineTable.model_validate(table | changes)


def image_pipeline_args(**changes: Any) -> ImagePipelineArgs:
    """A pipeline of two services that run one image."""
    writer = aws.secretsmanager.Secret("given-snyk", name="snyk")
    given = {
        "table": image_pipeline_table(),
        "word": "shop",
        "repository": "shop/web",
        "services": {"web": "web", "jobs": "worker"},
        "canaries": False,
        "artifacts": bucket("artifacts").handle,
        "snyk": StoredSecret(arn=writer.arn, writer=writer),
        "key": KEY,
        "topic": FACTS.topic("warning"),
        "after": writer,
        "deployed": [],
    }
    return ImagePipelineArgs(**(COMMON | given | changes))


def _key(**given: Any) -> KeyArgs:
    administrator, reader = named_role("admin"), named_role("reader")
    return KeyArgs(
        table=KeyTable(), administrators=[administrator], readers=[reader], writers=[reader], protect=True, **given
    )


def _roles(**given: Any) -> RolesArgs:
    return RolesArgs(services=["web"], functions=["report"], administrators={"devops": AdministratorTable()}, **given)


def _secrets(**given: Any) -> SecretsArgs:
    table = {
        "token": SecretTable(path="app/token", value="generated"),
        "hook": SecretTable(path="app/hook", value="later"),
        "api": SecretTable(path="app/api", value="config"),
    }
    return SecretsArgs(
        table=table, config_secrets={"api": pulumi.Output.secret("given")}, key=KEY, recovery_days=7, **given
    )


def _rotation(**given: Any) -> RotationArgs:
    return RotationArgs(
        secret_arn=FACTS.secret("test/db/login-AbCdEf"), days=30, function=function(), after=[], **given
    )


def access_args(changes: Mapping[str, Any] | None = None, **others: Any) -> AccessArgs:
    """Production: a way in for emergencies, and roles of another stack that deploy; `changes` are the table's."""
    table: dict[str, Any] = {
        "break-glass": {},
        "deployers": {"application": "acme-app", "infrastructure": "acme-infra"},
        "out-of-reach": ["other"],
        "console": True,
    }
    given = {"table": AccessTable.model_validate({**table, **(changes or {})})}
    return AccessArgs(**(COMMON | given | {"buckets": ["acme-test-media"], "services": ["web"]} | others))


def delivery_args(changes: Mapping[str, Any] | None = None, **others: Any) -> DeliveryArgs:
    """Two environments, of which one stands apart; `changes` are the table's."""
    table: dict[str, Any] = {
        "repository": "acme/shop",
        "state": "state",
        "environments": {
            "dev": {"services": ["web"]},
            "live": {"services": ["web"], "github": "production", "apart": True},
        },
    }
    given = {"table": DeliveryTable.model_validate({**table, **(changes or {})}), "key": KEY}
    return DeliveryArgs(**(COMMON | given | {"repositories": ["shop/web"], "state": "acme-state"} | others))


def detection_args(changes: Mapping[str, Any] | None = None, **others: Any) -> DetectionArgs:
    """Everything that watches; `changes` are the table's."""
    table: dict[str, Any] = {"guardduty": {}, "security-hub": {}, "inspector": {}, "access-analyzer": {}}
    table |= changes or {}
    return DetectionArgs(**(COMMON | {"table": DetectionTable.model_validate(table)} | others))


def recorder_args(**changes: Any) -> RecorderArgs:
    """A recorder that delivers to a bucket."""
    given: dict[str, Any] = {"key": KEY}
    if "bucket" not in changes:
        given["bucket"] = bucket("history").handle
    return RecorderArgs(**(COMMON | given | changes))


def trail_args(changes: Mapping[str, Any] | None = None, **others: Any) -> TrailArgs:
    """A trail that watches the objects of one bucket; `changes` are the table's."""
    table = TrailTable.model_validate({"bucket": "trail", **(changes or {})})
    given = {"table": table, "bucket": bucket("trail").handle, "watched": ["acme-state"], "key": KEY}
    given["deletion_protection"] = True
    return TrailArgs(**(COMMON | given | others))


EXAMPLES: dict[type[Component], Callable[..., Args]] = {
    Access: access_args,
    Delivery: delivery_args,
    Detection: detection_args,
    ImagePipeline: image_pipeline_args,
    Key: _key,
    Parameters: lambda **given: ParametersArgs(environments={"web": {"LOG_LEVEL": "info"}}, **given),
    PipelineRoles: pipeline_args,
    Recorder: recorder_args,
    Roles: _roles,
    Rotation: _rotation,
    Secrets: _secrets,
    Trail: trail_args,
    Volumes: lambda **given: VolumesArgs(key=KEY, **given),
}

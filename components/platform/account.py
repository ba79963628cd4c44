"""What one stack owns for the whole account: trail, AWS Config, detectors, default encryption of volumes."""

from dataclasses import dataclass

import pulumi

from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.security.detection import Detection, DetectionArgs
from components.security.recorder import Recorder, RecorderArgs
from components.security.trail import Trail, TrailArgs
from components.security.volumes import Volumes, VolumesArgs


@dataclass(frozen=True, kw_only=True)
class Account(Part):
    """The account's trail."""

    trail_log: pulumi.Input[str] | None  #: name of its log group: this stack's, or the one that it adopts


def account(context: Context, parts: Parts) -> Account:
    """Build the trail, the recorder, the detectors and the volumes' default encryption, each if its table asks."""
    settings = context.settings
    trail = _trail(context, parts)
    _recorder(context, parts)
    if settings.detection.model_fields_set:
        Detection("detection", DetectionArgs(table=settings.detection, **context.common), context.options)
    if settings.key.volumes:
        Volumes("volumes", VolumesArgs(key=context.key, **context.common), context.options)
    if trail:
        return Account(trail_log=trail.log_group, exports={"trail_arn": trail.arn, "trail_log_group": trail.log_group})
    return Account(trail_log=settings.audit.trail.log_group if settings.audit.trail else None)


def _trail(context: Context, parts: Parts) -> Trail | None:
    settings, table = context.settings, context.settings.audit.trail
    if not table or not table.bucket:
        return None
    own = parts.of(Buckets).buckets
    args = TrailArgs(
        deletion_protection=settings.protection.deletion_protection,
        table=table,
        bucket=own[table.bucket],
        watched=[settings.bucket_name(each) if each in own else each for each in table.data_events],
        after=[own[each].component for each in table.data_events if each in own],
        key=context.key,
        **context.common,
    )
    return Trail("trail", args, context.options)


def _recorder(context: Context, parts: Parts) -> None:
    table = context.settings.audit.recorder
    if not table or table.mode == "skip":
        return
    word = table.bucket
    bucket = parts.of(Buckets).buckets[word] if word else None
    Recorder("recorder", RecorderArgs(bucket=bucket, key=context.key, **context.common), context.options)

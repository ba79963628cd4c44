"""The account: who deploys and who may do what, what is recorded, who watches. Each as its table asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.compute.registry import Registry
from components.data.bucket import Bucket
from components.security.access import Access, AccessArgs
from components.security.delivery import Delivery, DeliveryArgs
from components.security.detection import Detection, DetectionArgs
from components.security.recorder import Recorder, RecorderArgs
from components.security.trail import Trail, TrailArgs
from components.security.volumes import Volumes, VolumesArgs
from settings.settings import Settings


@dataclass(kw_only=True)
class Account:
    """Builds what one stack owns for the account as a whole, and its share of who may do what."""

    settings: Settings
    buckets: Mapping[str, Bucket]  #: by word
    registry: Registry | None
    key: pulumi.Output[str]
    common: Mapping[str, Any]  #: what every component is given
    opts: pulumi.ResourceOptions
    exports: dict[str, Any]  #: what a user needs next
    trail_log: pulumi.Input[str] | None = None  #: the log group of the trail: this stack's, or the one it adopts

    def make(self) -> None:
        """All but who may do what."""
        self._delivery()
        self._trail()
        self._recorder()
        self._detection()
        if self.settings.key.volumes:
            Volumes("volumes", VolumesArgs(key=self.key, **self.common), self.opts)

    def _delivery(self) -> None:
        settings, table = self.settings, self.settings.delivery
        if not table:
            return
        args = DeliveryArgs(
            table=table,
            project=settings.project,
            repositories=[settings.repository_name(word) for word in settings.repositories],
            state=settings.bucket_name(table.state),
            key=self.key,
            after=[self.buckets[table.state], *([self.registry] if self.registry else [])],
            **self.common,
        )
        self.exports["delivery_roles"] = dict(Delivery("delivery", args, self.opts).roles)

    def guard(self, after: Sequence[pulumi.Resource]) -> None:
        """Who may do what, and what nobody may, with what is there by now."""
        settings, table = self.settings, self.settings.access
        if not table.model_fields_set:
            return
        args = AccessArgs(
            table=table,
            project=settings.project,
            buckets=[settings.bucket_name(word) for word in settings.buckets],
            services=list(settings.services),
            after=after,
            **self.common,
        )
        self.exports["access_roles"] = dict(Access("access", args, self.opts).roles)

    def _trail(self) -> None:
        table = self.settings.audit.trail
        if not table or not table.bucket:
            self.trail_log = table.log_group if table else None
            return
        own = self.settings.buckets
        args = TrailArgs(
            table=table,
            bucket=self.buckets[table.bucket],
            watched=[self.settings.bucket_name(each) if each in own else each for each in table.data_events],
            after=[self.buckets[each] for each in table.data_events if each in own],
            key=self.key,
            **self.common,
        )
        trail = Trail("trail", args, self.opts)
        self.trail_log = trail.log_group
        self.exports |= {"trail_arn": trail.arn, "trail_log_group": trail.log_group}

    def _recorder(self) -> None:
        table = self.settings.audit.recorder
        if not table or table.mode == "skip":
            return
        place = (self.buckets[table.bucket], self.settings.bucket_name(table.bucket)) if table.bucket else None
        Recorder("recorder", RecorderArgs(place=place, key=self.key, **self.common), self.opts)

    def _detection(self) -> None:
        table = self.settings.detection
        if table.model_fields_set:
            Detection("detection", DetectionArgs(table=table, **self.common), self.opts)

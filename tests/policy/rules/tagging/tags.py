"""Rows of the family tagging."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import Row, Verdict, r, unknown
from tests.policy.engine import Declared

BUCKET = "s3/bucket:Bucket"
GROUP = "autoscaling/group:Group"
ASKED = {"requiredTags": ["Owner", "CostCentre"]}
VALUED = {"tagValues": {"CostCentre": "42"}}
BOTH = {"Owner": "harbor", "CostCentre": "42"}
OTHER = r("ssm/parameter:Parameter", "other", type="String", tags=BOTH)


def asks(verdict: Verdict, about: str, *stack: Declared) -> Row:
    return Row("required-tags", verdict, about, stack, ASKED)


def valued(verdict: Verdict, about: str, *stack: Declared) -> Row:
    return Row("tag-values", verdict, about, stack, VALUED)


def provider(**props: Any) -> Declared:
    return Declared("west", "pulumi:providers:aws", {"region": "us-west-2", **props})


def blocks(*tags: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value, "propagateAtLaunch": True} for key, value in tags]


ROWS = [
    asks("ok", "both", r(BUCKET, tags=BOTH)),
    asks("ok", "and more", r(BUCKET, tags={**BOTH, "Name": "bin"})),
    asks("breach", "none", r(BUCKET)),
    asks("breach", "an empty table", r(BUCKET, tags={})),
    asks("breach", "one missing", r(BUCKET, tags={"Owner": "harbor"})),
    asks("breach", "another case", r(BUCKET, tags={"owner": "harbor", "CostCentre": "42"})),
    asks("breach", "an empty value", r(BUCKET, tags={"Owner": "", "CostCentre": "42"})),
    asks("ok", "an unknown value", OTHER, r(BUCKET, tags={"CostCentre": "42"}, refs={"tags.Owner": "other.value"})),
    asks("breach", "beside an unknown value", OTHER, r(BUCKET, refs={"tags.Owner": "other.value"})),
    Row("required-tags", "undecided", "an unknown table", (OTHER, r(BUCKET, refs=unknown("tags"))), ASKED),
    asks("ok", "a type without tags", r("iam/rolePolicy:RolePolicy", role="crew", policy="{}")),
    asks("ok", "of the provider", provider(defaultTags='{"tags": {"Owner": "harbor", "CostCentre": "42"}}'), r(BUCKET)),
    asks("breach", "not of the provider", provider(defaultTags='{"tags": {"Owner": "harbor"}}'), r(BUCKET)),
    asks("ok", "blocks", r(GROUP, maxSize=2, minSize=1, tags=blocks(("Owner", "harbor"), ("CostCentre", "42")))),
    asks("breach", "a block missing", r(GROUP, maxSize=2, minSize=1, tags=blocks(("Owner", "harbor")))),
    asks(
        "breach",
        "a group gets no default tags",
        provider(defaultTags='{"tags": {"Owner": "harbor", "CostCentre": "42"}}'),
        r(GROUP, maxSize=2, minSize=1),
    ),
    Row("required-tags", "ok", "nothing is asked", (r(BUCKET),)),
    valued("ok", "its value", r(BUCKET, tags={"CostCentre": "42"})),
    valued("ok", "from the provider", r(BUCKET, tags={}, tagsAll={"CostCentre": "42"})),
    valued("breach", "none", r(BUCKET)),
    valued("breach", "another value", r(BUCKET, tags={"CostCentre": "41", "Name": "bin"})),
    valued("breach", "another value of the provider", r(BUCKET, tags={}, tagsAll={"CostCentre": "41"})),
    valued("undecided", "an unknown value", OTHER, r(BUCKET, refs={"tags.CostCentre": "other.value"})),
    Row("tag-values", "undecided", "an unknown table", (OTHER, r(BUCKET, refs=unknown("tags"))), VALUED),
    Row("tag-values", "ok", "nothing is asked", (r(BUCKET),)),
]

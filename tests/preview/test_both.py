"""One run of a program gives what two give: a recording of the first preview, and one with every value known.

Of every stack `test_sdk_importer.py` holds it.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.runtime import rpc

from preview import engine, recorder
from preview.recorder import Recording, record, record_both
from preview.stack import open_stack
from preview.wire import UNKNOWN

ABOUT: dict[str, Any] = {"project": "p", "stack": "s", "config": {"aws:region": "eu-west-1"}}


def two_runs(program: Callable[[], object]) -> tuple[Recording, Recording]:
    return record(program, **ABOUT), record(program, **ABOUT, known=True)


class SampleTier(pulumi.ComponentResource):
    """A component that says what it holds."""

    def __init__(self, name: str) -> None:
        super().__init__("test:index:Tier", name)
        inside = pulumi.ResourceOptions(parent=self)
        self.key = aws.kms.Key(f"{name}-key", opts=inside)
        self.bucket = aws.s3.Bucket(f"{name}-bucket", bucket="books", tags={"Key": self.key.arn}, opts=inside)
        self.register_outputs({"bucket": self.bucket.bucket, "arn": self.bucket.arn})


def values() -> None:
    """Known, unknown, secret and missing values, alone and within others."""
    tier = SampleTier("one")
    secret = pulumi.Output.secret(tier.key.key_id)
    names = pulumi.Output.all(tier.bucket.bucket, tier.bucket.region)
    aws.sqs.Queue("made", name=tier.key.arn.apply(lambda arn: arn[-5:]), tags={"a": tier.bucket.bucket, "b": secret})
    aws.sqs.Queue("known", name=names.apply("-".join))
    aws.ssm.Parameter("secret", type="String", value=secret)
    aws.iam.Policy("text", policy=pulumi.Output.json_dumps({"Statement": [{"Resource": tier.bucket.arn}]}))
    aws.sns.Topic("unset", display_name=tier.key.deletion_window_in_days.apply(str))
    aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(depends_on=[tier]))
    pulumi.export("all", {"id": tier.key.id, "name": tier.bucket.bucket, "list": [1, tier.bucket.arn, secret]})


def test_values_of_every_sort_are_recorded_as_by_two_runs():
    early, late = record_both(values, **ABOUT)
    assert (early, late) == two_runs(values)
    (queue,) = early.named("made")
    assert (queue["name"], queue["tags"]) == (UNKNOWN, {"a": "books", "b": UNKNOWN})
    assert queue.secrets == frozenset({"tags.b"})
    assert [each["name"] for each in early.named("known")] == ["books-eu-west-1"]
    assert UNKNOWN not in str(late.resources)


def found() -> None:
    aws.ec2.Vpc.get("found", "vpc-1")


def called() -> None:
    aws.get_region()


def transformed() -> None:
    pulumi.runtime.register_resource_transform(lambda _: None)


def nothing() -> None:
    aws.sns.Topic("t", display_name=aws.kms.Key("k").arn.apply(lambda _: None))


@pytest.mark.parametrize("program", [found, called, transformed, nothing])
def test_what_a_preview_may_see_otherwise_is_not_recorded_so(program):
    assert record_both(program, **ABOUT) == ()


def test_such_a_program_and_that_of_others_runs_twice(tmp_path, monkeypatch):
    """Once now, and once more when it is asked with every value known."""
    (tmp_path / "Pulumi.yaml").write_text("name: others\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    (tmp_path / "__main__.py").write_text(
        "import pulumi_aws as aws\naws.sqs.Queue('q', tags={'vpc': aws.ec2.Vpc('v').id})"
    )
    other = open_stack("dev", None, tmp_path)
    early, later = engine.run_both(other)
    assert callable(later)
    late = later()
    assert early.named("q")[0]["tags"] == {"vpc": UNKNOWN}
    assert late.named("q")[0]["tags"] != {"vpc": UNKNOWN}
    monkeypatch.setattr(engine, "ROOT", tmp_path)
    together = engine.run_both(other)
    assert together == (early, late)
    monkeypatch.setattr(engine, "record_both", lambda *_, **__: ())
    again = engine.run_both(other)
    assert callable(again[1])
    assert (again[0], again[1]()) == (early, late)


def test_a_failure_is_that_of_one_run():
    def broken() -> None:
        bucket = aws.s3.Bucket("b", tags={"a": object()})  # pyright: ignore[reportArgumentType] what cannot be sent
        aws.sqs.Queue("q", name=bucket.arn, tags={"id": bucket.id})

    with pytest.raises(Exception, match="unexpected input of type object"):
        record_both(broken, **ABOUT)


def test_nothing_of_it_stays_behind():
    before = rpc.serialize_property, rpc.transfer_properties
    record_both(values, **ABOUT)
    assert (rpc.serialize_property, rpc.transfer_properties) == before
    assert recorder.record(values, **ABOUT) == two_runs(values)[0]
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()

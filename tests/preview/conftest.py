"""What the tests of the preview share."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from preview.recorder import Recording, record
from tests.preview.samples import CONFIG

PROGRAM = """\
import os, sys
import pulumi
import pulumi_aws as aws

print("the program prints")
assert os.getcwd() == {folder!r} and sys.path[0] == {folder!r}
config = pulumi.Config()
if config.get("wrong"):
    pulumi.log.error(f"{{os.environ['CLOUDPLATFORM_STACK_FILE']}}:1:1 wrong: is wrong; use right")
    sys.exit(32)
if config.get("said"):
    pulumi.log.error("said and went on")
if config.get("crash"):
    raise ArithmeticError("one and one is three")
aws.cloudwatch.LogGroup("logs", name=f"/sample/{{pulumi.get_stack()}}")
if config.get("open"):
    aws.rds.Instance("store", instance_class="db.t3.micro", engine="mysql", storage_encrypted=False)
if config.get("dear"):
    aws.route53.Zone("zone", name="example.com")
    limit = {{"limit_amount": config.get("dear"), "limit_unit": "USD"}}
    aws.budgets.Budget("all", budget_type="COST", time_unit="MONTHLY", **limit)
pulumi.export("token", config.get_secret("token"))
"""


class Recorded(Protocol):
    """Records a program under the sample project."""

    def __call__(
        self, program: Callable[[], object], *, known: bool = False, config: Mapping[str, str] = ..., stack: str = ...
    ) -> Recording: ...


@pytest.fixture
def recorded() -> Recorded:
    def run(
        program: Callable[[], object],
        *,
        known: bool = False,
        config: Mapping[str, str] = CONFIG,
        stack: str = "dev",
    ) -> Recording:
        secret_keys = [key for key in config if key.startswith("sample:")]
        return record(program, project="sample", stack=stack, config=config, secret_keys=secret_keys, known=known)

    return run


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A small project of two stacks, current."""
    (tmp_path / "Pulumi.yaml").write_text("name: sample\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM.format(folder=str(tmp_path)))
    for name, more in (("dev", ""), ("open", '  sample:open: "yes"\n')):
        (tmp_path / f"Pulumi.{name}.yaml").write_text(f"config:\n  aws:region: us-east-1\n  sample:token: t\n{more}")
    monkeypatch.chdir(tmp_path)
    return tmp_path

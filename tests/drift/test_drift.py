"""A drift run finds what was changed behind the program's back: `make drift`, with SYSTEM and STACK for any stack.

The stack is created in an emulated AWS with the real provider, changed there by hand, and looked at again, as
`.github/workflows/drift.yml` and `systems-drift.yml` do every night with the stacks in AWS. Terraform stands in for the
engine: its refresh reads what the provider reads, by the same code. It takes minutes, so it runs when it is asked for.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

from preview.recording import Recording
from tests.requirements.reading import of
from tests.stacks import ROOT, project, recorded

TOOL = ROOT.parent / "shared/tools/provider-check/provider_check.py"
#: Writes the stack as Terraform's configuration.
WRITE = """
import json, sys
from pathlib import Path
tool, project, stack, folder, url = sys.argv[1:]
sys.path.insert(0, tool)
import provider_check as it
file = Path(project, f"Pulumi.{stack}.yaml").resolve()
found = it.record(Path(project).resolve(), stack, file, it.provider_schema(), Path(folder))
(Path(folder) / "main.tf.json").write_text(json.dumps(it.configuration(found, url)))
"""


@dataclass(frozen=True)
class Standing:
    """The stack in the emulated AWS."""

    stack: Recording
    tool: ModuleType
    folder: Path
    made: set[str]  #: addresses of what could be created there
    url: str

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=self.stack.config["aws:region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=boto3.session.Config(s3={"addressing_style": "path"}),
        )

    def drifted(self) -> dict[str, set[str]]:
        """What a look at AWS finds different from what was applied: properties, by address."""
        done = self.tool.terraform(self.folder, "plan", "-json", "-input=false", "-out=again.bin")
        refused = [
            each
            for each in self.tool.diagnostics(done.stdout)
            if not self.tool.EMULATOR_GAPS.search(f"{each['summary']} {each['detail']}")
        ]
        assert refused == []
        found, _ = self.tool.changes(self.folder, self.made)
        return {each["address"]: set(each["detail"].split(", ")) for each in found}


@pytest.fixture(scope="module")
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    stack = request.config.getoption("--drift")
    if not stack:
        pytest.skip("it takes minutes: `make drift`")
    if not shutil.which("terraform") or not TOOL.is_file():
        pytest.skip("terraform or ../shared is not here")
    described = importlib.util.spec_from_file_location("provider_check", TOOL)
    assert described
    assert described.loader
    tool = importlib.util.module_from_spec(described)
    sys.modules["provider_check"] = tool  # its dataclasses look themselves up there
    described.loader.exec_module(tool)
    folder = tmp_path_factory.mktemp("drift")
    with tool.Emulator() as url:
        # In a process of its own: it runs the program under mocks of its own, and leaves them there.
        given = [str(TOOL.parent), str(project(stack)[1]), stack.rpartition("/")[2], str(folder), url]
        subprocess.run([sys.executable, "-c", WRITE, *given], cwd=ROOT, check=True)
        for step in (
            ["init", f"-plugin-dir={tool.PLUGIN_DIR}"],
            ["apply", "-json", "-auto-approve", "-parallelism=16"],
        ):
            done = tool.terraform(folder, *step, "-input=false")
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        made = {line["hook"]["resource"]["addr"] for line in lines if line.get("type") == "apply_complete"}
        yield Standing(recorded(stack, True), tool, folder, made, url)


def _named(stack: Recording, kind: str, end: str, name: str = "name") -> str:
    """What AWS calls the first resource of a type whose logical name ends with a text. Raises StopIteration."""
    return next(str(each[name]) for each in of(stack, kind) if each.name.endswith(end))


def _bucket(stack: Recording, standing: Standing) -> None:
    standing.client("s3").delete_public_access_block(Bucket=_named(stack, "s3.Bucket", "-bucket", "bucket"))


def _retention(stack: Recording, standing: Standing) -> None:
    group = next(each for each in of(stack, "cloudwatch.LogGroup") if each.name.startswith("service-"))
    standing.client("logs").put_retention_policy(logGroupName=group["name"], retentionInDays=1)


def _rotation(stack: Recording, standing: Standing) -> None:
    kms = standing.client("kms")
    [alias] = [each for each in kms.list_aliases()["Aliases"] if each["AliasName"] == _named(stack, "kms.Alias", "")]
    kms.disable_key_rotation(KeyId=alias["TargetKeyId"])


def _rule(stack: Recording, standing: Standing) -> None:
    ec2, name = standing.client("ec2"), _named(stack, "ec2.SecurityGroup", "-database")
    [group] = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [name]}])["SecurityGroups"]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group["GroupId"]]}])
    rule = next(each for each in rules["SecurityGroupRules"] if not each["IsEgress"])
    ec2.revoke_security_group_ingress(GroupId=group["GroupId"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])


def _role(stack: Recording, standing: Standing) -> None:
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    name = _named(stack, "iam.Role", "flow-logs-role")
    standing.client("iam").update_assume_role_policy(RoleName=name, PolicyDocument=document)


#: What somebody does by hand, the type that it happens to, and the property that shows it; "" is all of it, gone.
CHANGES: dict[str, tuple[Callable[[Recording, Standing], None], str, str]] = {
    "a bucket is opened": (_bucket, "aws_s3_bucket_public_access_block", ""),
    "a log is kept for a day": (_retention, "aws_cloudwatch_log_group", "retention_in_days"),
    "a key is no longer rotated": (_rotation, "aws_kms_key", "enable_key_rotation"),
    "the application is kept from its database": (_rule, "aws_vpc_security_group_ingress_rule", ""),
    "everybody may assume a role": (_role, "aws_iam_role", "assume_role_policy"),
}
#: What the emulator accepts and does not give back, so that it shows before anything was changed.
FORGOTTEN = {
    # moto 5 finds the ARN of list_tags only where the path ends with a slash: botocore writes one, the provider none.
    "aws_backup_plan": {"tags", "tags_all"},
    "aws_backup_vault": {"tags", "tags_all"},
    "aws_lambda_function": {"dead_letter_config", "logging_config"},
    "aws_vpc_security_group_egress_rule": {"description"},
    "aws_vpc_security_group_ingress_rule": {"description"},
}


def test_a_change_behind_its_back_is_found(standing: Standing) -> None:
    """Before, only what the emulator forgets; after the changes each of them, at its property, and nothing else."""
    stack = standing.stack
    assert len(standing.made) > sum(each.package == "aws" for each in stack.resources.values()) / 2
    before, changed = standing.drifted(), dict(_change(stack, standing))
    assert len(changed) == len(CHANGES) or not of(stack, "ecs.Service")
    found = {address: names for address, names in standing.drifted().items() if before.get(address) != names}
    assert len(found) == len(changed) > 0, found
    for what, (type_, property_) in changed.items():
        [names] = [names for address, names in found.items() if address.startswith(f"{type_}.")]
        assert not property_ or property_ in names, what
    assert {address: names for address, names in before.items() if not names <= _forgotten(address)} == {}


def _change(stack: Recording, standing: Standing) -> Iterator[tuple[str, tuple[str, str]]]:
    """Do by hand what there is something to do it to."""
    for what, (act, type_, property_) in CHANGES.items():
        try:
            act(stack, standing)
        except StopIteration:
            continue
        yield what, (type_, property_)


def _forgotten(address: str) -> set[str]:
    return FORGOTTEN.get(address.partition(".")[0], set())

"""A recording is written in the engine's own form of a state, and no secret is in it."""

import json
import runpy
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest

from preview import cli, engine
from preview.export import SECRET_VALUE, export
from preview.recording import Recording
from preview.wire import UNKNOWN, Object
from tests.preview import samples

WORD = "hunter2hunter2"


def states(recording: Recording) -> dict[str, Object]:
    return {one["urn"].rpartition("::")[2]: one for one in export(recording)["deployment"]["resources"]}


def test_a_resource_is_written_as_the_engine_does(recorded):
    recording = recorded(samples.network)
    found = states(recording)["net-public-out"]
    assert found.keys() == {
        "urn", "custom", "type", "inputs", "outputs", "parent", "dependencies", "propertyDependencies",
        "sourcePosition",
    }  # fmt: skip
    assert (found["type"], found["custom"]) == ("aws:ec2/route:Route", True)
    assert found["inputs"] == {
        "routeTableId": UNKNOWN, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN,
    }  # fmt: skip
    assert found["outputs"]["id"] == UNKNOWN
    (gateway,) = recording.named("net-public-gateway")
    assert found["propertyDependencies"]["gatewayId"] == [gateway.urn]
    assert found["parent"].endswith("sample:network:Tier::net-public")


def test_components_the_stack_and_what_is_known_are_there(recorded):
    found = states(recorded(samples.network, known=True))
    assert ("custom" in found["net"], found["sample-dev"]["type"]) == (False, "pulumi:pulumi:Stack")
    assert found["net-vpc"]["id"] == found["net-vpc"]["outputs"]["id"]
    assert found["net-vpc"]["id"].startswith("vpc-")


def test_only_the_pack_s_settings_go_along(recorded):
    config = {**samples.CONFIG, "sample:token": WORD, "guard:profile": "strict", "guard:exemptions": "[]"}
    found = export(recorded(lambda: None, config=config))
    assert found["config"] == {"guard:exemptions": "[]", "guard:profile": "strict"}
    assert (found["recording"], found["version"]) == (1, 3)


def sealed() -> None:
    """Secrets as whole values, in structures, in a document made from one, and where the provider copies them."""
    word = pulumi.Output.secret(WORD)
    aws.ssm.Parameter("whole", type="String", value=word, description="plain")
    aws.sqs.Queue("copied", tags={"token": word, "team": "crew"})
    aws.sns.Topic("document", policy={"Statement": [{"Sid": word}]}, tags={"team": "crew"})
    aws.ecs.TaskDefinition("text", family="f", container_definitions=pulumi.Output.json_dumps([{"e": word}]))
    aws.ec2.Instance("nested", ami="ami-1", credit_specification={"cpu_credits": word}, user_data="plain")


def exported() -> None:
    word = pulumi.Output.secret(WORD)
    pulumi.export("word", word)
    pulumi.export("table", {"inner": word, "team": "crew"})
    pulumi.export("copied", pulumi.Output.unsecret(word))
    pulumi.export("team", "crew")


def test_what_a_program_exports_is_there_and_its_secrets_are_sealed(recorded):
    found = states(recorded(exported))["sample-dev"]["outputs"]
    sealed = {"word": SECRET_VALUE, "table": {"inner": SECRET_VALUE, "team": "crew"}, "copied": SECRET_VALUE}
    assert found == {**sealed, "team": "crew"}


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
def test_no_secret_is_in_an_export(recorded, known):
    recording = recorded(sealed, known=known)
    assert WORD not in json.dumps(export(recording))
    found = states(recording)
    assert found["whole"]["inputs"]["value"] == SECRET_VALUE
    assert found["whole"]["outputs"]["value"] == SECRET_VALUE
    assert found["whole"]["inputs"]["description"] == "plain"
    assert found["copied"]["inputs"]["tagsAll"] == {"token": SECRET_VALUE, "team": "crew"}
    assert found["document"]["inputs"]["policy"] == SECRET_VALUE
    assert found["document"]["inputs"]["tags"] == {"team": "crew"}
    assert found["text"]["inputs"]["containerDefinitions"] == SECRET_VALUE
    assert found["nested"]["inputs"]["creditSpecification"] == {"cpuCredits": SECRET_VALUE}
    assert found["nested"]["inputs"]["userData"] == "plain"


def additional() -> None:
    aws.iam.AccessKey("key", user="u", opts=pulumi.ResourceOptions(additional_secret_outputs=["secret"]))


def test_additional_secret_outputs_are_sealed(recorded):
    assert states(recorded(additional, known=True))["key"]["outputs"]["secret"] == SECRET_VALUE


def test_a_resource_is_where_the_program_declares_it(recorded, tmp_path, monkeypatch):
    """Relative to the folder in which the program runs, quoted as in a URI."""
    monkeypatch.chdir(tmp_path)
    program = tmp_path / "my program.py"
    program.write_text("import pulumi_aws as aws\n\naws.ec2.Vpc(\n    'net',\n    cidr_block='10.0.0.0/16',\n)\n")
    found = states(recorded(lambda: runpy.run_path(str(program)) and None))
    assert found["net"]["sourcePosition"] == "project:///my%20program.py#3"
    elsewhere = states(recorded(samples.network))["net-vpc"]["sourcePosition"]
    assert elsewhere.startswith("project:///../")
    assert elsewhere.partition("#")[0].endswith("tests/preview/samples.py")


def test_what_is_only_read_is_external(recorded):
    found = states(recorded(lambda: aws.ec2.Vpc.get("theirs", "vpc-1") and None))["theirs"]
    assert (found["external"], found["id"], "inputs" in found) == (True, "vpc-1", False)


def test_a_provider_is_referred_to(recorded):
    def program() -> None:
        provider = aws.Provider("west", region="us-west-2")
        aws.ec2.Vpc("net", opts=pulumi.ResourceOptions(provider=provider))

    found = states(recorded(program))
    assert found["net"]["provider"] == f"{found['west']['urn']}::{UNKNOWN}"


def test_same_input_same_bytes(recorded):
    once, again = (json.dumps(export(recorded(samples.network))) for _ in range(2))
    assert once == again


# --- the command line ---


def test_the_command_line_writes_recordings_and_asks_no_pack(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "previews", None)
    assert cli.main(["open", "--format", "recording", "--out", "open.json"]) == 0
    found = json.loads((project / "open.json").read_text())
    assert {one["urn"].rpartition("::")[2] for one in found["deployment"]["resources"]} >= {"logs", "store"}
    assert cli.main(["dev", "open", "--format", "recording", "--out", "both.json"]) == 0
    assert [one["recording"] for one in json.loads((project / "both.json").read_text())] == [1, 1]

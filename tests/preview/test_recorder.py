"""The recorder sees what the engine would see."""

import hashlib

import pulumi
import pulumi_aws as aws
import pytest

from preview.assets import digests
from preview.recorder import UNKNOWN, DuplicateUrnError
from preview.wire import MARK
from tests.preview import samples
from tests.preview.samples import SECRETS, vpc


def subnet(of: aws.ec2.Vpc, **options) -> aws.ec2.Subnet:
    return aws.ec2.Subnet("s", vpc_id=of.id, cidr_block="10.0.1.0/24", opts=pulumi.ResourceOptions(**options))


def test_urns_have_the_types_of_all_ancestors_but_the_stack(recorded):
    recording = recorded(samples.network)
    assert recording.of("aws:ec2/subnet:Subnet")[0].urn == (
        "urn:pulumi:dev::sample::sample:network:Network$sample:network:Tier$aws:ec2/subnet:Subnet::net-public-a"
    )
    assert recording.root.urn == "urn:pulumi:dev::sample::pulumi:pulumi:Stack::sample-dev"


def test_parents_are_recorded_and_the_stack_is_the_last_of_them(recorded):
    recording = recorded(samples.network)
    (subnet,) = recording.of("aws:ec2/subnet:Subnet")
    tier = recording.resources[subnet.parent]
    network = recording.resources[tier.parent]
    assert (tier.name, network.name, network.parent) == ("net-public", "net", recording.root.urn)
    assert not tier.custom
    assert {child.name for child in recording.children(network.urn)} == {"net-vpc", "net-public"}


def test_resources_come_sorted_by_urn_however_they_are_registered(recorded):
    recording = recorded(lambda: [vpc(name) for name in "cab"])
    assert [resource.name for resource in recording.resources.values()] == ["a", "b", "c"]


def test_the_keys_of_a_table_come_sorted_too(recorded):
    words = {letter: letter for letter in "hgfedcba"}
    (resource,) = recorded(lambda: aws.ec2.Vpc("a", cidr_block="10.0.0.0/16", tags=words)).named("a")
    assert list(resource["tags"]) == list("abcdefgh")


def test_two_resources_of_one_name_type_and_parent_are_refused(recorded):
    with pytest.raises(DuplicateUrnError, match="Vpc::a is registered twice; give one of the two another name"):
        recorded(lambda: (vpc("a"), vpc("a")))


def test_one_name_serves_two_types(recorded):
    recording = recorded(lambda: (vpc("a"), aws.kms.Key("a")))
    assert {resource.type for resource in recording.named("a")} == {"aws:ec2/vpc:Vpc", "aws:kms/key:Key"}


def test_outputs_of_components_are_those_they_registered_and_none_without(recorded):
    recording = recorded(samples.network)
    (network,) = recording.of("sample:network:Network")
    (tier,) = recording.of("sample:network:Tier")
    assert network.registered == {"vpc": UNKNOWN}
    assert tier.registered is None


def test_exports_are_the_outputs_of_the_stack(recorded):
    assert recorded(samples.network).outputs == {"cidr": "10.0.0.0/16", "vpc_id": UNKNOWN}


def test_a_first_preview_knows_no_id_and_no_computed_output_but_all_dependencies(recorded):
    recording = recorded(samples.network)
    (subnet,) = recording.of("aws:ec2/subnet:Subnet")
    (vpc,) = recording.of("aws:ec2/vpc:Vpc")
    assert vpc.id is None
    assert (vpc.outputs["id"], vpc.outputs["arn"], vpc.outputs["mainRouteTableId"]) == (UNKNOWN,) * 3
    assert vpc.outputs["cidrBlock"] == "10.0.0.0/16"
    assert subnet["vpcId"] == UNKNOWN
    assert subnet.property_dependencies == {"vpcId": (vpc.urn,)}
    assert subnet.dependencies == (vpc.urn,)


def test_an_update_knows_them_all(recorded):
    recording = recorded(samples.network, known=True)
    (subnet,) = recording.of("aws:ec2/subnet:Subnet")
    (vpc,) = recording.of("aws:ec2/vpc:Vpc")
    assert vpc.id is not None
    assert subnet["vpcId"] == vpc.id == recording.outputs["vpc_id"]
    assert UNKNOWN not in vpc.outputs.values()


def test_what_is_created_in_an_apply_shows_in_the_update_alone(recorded):
    def program() -> None:
        vpc("a").id.apply(lambda _: vpc("b"))

    first, update = recorded(program), recorded(program, known=True)
    assert set(update.resources) - set(first.resources) == {"urn:pulumi:dev::sample::aws:ec2/vpc:Vpc::b"}


def test_the_program_is_told_whether_it_is_a_preview(recorded):
    told: list[bool] = []
    for known in (False, True):
        recorded(lambda: told.append(pulumi.runtime.is_dry_run()), known=known)
    assert told == [True, False]


def test_a_known_part_of_a_value_stays_readable_beside_an_unknown_one(recorded):
    def program() -> None:
        aws.ec2.Vpc("a", cidr_block="10.0.0.0/16", tags={"Key": aws.kms.Key("k").arn, "Name": "n"})

    assert recorded(program).of("aws:ec2/vpc:Vpc")[0]["tags"] == {"Key": UNKNOWN, "Name": "n"}


def test_known_answers_are_the_same_every_time_and_differ_between_resources(recorded):
    def program() -> None:
        vpc("a")
        vpc("b")

    first, second = (recorded(program, known=True).resources for _ in range(2))
    assert first == second
    assert len({resource.id for resource in first.values()}) == 2


def test_options_are_recorded_as_the_engine_gets_them(recorded):
    def program() -> None:
        other = vpc("other")
        vpc(
            protect=True,
            ignore_changes=["cidr_block"],
            replace_on_changes=["instance_tenancy"],
            delete_before_replace=True,
            retain_on_delete=True,
            deleted_with=other,
            aliases=[pulumi.Alias(name="former")],
            additional_secret_outputs=["arn"],
            custom_timeouts=pulumi.CustomTimeouts(create="5m"),
            import_="vpc-1",
            depends_on=[other],
        )

    (resource,) = recorded(program).named("a")
    options = resource.options
    assert (options.protect, options.retain_on_delete, options.delete_before_replace) == (True, True, True)
    assert options.ignore_changes == ("cidrBlock",)
    assert options.replace_on_changes == ("instanceTenancy",)
    assert options.deleted_with.endswith("::other")
    assert [alias["spec"]["name"] for alias in options.aliases] == ["former"]
    assert options.additional_secret_outputs == ("arn",)
    assert options.custom_timeouts == {"create": "5m"}
    assert options.import_id == "vpc-1"
    assert [urn.rpartition("::")[2] for urn in resource.dependencies] == ["other"]


def test_options_that_were_not_given_are_told_from_false_ones(recorded):
    recording = recorded(lambda: (vpc("a"), vpc("b", delete_before_replace=False)))
    assert recording.named("a")[0].options.delete_before_replace is None
    assert recording.named("b")[0].options.delete_before_replace is False


def test_a_component_hands_protection_down_and_nothing_else(recorded):
    def program() -> None:
        samples.SampleNetwork("net", pulumi.ResourceOptions(protect=True, retain_on_delete=True))

    (vpc,) = recorded(program).of("aws:ec2/vpc:Vpc")
    assert vpc.options.protect
    assert not vpc.options.retain_on_delete


def test_secrets_are_plain_in_the_recording_and_their_paths_remembered(recorded):
    recording = recorded(samples.secret, config=SECRETS)
    (version,) = [each for each in recording.named("holder") if "secretVersion" in each.type]
    assert version["secretString"] == "hunter2"
    assert version.secrets == {"secretString"}


def test_what_is_made_of_a_secret_is_secret_too(recorded):
    (version,) = recorded(samples.secret, config=SECRETS).named("generated")
    assert version.secrets == {"secretString"}
    (version,) = recorded(samples.secret, config=SECRETS, known=True).named("generated")
    assert version.secrets == {"secretString"}
    assert "Aa0" in version["secretString"]


def test_the_path_of_a_secret_leads_into_lists_and_tables(recorded):
    def program() -> None:
        word = pulumi.Config().require_secret("token")
        aws.lambda_.Function("f", role="r", environment={"variables": {"PLAIN": "p", "TOKEN": word}})

    (function,) = recorded(program, config=SECRETS).named("f")
    assert function.secrets == {"environment.variables.TOKEN"}


@pytest.mark.parametrize("known", [False, True])
def test_the_output_of_a_secret_input_is_secret(recorded, known):
    def program() -> None:
        first = aws.sns.Topic("first", display_name=pulumi.Config().require_secret("token"))
        aws.sns.Topic("second", display_name=first.display_name)

    (second,) = recorded(program, config=SECRETS, known=known).named("second")
    assert (second["displayName"], second.secrets) == ("hunter2", {"displayName"})


def test_a_change_of_files_alone_is_a_change(tmp_path):
    """Of an archive's members, a folder, a file and a text: the digest differs with what is in them, and with names."""
    (tmp_path / "code").mkdir()
    file = tmp_path / "code" / "handler.py"

    def given() -> dict[str, str]:
        asset = {MARK: "asset", "path": "code/handler.py"}
        there = {
            "archive": {MARK: "archive", "assets": {"handler.py": asset}},
            "folder": {MARK: "archive", "path": "code"},
            "file": asset,
            "text": {MARK: "asset", "text": "a"},
            "missing": {MARK: "asset", "path": "none"},
            "plain": {"path": "code/handler.py"},
        }
        return dict(digests(there, str(tmp_path)))

    file.write_text("one")
    first = given()
    file.write_text("two")
    second = given()
    assert first["file"] == hashlib.sha256(b"one").hexdigest()[:12]
    assert list(first) == ["archive", "folder", "file", "text"]
    assert [key for key in first if first[key] != second[key]] == ["archive", "folder", "file"]

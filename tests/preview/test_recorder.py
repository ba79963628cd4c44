"""The recorder sees what the engine would see."""

import pulumi
import pulumi_aws as aws
import pytest

from preview.recorder import UNKNOWN, DuplicateUrnError, ProgramExit
from tests.preview import samples

SECRETS = {**samples.CONFIG, "sample:token": "hunter2"}


def vpc(name: str = "a", **options) -> aws.ec2.Vpc:
    return aws.ec2.Vpc(name, cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(**options))


def subnet(of: aws.ec2.Vpc, **options) -> aws.ec2.Subnet:
    return aws.ec2.Subnet("s", vpc_id=of.id, cidr_block="10.0.1.0/24", opts=pulumi.ResourceOptions(**options))


# --- who is who ---


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


# --- known and unknown ---


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


# --- options ---


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
        samples.Network("net", pulumi.ResourceOptions(protect=True, retain_on_delete=True))

    (vpc,) = recorded(program).of("aws:ec2/vpc:Vpc")
    assert vpc.options.protect
    assert not vpc.options.retain_on_delete


# --- secrets ---


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


# --- transforms ---


def _tagged(word: str):
    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if not args.custom:
            return None
        order = args.props.get("tags", {}).get("order", "")
        return pulumi.ResourceTransformResult({**args.props, "tags": {"order": f"{order}{word}"}}, args.opts)

    return transform


def test_transforms_run_from_the_resource_over_its_ancestors_to_the_stack(recorded):
    def program() -> None:
        pulumi.runtime.register_resource_transform(_tagged("3"))
        outer = pulumi.ComponentResource("a:b:C", "outer", None, pulumi.ResourceOptions(transforms=[_tagged("2")]))
        vpc(parent=outer, transforms=[_tagged("1")])

    assert recorded(program).named("a")[0]["tags"] == {"order": "123"}


def test_unknown_and_secret_values_survive_a_transform(recorded):
    def program() -> None:
        pulumi.runtime.register_resource_transform(
            lambda args: pulumi.ResourceTransformResult({**args.props, "description": "seen"}, args.opts)
        )
        samples.secret()

    plain, seen = recorded(samples.secret, config=SECRETS), recorded(program, config=SECRETS)
    for before, after in zip(plain.resources.values(), seen.resources.values(), strict=True):
        assert {**after.inputs, "description": ""} == {**before.inputs, "description": ""}
        assert after.secrets == before.secrets
        assert after.property_dependencies == before.property_dependencies


def test_a_transform_may_change_options(recorded):
    def protect(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
        return pulumi.ResourceTransformResult(
            args.props, pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(protect=True))
        )

    assert recorded(lambda: vpc(transforms=[protect])).named("a")[0].options.protect


def test_the_older_transformations_of_the_sdk_run_too(recorded):
    def program() -> None:
        pulumi.runtime.register_stack_transformation(
            lambda args: (
                pulumi.ResourceTransformationResult({**args.props, "cidrBlock": "10.9.0.0/16"}, args.opts)
                if args.type_ == "aws:ec2/vpc:Vpc"
                else None
            )
        )
        vpc()

    assert "10.9.0.0/16" in recorded(program).named("a")[0].inputs.values()


# --- providers ---


def test_default_tags_of_an_explicit_provider_reach_every_resource(recorded):
    def program() -> None:
        provider = aws.Provider("there", region="eu-west-1", default_tags={"tags": {"Owner": "team", "Name": "?"}})
        samples.Network("net", pulumi.ResourceOptions(providers=[provider]))

    (vpc,) = recorded(program).of("aws:ec2/vpc:Vpc")
    assert vpc.provider.endswith("::there")
    assert vpc["tags"] == {"Name": "sample"}
    assert vpc["tagsAll"] == {"Owner": "team", "Name": "sample"}
    assert vpc.outputs["region"] == "eu-west-1"


def test_without_an_explicit_provider_the_settings_of_the_stack_hold(recorded):
    config = {"aws:region": "ap-south-1", "aws:defaultTags": '{"tags": {"Owner": "team"}}'}
    (resource,) = recorded(lambda: vpc() and None, config=config).named("a")
    assert resource.provider == ""
    assert resource["tagsAll"] == {"Owner": "team"}
    assert resource.outputs["region"] == "ap-south-1"


def test_arns_name_the_account_that_the_provider_allows(recorded):
    def program() -> None:
        provider = aws.Provider("there", region="eu-west-1", allowed_account_ids=["111122223333"])
        aws.sns.Topic("t", name="news", opts=pulumi.ResourceOptions(provider=provider))

    (topic,) = recorded(program, known=True).named("t")
    assert topic.outputs["arn"] == "arn:aws:sns:eu-west-1:111122223333:news"


# --- look-ups, functions, components of other languages ---


def test_a_look_up_is_marked_and_known_in_a_preview(recorded):
    (found,) = recorded(lambda: aws.ec2.Vpc.get("old", "vpc-0123")).named("old")
    assert (found.read, found.id, found.inputs) == (True, "vpc-0123", {})
    assert found.outputs["arn"] != UNKNOWN


def test_outputs_of_another_stack_are_unknown_offline(recorded):
    def program() -> None:
        pulumi.export("theirs", pulumi.StackReference("org/project/stack").get_output("zone"))

    assert recorded(program).outputs == {"theirs": UNKNOWN}


def test_functions_are_answered_and_kept(recorded):
    def program() -> None:
        account = aws.get_caller_identity().account_id
        document = aws.iam.get_policy_document(
            statements=[{"actions": ["s3:GetObject"], "resources": [f"arn:aws:s3:::logs-{account}/*"]}]
        )
        aws.iam.Policy("p", policy=document.json)

    recording = recorded(program)
    assert [call.token.rpartition(":")[2] for call in recording.invokes] == ["getPolicyDocument", "getCallerIdentity"]
    assert "arn:aws:s3:::logs-123456789012/*" in recording.named("p")[0]["policy"]


def test_a_document_of_an_unknown_part_is_unknown(recorded):
    def program() -> None:
        bucket = aws.s3.Bucket("b")
        statement = {"actions": ["s3:GetObject"], "resources": [bucket.arn]}
        document = aws.iam.get_policy_document_output(statements=[statement])
        aws.iam.Policy("p", policy=document.json)

    assert recorded(program).named("p")[0]["policy"] == UNKNOWN
    assert '"arn:aws:s3:::b-' in recorded(program, known=True).named("p")[0]["policy"]


def test_a_component_of_another_language_is_remote_and_its_outputs_unknown(recorded):
    def program() -> None:
        import pulumi_awsx as awsx

        network = awsx.ec2.Vpc("v", cidr_block="10.0.0.0/16")
        pulumi.export("vpc", network.vpc_id)

    recording = recorded(program)
    (network,) = recording.named("v")
    assert (network.custom, network.remote, network["cidrBlock"]) == (False, True, "10.0.0.0/16")
    assert recording.outputs == {"vpc": UNKNOWN}


# --- several runs, and programs that fail ---


def test_runs_of_one_process_know_nothing_of_each_other(recorded):
    def program() -> None:
        vpc(pulumi.Config("own").get("name") or "none")
        pulumi.export(pulumi.get_stack(), 1)

    one = recorded(program, config={"own:name": "one"}, stack="one")
    two = recorded(program, config={"own:other": "x"}, stack="two")
    assert [resource.name for resource in one.resources.values()] == ["one"]
    assert [resource.name for resource in two.resources.values()] == ["none"]
    assert two.outputs == {"two": 1}


def test_a_transform_of_the_stack_ends_with_its_run(recorded):
    def program() -> None:
        pulumi.runtime.register_resource_transform(_tagged("x"))
        vpc()

    recorded(program)
    assert "tags" not in recorded(vpc).named("a")[0].inputs


def test_the_exception_of_a_program_comes_back(recorded):
    def program() -> None:
        vpc()
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        recorded(program)


def test_an_exception_inside_an_apply_comes_back(recorded):
    def program() -> None:
        vpc().cidr_block.apply(lambda _: {}["missing"])

    with pytest.raises(KeyError, match="missing"):
        recorded(program)


def test_an_exit_of_the_program_brings_its_status_and_what_it_said(recorded):
    def program() -> None:
        pulumi.log.error("explained")
        raise SystemExit(32)

    with pytest.raises(ProgramExit) as leaving:
        recorded(program)
    assert leaving.value.code == 32
    assert [(said.severity, said.text) for said in leaving.value.messages] == [("error", "explained")]


def test_an_exit_without_a_fault_is_none(recorded):
    def program() -> None:
        vpc()
        raise SystemExit(0)

    assert [resource.name for resource in recorded(program).resources.values()] == ["a"]


def test_warnings_are_kept(recorded):
    recording = recorded(lambda: pulumi.log.warn("mind the gap"))
    assert [(said.severity, said.text) for said in recording.messages] == [("warning", "mind the gap")]

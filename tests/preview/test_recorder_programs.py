"""What the recorder answers a program: transforms, providers, look-ups, and how a program ends."""

import pulumi
import pulumi_aws as aws
import pytest

from preview.recorder import UNKNOWN, ProgramExit
from tests.preview import samples
from tests.preview.samples import SECRETS, vpc


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


def test_default_tags_of_an_explicit_provider_reach_every_resource(recorded):
    def program() -> None:
        provider = aws.Provider("there", region="eu-west-1", default_tags={"tags": {"Owner": "team", "Name": "?"}})
        samples.SampleNetwork("net", pulumi.ResourceOptions(providers=[provider]))

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
    assert [(message.severity, message.text) for message in leaving.value.messages] == [("error", "explained")]


def test_an_exit_without_a_fault_is_none(recorded):
    def program() -> None:
        vpc()
        raise SystemExit(0)

    assert [resource.name for resource in recorded(program).resources.values()] == ["a"]


def test_warnings_are_kept(recorded):
    recording = recorded(lambda: pulumi.log.warn("mind the gap"))
    assert [(message.severity, message.text) for message in recording.messages] == [("warning", "mind the gap")]

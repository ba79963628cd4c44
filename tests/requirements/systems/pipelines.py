"""techcorp: CodePipeline and CodeBuild, from a push to the services."""

import json
from collections.abc import Sequence
from typing import Any

from components.security.buildspec import SNYK, TRIVY
from preview.recording import RecordedResource, Recording
from tests.requirements.reading import arn, at, document, of, one, only, permissions
from tests.requirements.systems.table import AnyValue, ClassProof, Matches, Proof, Ref, StackProof, holds

PIPELINE, PROJECT, CONNECTION = "codepipeline.Pipeline", "codebuild.Project", "codeconnections.Connection"
STACKS = ("production", "production-eu", "staging", "development")
UNIT, INTEGRATION = "npm test", "npm run test:integration"


def _stage(stack: Recording, name: str) -> list[Any]:
    return only(each for each in one(stack, PIPELINE)["stages"] if each["name"] == name)["actions"]


def _commands(stack: Recording) -> list[str]:
    """All commands of the build, in the order in which they run; a failed one ends it."""
    spec = json.loads(one(stack, PROJECT)["source"]["buildspec"])
    phases = [
        spec["phases"][name] for name in ("install", "pre_build", "build", "post_build") if name in spec["phases"]
    ]
    assert {each["on-failure"] for each in phases} == {"ABORT"}
    return [command for phase in phases for command in phase["commands"]]


def _place(commands: Sequence[str], *words: str) -> int:
    """Where the one command with these words stands."""
    return only(number for number, each in enumerate(commands) if all(word in each for word in words))


def source(stack: Recording) -> None:
    """One action, on the connection of this very stack, for a push to the protected branch."""
    action = only(_stage(stack, "Source"))
    assert action["provider"] == "CodeStarSourceConnection"
    assert action["configuration"] == {
        "ConnectionArn": arn(one(stack, CONNECTION)),
        "FullRepositoryId": "techcorp-ai/services",
        "BranchName": "main",
        "DetectChanges": "true",
    }


def stages(stack: Recording) -> None:
    """Each takes what the one before it gave, and nothing is deployed that was not built in this run."""
    names = [each["name"] for each in one(stack, PIPELINE)["stages"]]
    approved = ["Approve"] if stack.stack.startswith("production") else []
    assert names == ["Source", "Build", *approved, "Deploy"]
    build = only(_stage(stack, "Build"))
    assert (build["provider"], build["configuration"]) == ("CodeBuild", {"ProjectName": one(stack, PROJECT)["name"]})
    assert build["inputArtifacts"] == _stage(stack, "Source")[0]["outputArtifacts"] == ["source"]
    assert {tuple(each["inputArtifacts"]) for each in _stage(stack, "Deploy")} == {tuple(build["outputArtifacts"])}
    store = one(stack, PIPELINE)["artifactStores"]
    key = arn(one(stack, "kms.Key"))
    assert [each["encryptionKey"] for each in store] == [{"type": "KMS", "id": key}]
    assert one(stack, PROJECT)["encryptionKey"] == key


def pushes_to_the_registry(stack: Recording) -> None:
    """The image that the services run, under the commit's tag."""
    commands, project = _commands(stack), one(stack, PROJECT)
    variables = {each["name"]: each["value"] for each in project["environment"]["environmentVariables"]}
    repository = at(stack, "ecr.Repository", name="techcorp/api")["name"]
    assert variables["REPOSITORY"].endswith(f".amazonaws.com/{repository}")
    assert variables["REPOSITORY"].startswith(stack.config["cloudplatform:account"])
    assert (
        _place(commands, "docker build") < _place(commands, "docker login") < _place(commands, 'docker push "$IMAGE"')
    )
    assert commands[_place(commands, "export IMAGE=")].endswith('"$REPOSITORY:$CODEBUILD_RESOLVED_SOURCE_VERSION"')


def scans(stack: Recording) -> None:
    """Both look at the image that is pushed after them, and fail the build where they find something critical."""
    commands = _commands(stack)
    built, pushed = _place(commands, "docker build"), _place(commands, "docker push")
    snyk, trivy = _place(commands, SNYK), _place(commands, TRIVY)
    assert built < snyk < trivy < pushed
    assert "--severity-threshold=critical" in commands[snyk]
    assert "--severity CRITICAL --exit-code 1" in commands[trivy]
    assert all('"$IMAGE"' in commands[each] for each in (snyk, trivy))
    assert not [each for each in (snyk, trivy) if "||" in commands[each] or ";" in commands[each]]
    names = [each["name"] for each in one(stack, PIPELINE)["stages"]]
    assert names.index("Build") < names.index("Deploy")


def runs_tests_before_the_push(stack: Recording) -> None:
    """The source's before the image is built, the image's before it is scanned; both before anything is deployed."""
    commands = _commands(stack)
    unit, integration = commands.index(UNIT), commands.index(INTEGRATION)
    assert unit < _place(commands, "docker build") < integration < _place(commands, SNYK)


def token(stack: Recording) -> None:
    """Snyk's token comes from the stack's own secret, which the builder alone of both roles may read."""
    variables = {each["name"]: each for each in one(stack, PROJECT)["environment"]["environmentVariables"]}
    secret = only(each for each in of(stack, "secretsmanager.Secret") if each["name"].endswith("ci/snyk-token"))
    assert (variables["SNYK_TOKEN"]["type"], variables["SNYK_TOKEN"]["value"]) == ("SECRETS_MANAGER", arn(secret))
    assert {each["type"] for name, each in variables.items() if name != "SNYK_TOKEN"} == {"PLAINTEXT"}
    builder, runner = _roles(stack)
    reads = [each for each in permissions(stack, builder) if "secretsmanager:GetSecretValue" in each.actions]
    assert [each.resources for each in reads] == [[arn(secret)]]
    assert not [each for each in permissions(stack, runner) if any("secret" in one for one in each.actions)]


def _roles(stack: Recording) -> tuple[RecordedResource, RecordedResource]:
    roles = {arn(each): each for each in of(stack, "iam.Role")}
    return roles[one(stack, PROJECT)["serviceRole"]], roles[one(stack, PIPELINE)["roleArn"]]


def deploys(stack: Recording) -> None:
    """Every service of the stack, side by side, within what a stage takes; each with its own container's image."""
    actions, services = _stage(stack, "Deploy"), {each["name"]: each for each in of(stack, "ecs.Service")}
    assert len(actions) == len(services) <= 50
    assert {each["runOrder"] for each in actions} == {1}
    cluster = one(stack, "ecs.Cluster")["name"]
    for each in actions:
        told = each["configuration"]
        assert (each["provider"], each["owner"], each["version"]) == ("ECS", "AWS", "1")
        service = services.pop(told["ServiceName"])
        container = service["loadBalancers"][0]["containerName"]
        assert told == {
            "ClusterName": cluster,
            "ServiceName": service["name"],
            "FileName": f"imagedefinitions-{container}.json",
            "DeploymentTimeout": "60",
        }
        assert "taskDefinition" in service.options.ignore_changes, "an update would deploy the version before"
    assert not services


def may_do_no_more(stack: Recording) -> None:
    """The pipeline's role: its artifacts, its project, its connection, and the stack's services."""
    builder, runner = _roles(stack)
    for role, service in ((builder, "codebuild"), (runner, "codepipeline")):
        trusted = only(document(role["assumeRolePolicy"]))
        assert (trusted.principals, trusted.actions) == ([("Service", f"{service}.amazonaws.com")], ["sts:AssumeRole"])
    everywhere = {
        action for role in (builder, runner) for each in permissions(stack, role) if "*" in each.resources for action in each.actions
    }  # fmt: skip
    assert everywhere == {"ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"}
    passes = [each for each in permissions(stack, runner) if "iam:PassRole" in each.actions]
    assert [each.condition for each in passes] == [{"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}]
    updated = [each.resources for each in permissions(stack, runner) if "ecs:UpdateService" in each.actions]
    assert sorted(each.rpartition("/")[2] for each in updated[0]) == sorted(
        each["name"] for each in of(stack, "ecs.Service")
    )
    started = [each.resources for each in permissions(stack, runner) if "codebuild:StartBuild" in each.actions]
    assert started == [[arn(one(stack, PROJECT))]]


def tells_of_failures(stack: Recording) -> None:
    """A stage that fails is told; of a deployment by canary, for which nobody waits, ECS tells itself."""
    name = one(stack, PIPELINE)["name"]
    patterns = {each["name"]: json.loads(each["eventPattern"]) for each in of(stack, "cloudwatch.EventRule") if each.inputs.get("eventPattern")}  # fmt: skip
    rule, pattern = only(pair for pair in patterns.items() if pair[1].get("source") == ["aws.codepipeline"])
    canary = stack.stack.startswith("production")
    assert pattern["detail"] == {
        "pipeline": [name],
        "state": ["FAILED"],
        "stage": ["Source", "Build", *([] if canary else ["Deploy"])],
    }
    target = only(each for each in of(stack, "cloudwatch.EventTarget") if each["rule"] == rule)
    assert target["arn"] in {arn(each) for each in of(stack, "sns.Topic")}
    failed = [
        each for each in patterns.values() if each.get("detail", {}).get("eventName") == ["SERVICE_DEPLOYMENT_FAILED"]
    ]
    assert bool(failed) is canary


def _rows(stack: str) -> list[Proof]:
    here = (stack,)
    return [
        ClassProof("TC-CICD-01", CONNECTION, {"providerType": "GitHub"}, count=1, stacks=here),
        StackProof("TC-CICD-01", source, (), (CONNECTION, PIPELINE), here),
        ClassProof("TC-CICD-02", PIPELINE, {"pipelineType": "V2", "stages.1.actions.0.provider": "CodeBuild"}, count=1, stacks=here),
        StackProof("TC-CICD-02", stages, (), (PROJECT, PIPELINE), here),
        StackProof("TC-CICD-02", may_do_no_more, (), ("iam.RolePolicy",), here),
        ClassProof("TC-CICD-03", PROJECT, {"environment.privilegedMode": True, "environment.type": "LINUX_CONTAINER", "logsConfig.cloudwatchLogs.groupName": Ref("cloudwatch.LogGroup", {"name": Matches("^/aws/codebuild/")}, "name")}, count=1, stacks=here),
        StackProof("TC-CICD-03", pushes_to_the_registry, (), (PROJECT,), here),
        ClassProof("TC-CICD-04", PROJECT, {"source.buildspec": holds(SNYK, TRIVY)}, count=1, stacks=here),
        StackProof("TC-CICD-04", scans, (), (PROJECT,), here),
        StackProof("TC-CICD-04", token, (), ("secretsmanager.Secret", PROJECT), here),
        StackProof("TC-CICD-05", runs_tests_before_the_push, (), (PROJECT,), here),
        StackProof("TC-CICD-06", scans, (), (PROJECT, PIPELINE), here),
        ClassProof("TC-CICD-07", PIPELINE, {"roleArn": AnyValue()}, count=1, stacks=here),
        StackProof("TC-CICD-07", deploys, (), (PIPELINE,), here),
        StackProof("TC-CICD-07", tells_of_failures, (), ("cloudwatch.EventRule",), here),
    ]  # fmt: skip


ROWS = [row for stack in STACKS for row in _rows(stack)]

"""A pipeline on CodePipeline: source, tests, image, scans, and the services that run the image."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedBucket, NamedRole, StoredSecret
from components.iam import Statement, allow, deferred, document, push_images
from components.log_group import log_group
from components.security.buildspec import FILES, buildspec
from components.security.pipeline_roles import service_updates
from components.service_role import service_role
from settings.tables.pipelines import ImagePipelineTable

BUILD_IMAGE: Final = "aws/codebuild/amazonlinux-x86_64-standard:5.0"  #: with Docker, Node.js and the AWS CLI
WAIT: Final = "60"  #: minutes that a deploy action waits, which is the most ("Quotas in AWS CodePipeline")
WITH_KEY: Final = ("kms:Decrypt", "kms:GenerateDataKey")  #: what reading and writing encrypted artifacts takes


@dataclass(frozen=True, kw_only=True)
class ImagePipelineArgs(Args):
    """The pipeline's table, and what it takes from its neighbours."""

    table: ImagePipelineTable
    word: str  #: its key in the stack file
    repository: str  #: physical name of the image's repository
    services: Mapping[str, str]  #: the container that runs the image, by service
    canaries: bool  #: whether a service is deployed by canary, for whose end nobody waits here
    artifacts: NamedBucket
    snyk: StoredSecret
    key: pulumi.Input[str]  #: ARN of the stack's key
    topic: pulumi.Input[str] | None  #: ARN of who hears that it failed
    after: pulumi.Resource  #: the repository
    deployed: Sequence[pulumi.Resource]  #: the services, and the cluster that they run in


class ImagePipeline(Component):
    """What turns a push into an image that is tested, scanned and running.

    Creates the connection to GitHub, which is pending until a person approves it; a CodeBuild project with its log
    group; the pipeline, which deploys all services side by side; a role each; and the rule that tells of a failure.
    """

    pipeline: str  #: physical name
    project: str  #: physical name
    connection: pulumi.Output[str]  #: ARN
    rule: str  #: physical name; "" where nobody is told

    def __init__(self, name: str, args: ImagePipelineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args, names = args, args.names
        self.pipeline, self.project = names.of("pipeline", args.word), names.of("build", args.word)
        self.rule = names.of("rule", "pipeline", args.word) if args.topic else ""
        connection = aws.codeconnections.Connection(
            self.child("source"),
            name=names.of("connection", args.word),
            provider_type="GitHub",
            tags=self.named(names.of("connection", args.word)),
            opts=self.owned(),
        )
        self.connection = connection.arn
        log = log_group(self, "log", f"/aws/codebuild/{self.project}", days=args.table.log_days, key=args.key)
        builder, permissions = self._builder(log)
        project = self._project(builder, log, permissions)
        runner, permissions = self._runner(connection.arn, project)
        pipeline = self._pipeline(runner, connection.arn, project, permissions)
        if args.topic:
            self._tell(args.topic, pipeline)
        self.register_outputs(
            {
                "pipeline": self.pipeline,
                "project": self.project,
                "connection": self.connection,
                "rule": self.rule,
            }
        )

    def _role(
        self, word: str, description: str, service: str, known: list[Statement], rest: list[Statement], *after: Any
    ) -> tuple[NamedRole, list[pulumi.Resource]]:
        """A role that one service takes: what is known up front in one policy, and what AWS names in another."""
        args, physical = self._args, self._args.names.of("role", self._args.word, word)
        role = service_role(self, word, physical, service, args.facts, description)
        texts: dict[str, pulumi.Input[str]] = {"run": document(*known), "data": deferred(*rest)}
        policies: list[pulumi.Resource] = [
            aws.iam.RolePolicy(
                self.child(word, what),
                name=f"{physical}-{what}",
                role=role.name,
                policy=text,
                opts=self.owned(depends_on=list(after)),
            )
            for what, text in texts.items()
        ]
        return NamedRole(name=physical, arn=args.facts.role(physical), resource=role), policies

    def _builder(self, log: aws.cloudwatch.LogGroup) -> tuple[NamedRole, list[pulumi.Resource]]:
        args, facts = self._args, self._args.facts
        return self._role(
            "builder",
            f"Tests, builds and scans the image of {args.repository}",
            "codebuild",
            [
                allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    [f"{facts.log_group(f'/aws/codebuild/{self.project}')}:*"],
                ),
                allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [f"{args.artifacts.arn}/*"]),
                *push_images([facts.repository(args.repository)]),
            ],
            [allow(["secretsmanager:GetSecretValue"], [args.snyk.arn]), allow(WITH_KEY, [args.key])],
            log,
            args.artifacts.component,
            args.after,
        )

    def _project(
        self, role: NamedRole, log: aws.cloudwatch.LogGroup, permissions: list[pulumi.Resource]
    ) -> aws.codebuild.Project:
        args, table = self._args, self._args.table
        plain = {
            "REPOSITORY": args.facts.image(args.repository, "").removesuffix(":"),
            "FOLDER": table.folder,
            "CONTAINERS": " ".join(sorted(set(args.services.values()))),
        }
        variables: list[Any] = [{"name": name, "value": value, "type": "PLAINTEXT"} for name, value in plain.items()]
        return aws.codebuild.Project(
            self.child("build"),
            name=self.project,
            description=f"Tests, builds and scans the image of {args.repository}",
            service_role=role.resource.arn,
            build_timeout=table.minutes,
            encryption_key=args.key,
            source={"type": "CODEPIPELINE", "buildspec": buildspec(table)},
            artifacts={"type": "CODEPIPELINE"},
            environment={
                "compute_type": "BUILD_GENERAL1_MEDIUM",
                "image": BUILD_IMAGE,
                "type": "LINUX_CONTAINER",
                "privileged_mode": True,  # for Docker's daemon
                "environment_variables": [
                    *variables,
                    {"name": "SNYK_TOKEN", "value": args.snyk.arn, "type": "SECRETS_MANAGER"},
                ],
            },
            logs_config={"cloudwatch_logs": {"status": "ENABLED", "group_name": log.name}},
            tags=self.named(self.project),
            opts=self.owned(depends_on=[*permissions, args.snyk.writer]),
        )

    def _runner(
        self, connection: pulumi.Output[str], project: aws.codebuild.Project
    ) -> tuple[NamedRole, list[pulumi.Resource]]:
        args, facts = self._args, self._args.facts
        families = [facts.task_family(args.names.of("ecs-task", service)) for service in args.services]
        created = {"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}}
        return self._role(
            "runner",
            f"Runs the pipeline {self.pipeline}",
            "codepipeline",
            [
                allow(["s3:GetBucketVersioning"], [args.artifacts.arn]),
                allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [f"{args.artifacts.arn}/*"]),
                allow(["codebuild:BatchGetBuilds", "codebuild:StartBuild"], [facts.build_project(self.project)]),
                *service_updates(args.names, facts, list(args.services)),
                allow(["ecs:TagResource"], families, condition=created),
            ],
            [allow(["codeconnections:UseConnection"], [connection]), allow(WITH_KEY, [args.key])],
            project,
            args.artifacts.component,
            *args.deployed,
        )

    def _pipeline(
        self,
        role: NamedRole,
        connection: pulumi.Output[str],
        project: aws.codebuild.Project,
        permissions: list[pulumi.Resource],
    ) -> aws.codepipeline.Pipeline:
        args, table = self._args, self._args.table
        source = {
            "ConnectionArn": connection,
            "FullRepositoryId": table.source.repository,
            "BranchName": table.source.branch,
            "DetectChanges": "true",
        }
        stages = [
            _stage("Source", _action("Source", "Source", "CodeStarSourceConnection", source, gives="source")),
            _stage("Build", _action("Build", "Build", "CodeBuild", {"ProjectName": project.name}, "source", "build")),
            *([_stage("Approve", _action("Approve", "Approval", "Manual", {}))] if table.approval else []),
            _stage("Deploy", *(self._deploys(service, container) for service, container in args.services.items())),
        ]
        return aws.codepipeline.Pipeline(
            self.child("pipeline"),
            name=self.pipeline,
            pipeline_type="V2",
            execution_mode="SUPERSEDED",  # a newer push overtakes one that waits for the stage before it
            role_arn=role.resource.arn,
            artifact_stores=[
                {
                    "type": "S3",
                    "location": args.artifacts.resource.bucket,
                    "encryption_key": {"type": "KMS", "id": args.key},
                }
            ],
            stages=stages,
            tags=self.named(self.pipeline),
            opts=self.owned(depends_on=[*permissions, *args.deployed]),
        )

    def _deploys(self, service: str, container: str) -> dict[str, Any]:
        names = self._args.names
        configuration = {
            "ClusterName": names.of("ecs-cluster"),
            "ServiceName": names.of("ecs-service", service),
            "FileName": FILES.format(container),
            "DeploymentTimeout": WAIT,
        }
        return _action(service, "Deploy", "ECS", configuration, "build")

    def _tell(self, topic: pulumi.Input[str], pipeline: aws.codepipeline.Pipeline) -> None:
        """Who hears of a stage that failed; of a canary's deployment ECS tells itself, as nobody waits for its end."""
        stages = ["Source", "Build", *([] if self._args.canaries else ["Deploy"])]
        pattern = {
            "source": ["aws.codepipeline"],
            "detail-type": ["CodePipeline Stage Execution State Change"],
            "detail": {"pipeline": [self.pipeline], "state": ["FAILED"], "stage": stages},
        }
        rule = aws.cloudwatch.EventRule(
            self.child("failed"),
            name=self.rule,
            description=f"Tells that a stage of {self.pipeline} failed",
            event_pattern=json.dumps(pattern, sort_keys=True),
            tags=self.named(self.rule),
            opts=self.owned(depends_on=[pipeline]),
        )
        aws.cloudwatch.EventTarget(self.child("failed"), rule=rule.name, arn=topic, opts=self.owned())


def _stage(name: str, *actions: dict[str, Any]) -> Any:
    return {"name": name, "actions": list(actions)}


def _action(
    name: str, category: str, provider: str, configuration: Mapping[str, Any], takes: str = "", gives: str = ""
) -> dict[str, Any]:
    """An action of AWS's; those of a stage with the same order run side by side."""
    return {
        "name": name,
        "category": category,
        "owner": "AWS",
        "provider": provider,
        "version": "1",
        "run_order": 1,
        "configuration": dict(configuration) or None,
        "input_artifacts": [takes] if takes else None,
        "output_artifacts": [gives] if gives else None,
    }

"""The registry: private repositories for the services' images."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedRole
from components.iam import PULL, PUSH, Statement, document
from settings.tables.compute import RepositoryTable


@dataclass(frozen=True, kw_only=True)
class RegistryArgs(Args):
    """The repositories of the stack file and the key."""

    repositories: Mapping[str, RepositoryTable]  #: by key in the stack file: the rows
    key: pulumi.Input[str]  #: ARN of the stack's key
    force_destroy: bool  #: it goes with what is in it
    protect: bool  #: Pulumi refuses to delete it
    #: by row: the roles that start tasks from its images; asked for where the row wants a policy
    pullers: Mapping[str, Sequence[NamedRole]] = field(default_factory=dict[str, Sequence[NamedRole]])
    #: by row: the roles that push to it; likewise
    pushers: Mapping[str, Sequence[NamedRole]] = field(default_factory=dict[str, Sequence[NamedRole]])


class Registry(Component):
    """The repositories that this stack owns.

    Creates for each row a repository that scans what is pushed, its life cycle, and a policy where the row wants one;
    where a row names other regions, the registry's replication.
    """

    urls: Mapping[str, pulumi.Output[str]]  #: by row
    names: Mapping[str, str]  #: by row: physical

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        repositories = {word: self._repository(args, word, table) for word, table in args.repositories.items()}
        self._replicate(args, repositories)
        self.urls = {word: repository.repository_url for word, repository in repositories.items()}
        self.names = {word: repository_name(args, word) for word in args.repositories}
        self.register_outputs({"urls": dict(self.urls), "names": dict(self.names)})

    def _repository(self, args: RegistryArgs, word: str, table: RepositoryTable) -> aws.ecr.Repository:
        physical = repository_name(args, word)
        repository = aws.ecr.Repository(
            self.child(word),
            name=physical,
            **_mutability(table),
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[
                {"encryption_type": "KMS", "kms_key": args.key}
                if table.encryption == "key"
                else {"encryption_type": "AES256"}
            ],
            force_delete=args.force_destroy,
            tags=self.named(physical),
            opts=self.owned(protect=args.protect),
        )
        aws.ecr.LifecyclePolicy(
            self.child(word, "lifecycle"), repository=repository.name, policy=lifecycle(table), opts=self.owned()
        )
        if table.policy:
            aws.ecr.RepositoryPolicy(
                self.child(word),
                repository=repository.name,
                policy=document(*_users(args, word)),
                # ECR refuses a policy that names a role which is not there.
                opts=self.owned(
                    depends_on=[role.resource for roles in (args.pullers, args.pushers) for role in roles.get(word, ())]
                ),
            )
        return repository

    def _replicate(self, args: RegistryArgs, repositories: Mapping[str, aws.ecr.Repository]) -> None:
        wanted = {repository_name(args, word): table.replicate_to for word, table in args.repositories.items()}
        rules: list[Any] = [
            {
                "destinations": [{"region": region, "registry_id": args.facts.account} for region in regions],
                "repository_filters": [{"filter": name, "filter_type": "PREFIX_MATCH"}],
            }
            for name, regions in wanted.items()
            if regions
        ]
        if rules:
            aws.ecr.ReplicationConfiguration(
                self.child("replication"),
                replication_configuration={"rules": rules},
                opts=self.owned(depends_on=[*repositories.values()]),
            )


def _mutability(table: RepositoryTable) -> dict[str, Any]:
    """By default every tag may move: the pipeline moves `latest` and the environments' tags, and deployments name the
    commit (contradiction C-16)."""
    if not table.moving_tags:
        return {"image_tag_mutability": "MUTABLE"}
    filters = [{"filter": tag, "filter_type": "WILDCARD"} for tag in table.moving_tags]
    return {
        "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
        "image_tag_mutability_exclusion_filters": filters,
    }


def _users(args: RegistryArgs, word: str) -> list[Statement]:
    """Who may pull and who may push; nobody may delete by this policy."""
    rows = (("Pull", PULL, args.pullers), ("Push", (*PULL, *PUSH), args.pushers))
    return [
        # A policy of ECR's names no resource: it is the repository's own.
        {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": arns}, "Action": sorted(actions)}
        for sid, actions, roles in rows
        if (arns := sorted(role.arn for role in roles.get(word, ())))
    ]


def repository_name(args: RegistryArgs, word: str) -> str:
    """A repository's physical name: the row's own, or the pattern's."""
    return args.repositories[word].name or args.names.of("ecr", word)


def lifecycle(table: RepositoryTable) -> str:
    """The life cycle as ECR reads it: the first rule whose tags an image has decides, a later one cannot expire it.

    So what runs comes first, by its exact tag, which one image has at a time: a pattern without `*` is the whole tag,
    while a prefix would take each release for it. Then the releases, for a rollback; then the rest (note N-20).
    """
    rules: list[dict[str, Any]] = [
        _rule(f"Keep the image tagged {tag}", _tagged(tag), ("imageCountMoreThan", 1)) for tag in table.keep_tags
    ]
    rules += [
        _rule(
            f"Keep the last {table.releases} that passed {tag}",
            _tagged(f"{tag}-*"),
            ("imageCountMoreThan", table.releases),
        )
        for tag in table.keep_tags
    ]
    rules += [
        _rule("Delete what has no tag", {"tagStatus": "untagged"}, ("sinceImagePushed", table.untagged_days)),
        _rule(f"Keep the last {table.keep}", {"tagStatus": "any"}, ("imageCountMoreThan", table.keep)),
    ]
    numbered = [{"rulePriority": index, **rule} for index, rule in enumerate(rules, start=1)]
    return json.dumps({"rules": numbered}, sort_keys=True)


def _tagged(pattern: str) -> dict[str, Any]:
    return {"tagStatus": "tagged", "tagPatternList": [pattern]}


def _rule(description: str, which: dict[str, Any], when: tuple[str, int]) -> dict[str, Any]:
    count_type, number = when
    unit = {"countUnit": "days"} if count_type == "sinceImagePushed" else {}
    selection = {**which, "countType": count_type, "countNumber": number, **unit}
    return {"description": description, "selection": selection, "action": {"type": "expire"}}

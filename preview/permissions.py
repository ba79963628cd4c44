"""Which role may do what to which data store, by the statements of its policies."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, Final, cast

from guard.aws.grants import is_boundary
from guard.aws.policy_documents import covers, is_word, parts, words
from guard.model.graph import UNKNOWN, Resource, Stack, items
from preview.wire import Object

ROLE: Final = "aws:iam/role:Role"
#: What keeps data: the services whose actions are about it, and the property that its ARN is in.
STORES: Final = {
    "aws:s3/bucket:Bucket": ("s3",),
    "aws:dynamodb/table:Table": ("dynamodb",),
    "aws:rds/instance:Instance": ("rds-db", "rds"),
    "aws:rds/cluster:Cluster": ("rds-db", "rds"),
    "aws:docdb/cluster:Cluster": ("rds",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("elasticache",),
    "aws:secretsmanager/secret:Secret": ("secretsmanager",),
    "aws:ssm/parameter:Parameter": ("ssm",),
    "aws:sqs/queue:Queue": ("sqs",),
    "aws:kinesis/stream:Stream": ("kinesis",),
    "aws:efs/fileSystem:FileSystem": ("elasticfilesystem",),
    "aws:opensearch/domain:Domain": ("es",),
    "aws:msk/cluster:Cluster": ("kafka", "kafka-cluster"),
    "aws:redshift/cluster:Cluster": ("redshift",),
    "aws:ecr/repository:Repository": ("ecr",),
}
#: Where a program names its role; a service of ECS does so in its task definition.
RUNS_AS: Final = {"aws:lambda/function:Function": "role", "aws:ecs/taskDefinition:TaskDefinition": "taskRoleArn"}
TASKS: Final = "aws:ecs/taskDefinition:TaskDefinition"
#: Documents that belong to roles: where they stand, and what names the role.
_OWN: Final = "aws:iam/rolePolicy:RolePolicy"
_POLICY: Final = "aws:iam/policy:Policy"
_ATTACHMENTS: Final = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("role", "policyArn"),
    "aws:iam/policyAttachment:PolicyAttachment": ("roles", "policyArn"),
}


class Permissions:
    """The statements of all roles of a stack that speak of its stores. Boundaries only limit, and count for nothing."""

    def __init__(self, stack: Stack, word: Callable[[Resource], str]) -> None:
        self.stack, self.word = stack, word
        self._indexed: dict[str, Mapping[str, list[Resource]]] = {}

    @cached_property
    def roles(self) -> Mapping[str, Resource]:
        """The roles by logical name: one component has several."""
        return {role.name: role for role in self.stack.of(ROLE)}

    @cached_property
    def stores(self) -> Mapping[str, list[Resource]]:
        """The stores by the stack file's word, or by logical name where a component has several of a type."""
        found = self.stack.of(*STORES)
        types: dict[tuple[str, str], int] = {}
        for store in found:
            types[self.word(store), store.type] = types.get((self.word(store), store.type), 0) + 1
        named: dict[str, list[Resource]] = {}
        taken = {word for (word, token) in types if token not in _BESIDE}
        for store in found:
            word = self.word(store)
            alone = types[word, store.type] == 1 and not (store.type in _BESIDE and word in taken)
            named.setdefault(word if alone else store.name, []).append(store)
        return named

    def roles_of(self, things: Iterable[Resource]) -> list[str]:
        """The roles as which some things run."""
        found: set[str] = set()
        for thing in things:
            tasks = self.stack.targets(thing, "taskDefinition", TASKS).sure
            for each in (thing, *tasks):
                path = RUNS_AS.get(each.type)
                found |= {role.name for role in self.stack.targets(each, path, ROLE).sure} if path else set()
        return sorted(found)

    @cached_property
    def rows(self) -> list[Object]:
        """A row for each role, store and statement that allows or denies something, sorted."""
        rows = [
            row
            for name, role in self.roles.items()
            for policy, document in self._documents(role)
            for number, statement in enumerate(parts(document), start=1)
            for row in self._statement(name, policy, number, statement)
        ]
        return sorted(rows, key=lambda row: (row["role"], row["store"], row["policy"], row["statement"]))

    def _documents(self, role: Resource) -> Iterator[tuple[str, Any]]:
        for block in items(role["inlinePolicies"]):
            yield role.name, block.get("policy") if isinstance(block, dict) else UNKNOWN
        for policy in self._by_role(_OWN, "role").get(role.urn, ()):
            yield policy.name, policy["policy"]
        attached = [*self.stack.targets(role, "managedPolicyArns", _POLICY).sure]
        for token, (names, path) in _ATTACHMENTS.items():
            for link in self._by_role(token, names).get(role.urn, ()):
                attached += self.stack.targets(link, path, _POLICY).sure
        for policy in attached:
            if not is_boundary(policy, self.stack):
                yield policy.name, policy["policy"]

    def _by_role(self, token: str, path: str) -> Mapping[str, list[Resource]]:
        if token not in self._indexed:
            found: dict[str, list[Resource]] = {}
            for each in self.stack.of(token):
                for role in self.stack.targets(each, path, ROLE).sure:
                    found.setdefault(role.urn, []).append(each)
            self._indexed[token] = found
        return self._indexed[token]

    def _statement(self, role: str, policy: str, number: int, statement: Mapping[str, Any]) -> Iterator[Object]:
        sid = statement.get("Sid")
        for name, stores in self.stores.items():
            actions = sorted({each for store in stores for each in _actions(statement, store)})
            if actions:
                yield {
                    "role": role,
                    "store": name,
                    "policy": policy,
                    "statement": sid if isinstance(sid, str) and sid else f"statement {number}",
                    "effect": "Deny" if is_word(statement.get("Effect"), "deny") else "Allow",
                    "actions": actions,
                    "conditions": _conditions(statement),
                }


#: Stores that stand beside what a component is about: its secret, its parameters.
_BESIDE: Final = ("aws:secretsmanager/secret:Secret", "aws:ssm/parameter:Parameter")


def _actions(statement: Mapping[str, Any], store: Resource) -> list[str]:
    """The actions of a statement that are about a store, as they are written; none if it speaks of others."""
    if not _about(statement, store):
        return []
    services = STORES[store.type]
    if statement.get("NotAction") is not None:
        return [f"all but {', '.join(sorted(map(str, words(statement['NotAction']))))}"]
    written = [str(each) for each in items(statement.get("Action")) if each is not UNKNOWN]
    return [each for each in written if any(covers(each.partition(":")[0] or each, service) for service in services)]


def _about(statement: Mapping[str, Any], store: Resource) -> bool:
    arns = list(_arns(store))
    if statement.get("NotResource") is not None:
        return not any(_touches(pattern, arn) for pattern in words(statement["NotResource"]) for arn in arns)
    return any(_touches(pattern, arn) for pattern in words(statement.get("Resource")) for arn in arns)


def _arns(store: Resource) -> Iterator[str]:
    arn = store.known("arn")
    if not isinstance(arn, str):
        return
    yield arn
    own = store.known("resourceId") if "rds-db" in STORES[store.type] else UNKNOWN
    if isinstance(own, str):
        head = arn.split(":")
        yield ":".join((*head[:2], "rds-db", *head[3:5], "dbuser", own))


@lru_cache(maxsize=1 << 14)  # many roles say the same of the same stores
def _touches(pattern: str, arn: str) -> bool:
    """Whether a pattern matches a store, or what is in it: its objects, indexes and users."""
    beginning, after = pattern[: len(arn)].lower(), pattern[len(arn) : len(arn) + 1]
    inside = beginning == arn.lower() and after in (":", "/", "*", "?")
    return inside or covers([pattern], arn) or covers([pattern], f"{arn}/zq")


def _conditions(statement: Mapping[str, Any]) -> list[str]:
    """The keys on which a statement hangs; their values stay out."""
    found = statement.get("Condition")
    blocks = cast(dict[str, Any], found).values() if isinstance(found, dict) else ()
    return sorted({key for block in blocks if isinstance(block, dict) for key in cast(dict[str, Any], block)})

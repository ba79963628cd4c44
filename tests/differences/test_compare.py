"""What differs between two sides: exact rows on small ones, and figures of dev and prod."""

import csv
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from differences.compare import STATEFUL, differences, said
from differences.effects import FILE, effect
from differences.render import markdown, text
from differences.sides import ComparedResource, ComparedStack, recorded
from preview.engine import run
from preview.stack import open_stack
from preview.wire import Object
from tests.stacks import ROOT
from tests.stacks import recorded as shared

INSTANCE = "aws:rds/instance:Instance"


def thing(
    name: str, type_: str = INSTANCE, aliases: frozenset[str] = frozenset(), **properties: Any
) -> ComparedResource:
    service, class_ = type_.split(":")[1].split("/", maxsplit=1)[0], type_.split(":")[2]
    return ComparedResource(
        type=type_,
        kind=f"{service}.{class_}",
        name=name,
        component="database",
        properties=properties,
        aliases=aliases,
    )


def side(
    *things: ComparedResource, stack: str = "dev", rows: dict[str, float | None] | None = None, **settings: Any
) -> ComparedStack:
    by_urn = {f"{each.type}::{each.name}": each for each in things}
    total = sum(usd or 0 for usd in (rows or {}).values())
    return ComparedStack(name=stack, stack=stack, settings=settings, resources=by_urn, rows=rows or {}, total=total)


def rows(found: Object, section: str = "resources") -> list[tuple[str, str]]:
    return [(row["action"], row["name"]) for row in found[section]]


@cache
def environments() -> Object:
    """What differs between dev and prod."""
    sides = (recorded(shared(stack, known=True), stack, ROOT) for stack in ("dev", "prod"))
    return differences(*sides)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("instanceClass", "updates"),
        ("storageEncrypted", "replaces"),
        ("tags.Name", "updates"),
        ("region", "not known"),
    ],
)
def test_effects_are_the_tables_alone(path: str, expected: str) -> None:
    assert effect(INSTANCE, path) == expected
    assert effect("random:index/randomId:RandomId", path) == "not known"
    assert effect("aws:lambda/function:Function", "vpcConfig.subnetIds[0]") == "updates"
    assert effect("aws:elasticache/replicationGroup:ReplicationGroup", "engineVersion") == "not known"


@pytest.mark.parametrize("peer", ["cidrIpv4", "prefixListId", "referencedSecurityGroupId"])
def test_a_rule_of_a_group_is_replaced_where_its_peer_is_of_another_kind(peer: str) -> None:
    """Another of the same kind is an update (the provider: "you cannot change the rule's source type")."""
    for rule in ("Egress", "Ingress"):
        type_ = f"aws:vpc/securityGroup{rule}Rule:SecurityGroup{rule}Rule"
        assert (effect(type_, peer), effect(type_, peer, given=True)) == ("updates", "replaces")


#: Types of our stacks of which nobody knows what a change does: the provider that was asked is older.
NEWER = {"aws:cloudwatch/alarmMuteRule:AlarmMuteRule"}
#: Stores that none of our stacks has, so that nobody asked.
ELSEWHERE = {
    f"{service}.Cluster" for service in ("docdb", "elasticache", "memorydb", "msk", "neptune", "rds", "redshift")
} | {"cognito.UserPool", "ebs.Volume", "elasticache.ServerlessCache", "kinesis.Stream", "kms.ReplicaKey",
     "opensearch.Domain", "rds.GlobalCluster", "s3.BucketV2"}  # fmt: skip


def test_each_type_of_our_stacks_has_its_row() -> None:
    """The pinned URNs name every resource of every stack; a new type needs its row, or stands in NEWER."""
    urns = "\n".join(file.read_text() for file in (ROOT / "tests" / "golden" / "urns").rglob("*.txt"))
    ours = set(re.findall(r"\baws:\w+/\w+:\w+", urns))
    assert len(ours) > 130
    with FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = {row["type"]: [row[column].split() for column in ("replaces", "updates", "given")] for row in rows}
    assert ours - known.keys() == NEWER
    assert [row["type"] for row in rows] == sorted(known)
    for columns in known.values():
        words = [word for column in columns for word in column]
        assert words
        assert len(words) == len(set(words))
    stores = {f"{type_.split(':')[1].partition('/')[0]}.{type_.split(':')[2]}" for type_ in known}
    assert STATEFUL - stores == ELSEWHERE


@pytest.mark.parametrize(
    ("type_", "path", "expected"),
    [
        ("efs/fileSystem:FileSystem", "encrypted", "replaces"),
        ("efs/fileSystem:FileSystem", "throughputMode", "updates"),
        ("efs/fileSystem:FileSystem", "lifecyclePolicies[0].transitionToIa", "updates"),
        ("efs/mountTarget:MountTarget", "securityGroups", "updates"),
        ("ec2/instance:Instance", "rootBlockDevice.kmsKeyId", "replaces"),
        ("cloudfront/distribution:Distribution", "origins[0].domainName", "updates"),
        ("ec2clientvpn/endpoint:Endpoint", "clientCidrBlock", "replaces"),
        ("codepipeline/pipeline:Pipeline", "stages[1].actions[0].configuration.ProjectName", "updates"),
        ("ecr/lifecyclePolicy:LifecyclePolicy", "policy", "replaces"),
        ("cloudwatch/logDeliveryDestination:LogDeliveryDestination",
         "deliveryDestinationConfiguration.destinationResourceArn", "not known"),
    ],
)  # fmt: skip
def test_what_a_change_does(type_: str, path: str, expected: str) -> None:
    """As the provider's plans say; where a log goes, its value decides."""
    assert effect(f"aws:{type_}", path) == expected


def test_a_rule_of_another_source_is_another_rule() -> None:
    """A rule's range changes in place; a group instead of a range replaces the rule."""
    type_ = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    before = thing("web", type_, cidrIpv4="10.0.0.0/16")
    wider, group = thing("web", type_, cidrIpv4="10.0.0.0/8"), thing("web", type_, referencedSecurityGroupId="sg-1")
    for after, action in ((wider, "updated"), (group, "replaced")):
        assert rows(differences(side(before), side(after))) == [(action, "web")]


@pytest.mark.parametrize(
    "type_",
    ["efs/fileSystem:FileSystem", "rds/cluster:Cluster", "dynamodb/table:Table", "s3/bucket:Bucket"],
)  # fmt: skip
def test_a_renamed_store_is_said_first(type_: str) -> None:
    """Whatever keeps data: one that is gone while one alike is new would be replaced; an alias keeps it."""
    old, new = thing("old", f"aws:{type_}", size=1), thing("new", f"aws:{type_}", size=1)
    found = differences(side(old), side(new))
    first, *_ = found["first"]
    assert (first["action"], first["was"], first["name"]) == ("renamed", "old", "new")
    assert f"! {first['kind']} old is now new: replaced, unless an alias names the old one" in text(found)
    kept = differences(side(old), side(replace(new, aliases=frozenset({"old"}))))
    assert (kept["first"], kept["resources"]) == ([], [])


def test_each_kind_of_change() -> None:
    """Created, replaced with what forces it, updated, deleted, and what nobody knows."""
    before = side(
        thing("bigger", instanceClass="db.t3.micro"),
        thing("sealed", storageEncrypted=False, instanceClass="db.t3.micro"),
        thing("odd", region="us-east-1"),
        thing("same", port=5432, tags={"a": [1]}),
        thing("old", engine="mysql"),
    )
    after = side(
        thing("bigger", instanceClass="db.r6g.large"),
        thing("sealed", storageEncrypted=True, instanceClass="db.r6g.large"),
        thing("odd", region="eu-west-1"),
        thing("same", port=5432, tags={"a": [1]}),
        thing("new", engine="postgres"),
    )
    found = differences(before, after)
    assert rows(found) == [
        ("updated", "bigger"),
        ("created", "new"),
        ("not known", "odd"),
        ("deleted", "old"),
        ("replaced", "sealed"),
    ]
    assert rows(found, "first") == [("not known", "odd"), ("deleted", "old"), ("replaced", "sealed")]
    said_so = text(found)
    assert "  ? rds.Instance odd: region: update or replacement: not known here\n" in said_so
    assert "  ± rds.Instance sealed: replaced, by storageEncrypted\n" in said_so
    assert "  database: 1 created, 1 deleted, 1 replaced, 1 updated, 1 not known\n" in said_so
    assert "      instanceClass: db.t3.micro → db.r6g.large\n" in said_so
    assert "region: us-east-1 → eu-west-1 (update or replacement: not known here)" in said_so


@pytest.mark.parametrize(
    ("aliases", "first"),
    [
        (frozenset[str](), ["! rds.Instance store is now database: replaced, unless an alias names the old one",
                            "- rds.Instance store: deleted"]),
        (frozenset({"store"}), []),
    ],
)  # fmt: skip
def test_a_rename_of_a_store_is_said_first(aliases: frozenset[str], first: list[str]) -> None:
    """Unless an alias keeps it: then nothing of it differs at all."""
    found = differences(
        side(thing("store", engine="postgres", port=1)),
        side(thing("database", aliases=aliases, engine="postgres", port=1)),
    )
    lines = text(found).splitlines()
    assert [line.strip() for line in lines[3 : 3 + len(first)]] == first
    assert bool(found["resources"]) is bool(first)


def test_names_and_addresses_of_two_stacks_are_folded() -> None:
    """Those of one stack are shown: there they change."""
    vpc, subnet = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"

    def network(stack: str, net: str, called: str) -> ComparedStack:
        return side(
            thing("vpc", vpc, cidrBlock=f"10.{net}.0.0/16"),
            thing("a", subnet, cidrBlock=f"10.{net}.1.0/24", tags={"Name": f"x-{called}-a", "Environment": called}),
            stack=stack,
        )

    folded = differences(network("dev", "0", "dev"), network("prod", "2", "prod"))
    assert (folded["resources"], folded["folded"]) == ([], 4)
    assert text(folded) == (
        "dev → prod\n\nMoney\n  0.00 → 0.00 USD a month at list prices: no change\n\n"
        "Folded\n  4 properties differ in names and addresses alone\n"
    )
    moved = differences(network("dev", "0", "dev"), network("dev", "2", "dev"))
    assert (rows(moved), moved["folded"]) == ([("replaced", "a"), ("replaced", "vpc")], 0)


def test_settings_money_statements_and_alarms() -> None:
    role, alarm = "aws:iam/rolePolicy:RolePolicy", "aws:cloudwatch/metricAlarm:MetricAlarm"
    policy = '{"Statement": [{"Action": "s3:GetObject", "Effect": "Allow", "Resource": "*"}%s]}'
    more = ', {"Action": ["s3:PutObject"], "Effect": "Deny", "Resource": ["a", "b"]}'
    before = side(
        thing("may", role, policy=policy % ""), thing("slow", alarm, threshold=1),
        rows={"RDS": 10.0, "NAT": 5.0}, database={"class": "db.t3.micro", "port": 1},
    )  # fmt: skip
    after = side(
        thing("may", role, policy=policy % more), thing("slow", alarm, threshold=2),
        rows={"RDS": 30.5, "NAT": 5.0}, database={"class": "db.r6g.large", "port": 1},
    )  # fmt: skip
    assert text(differences(before, after)) == (
        "dev → dev\n\n"
        "Settings\n  database.class: db.t3.micro → db.r6g.large\n\n"
        "Money\n  15.00 → 35.50 USD a month at list prices: +20.50\n    RDS: +20.50\n\n"
        "Resources\n  database: 1 updated\n    ~ iam.RolePolicy may\n        policy: another document\n\n"
        "Statements of IAM\n  + may: Deny s3:PutObject on a, b\n\n"
        "Alarms\n  ~ cloudwatch.MetricAlarm slow\n      threshold: 1 → 2\n"
    )


def test_a_stack_and_its_copy_by_another_name_differ_in_nothing(tmp_path: Path) -> None:
    """Ids and addresses of the preview are made of a stack's name, and so are hashes at the end of names in AWS."""
    copy = (ROOT / "Pulumi.dev.yaml").read_text().replace("api.dev.", "api.")
    files = {stack: tmp_path / f"Pulumi.{stack}.yaml" for stack in ("dev", "qa")}
    for file in files.values():
        file.write_text(copy)
    stacks = [run(open_stack(stack, file, ROOT), known=True) for stack, file in files.items()]
    found = differences(*(recorded(each, each.stack, ROOT) for each in stacks))
    assert found["resources"] == []
    assert found["statements"] == []


def test_a_statement_in_one_line() -> None:
    given = {"Effect": "Deny", "Principal": "*", "NotAction": ["iam:*"], "Condition": {"Bool": {"a": "b"}}}
    assert said(given) == 'Deny "*" to all but iam:* if {"Bool": {"a": "b"}}'
    but = {"Effect": "Deny", "NotPrincipal": "*", "Action": ["s3:*"], "NotResource": ["a", "b"]}
    assert said(but) == 'Deny all but "*" to s3:* on all but a, b'
    assert said({"Effect": "Allow", "Action": "s3:*", "Resource": "a"}) == "Allow s3:* on a"


def test_who_may_talk_to_whom_in_only_one_of_two() -> None:
    before, after = (
        replace(side(), exposure=frozenset(rows))
        for rows in (
            {"api → database on 5432/tcp", "api → cache on 6379/tcp"},
            {"api → database on 5432/tcp", "internet → api on 443/tcp"},
        )
    )
    exposure = "Exposure\n  - api → cache on 6379/tcp\n  + internet → api on 443/tcp\n"
    assert exposure in text(differences(before, after))


def test_what_a_replaced_one_s_id_forces_is_replaced_too() -> None:
    """By way of others as well; what is only updated by another id is not listed, and of two stacks nothing is."""

    def network(stack: str, cidr: str) -> ComparedStack:
        return side(
            thing("vpc", "aws:ec2/vpc:Vpc", cidrBlock=cidr),
            thing("group", "aws:ec2/securityGroup:SecurityGroup", vpcId="{Vpc vpc}"),
            thing(
                "rule",
                "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
                securityGroupId="{SecurityGroup group}",
            ),
            thing("other", "aws:ec2/securityGroup:SecurityGroup", vpcId="{Vpc another}"),
            thing("store", INSTANCE, vpcSecurityGroupIds=["{SecurityGroup group}"]),
            stack=stack,
        )

    found = differences(network("dev", "10.0.0.0/16"), network("dev", "10.9.0.0/16"))
    assert rows(found) == [("replaced", "group"), ("replaced", "vpc"), ("replaced", "rule")]
    assert "group, replaced by vpcId\n        vpcId: {Vpc vpc} → the new {Vpc vpc} (replaces)" in text(found)
    assert rows(differences(network("dev", "10.0.0.0/16"), network("prod", "10.9.0.0/16"))) == []


def test_nothing_differs() -> None:
    same = side(thing("store", engine="postgres"), rows={"RDS": 1.0})
    assert text(differences(same, same)).endswith("Nothing else\n  no resource differs\n")


def test_dev_and_prod() -> None:
    """The whole of both: what people look for is there, and names are not."""
    found = environments()
    settings = {row["path"]: (row["before"], row["after"]) for row in found["settings"]}
    assert settings["cloudplatform:database.class"] == ("db.t3.micro", "db.t3.medium")
    assert settings["cloudplatform:database.multi-az"] == (False, True)
    [database] = [row for row in found["resources"] if row["name"] == "database-instance"]
    changes = {row["path"]: (row["after"], row["effect"]) for row in database["changes"]}
    assert changes["instanceClass"] == ("db.t3.medium", "updates")
    assert changes["multiAz"] == (True, "updates")
    assert "identifier" not in changes
    assert database["action"] == "updated"
    assert found["money"]["after"] > found["money"]["before"] > 0
    assert ("created", "backup-vault") in rows(found)
    assert any(row["name"] == "access-deny-public-buckets" and row["sign"] == "+" for row in found["statements"])
    talkers = {(each["sign"], each["row"].partition(" → ")[0]) for each in found["exposure"]}
    assert talkers == {("+", "rotate-database")}  # dev rotates nothing
    assert "+ rotate-database → database on 5432/tcp" in text(found)
    assert found["folded"] > 100


def test_same_input_same_bytes() -> None:
    found = environments()
    assert text(found) == text(environments())
    lines = markdown(found).splitlines()
    assert lines[0] == "**dev → prod**"
    assert {line.removeprefix("### ") for line in lines if line.startswith("#")} >= {"Settings", "Money", "Resources"}
    assert all(line.lstrip().startswith(("- `", "#", "**")) for line in lines if line)

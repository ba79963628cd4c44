"""Compares two stacks. The result is one document, which `render` draws."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from differences.effects import effect
from differences.following import replaced_too
from differences.sides import ComparedResource, ComparedStack
from preview.wire import Object

VERSION: Final = 1

#: What holds data or cannot come back: who replaces one of these wants to know first.
STATEFUL: Final = frozenset(
    {
        "backup.Vault",
        "cloudwatch.LogGroup",
        "cognito.UserPool",
        "docdb.Cluster",
        "dynamodb.Table",
        "ebs.Volume",
        "ecr.Repository",
        "efs.FileSystem",
        "elasticache.Cluster",
        "elasticache.ReplicationGroup",
        "elasticache.ServerlessCache",
        "kinesis.Stream",
        "kms.Key",
        "kms.ReplicaKey",
        "memorydb.Cluster",
        "msk.Cluster",
        "neptune.Cluster",
        "opensearch.Domain",
        "rds.Cluster",
        "rds.GlobalCluster",
        "rds.Instance",
        "redshift.Cluster",
        "route53.Zone",
        "s3.Bucket",
        "s3.BucketV2",
        "secretsmanager.Secret",
        "sqs.Queue",
        "ssm.Parameter",
    }
)
ALARMS: Final = frozenset({"cloudwatch.MetricAlarm", "cloudwatch.CompositeAlarm"})

#: Properties that name a resource in AWS; two stacks never share them.
NAMES: Final = frozenset(
    {"name", "tags.Name", "identifier", "bucket", "alarmName", "analyzerName", "dashboardName", "replicationGroupId"}
)

#: A new resource is an old one renamed where so much of what both say is the same.
ALIKE: Final = 0.8


@dataclass(frozen=True)
class Folds:
    """Makes names and addresses of a side equal to the other's: a stack's name, and its VPC's first two numbers.

    A name of a resource that both sides have is that resource, also where another resource is given it.
    """

    words: tuple[tuple[re.Pattern[str], str], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])  #: name in AWS → key of the resource

    def __call__(self, value: Any) -> str:
        """The value as text, folded."""
        if isinstance(value, str) and value in self.names:
            return self.names[value]
        text = json.dumps(value, sort_keys=True)
        for pattern, word in self.words:
            text = pattern.sub(word, text)
        return text


def differences(before: ComparedStack, after: ComparedStack, alone: bool = True) -> Object:
    """All that differs. What two stacks call differently is counted, not shown; of one stack it is shown.

    Beside a preview it does not stand `alone`: what the sums leave out is said there.
    """
    moved = _renames(before, after)
    fold_old, fold_new = _folds(before, after), _folds(after, before)
    by_key: dict[str, Object] = {}
    statements: list[Object] = []
    folded = 0
    for key, new in after.resources.items():
        old = before.resources.get(moved.get(key, key))
        found, more = _resource(old, new, fold_old, fold_new)
        if found:
            by_key[key] = found
        folded += more
        statements += _statements(old, new, fold_old, fold_new)
    if before.stack == after.stack:
        _follow(by_key, after)
    rows = [*by_key.values()]
    for key in before.resources.keys() - after.resources.keys() - set(moved.values()):
        rows.append(_row(before.resources[key], "deleted", [], 0))
        statements += _statements(before.resources[key], None, fold_old, fold_new)
    rows.sort(key=lambda row: [row[word] for word in ("component", "kind", "name", "action")])
    statements.sort(key=lambda row: [row[word] for word in ("kind", "name", "sign", "statement")])
    return {
        "version": VERSION,
        "before": before.name,
        "after": after.name,
        "first": [*_renamed(before, after, fold_old, fold_new), *(row for row in rows if _loses(row))],
        "settings": _changes(before.settings, after.settings, Folds(), Folds())[0],
        "resources": [row for row in rows if row["kind"] not in ALARMS],
        "money": _money(before, after, alone),
        "exposure": [
            *({"sign": "-", "row": row} for row in sorted(before.exposure - after.exposure)),
            *({"sign": "+", "row": row} for row in sorted(after.exposure - before.exposure)),
        ],
        "statements": statements,
        "alarms": [row for row in rows if row["kind"] in ALARMS],
        "folded": folded,
    }


def _folds(side: ComparedStack, other: ComparedStack) -> Folds:
    if side.stack == other.stack:
        return Folds()
    words = [(re.compile(rf"(?<![A-Za-z0-9]){re.escape(side.stack)}(?![A-Za-z0-9])"), "{stack}")]
    cidrs = sorted(
        str(each.properties.get("cidrBlock", "")) for each in side.resources.values() if each.kind == "ec2.Vpc"
    )
    for cidr in cidrs:
        if found := re.match(r"\d+\.\d+\.", cidr):
            words.append((re.compile(rf"(?<![\d.]){re.escape(found[0])}(?=\d)"), "{vpc}."))
    return Folds(tuple(words), _names(side, other))


def _names(side: ComparedStack, other: ComparedStack) -> Mapping[str, str]:
    """The names in AWS of the resources that both sides have."""
    both = side.resources.keys() & other.resources.keys()
    return {
        value: key
        for key in sorted(both)
        for path in NAMES
        if isinstance(value := side.resources[key].properties.get(path), str)
    }


def _resource(
    old: ComparedResource | None, new: ComparedResource, fold_old: Folds, fold_new: Folds
) -> tuple[Object | None, int]:
    """The row of a created or changed resource, if anything differs, and how many changes were folded."""
    if old is None:
        return _row(new, "created", [], 0), 0
    changes, folded = _changes(old.properties, new.properties, fold_old, fold_new)
    if not changes:
        return None, folded
    for each in changes:
        each["effect"] = effect(new.type, each["path"], given=None in (each["before"], each["after"]))
    effects = {each["effect"] for each in changes}
    action = "replaced" if "replaces" in effects else "not known" if "not known" in effects else "updated"
    return _row(new, action, changes, folded), folded


def _follow(rows: dict[str, Object], after: ComparedStack) -> None:
    """Add what is replaced because something else is: its own row, or the change in the row that it has."""
    replaced = {key for key, row in rows.items() if row["action"] == "replaced"}
    for key, change in replaced_too(replaced, after.resources, _leaves).items():
        row = rows.setdefault(key, _row(after.resources[key], "replaced", [], 0))
        if row["action"] != "created":
            row |= {"action": "replaced", "changes": [*row["changes"], change]}


def _row(thing: ComparedResource, action: str, changes: list[Object], folded: int) -> Object:
    return {
        "component": thing.component,
        "kind": thing.kind,
        "name": thing.name,
        "action": action,
        "changes": changes,
        "folded": folded,
    }


def _changes(old: Object, new: Object, fold_old: Folds, fold_new: Folds) -> tuple[list[Object], int]:
    """The changes by path, and how many others were folded: they differ in names and addresses only."""
    first, second = dict(_leaves(old)), dict(_leaves(new))
    found: list[Object] = []
    folded = 0
    for path in sorted(first.keys() | second.keys()):
        was, now = first.get(path), second.get(path)
        if was == now:
            continue
        if (fold_old.words and path in NAMES) or fold_old(was) == fold_new(now):
            folded += 1
        else:
            found.append({"path": path, "before": was, "after": now})
    return found, folded


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The values in a table by path. A list of plain values counts as one value."""
    if isinstance(value, dict) and value:
        for key, item in cast(Object, value).items():
            yield from _leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in cast(list[Any], value)):
        for index, item in enumerate(cast(list[Any], value)):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def _loses(row: Object) -> bool:
    """Whether a resource with data is deleted or replaced, or may be: the effect of a change is not always known."""
    return row["kind"] in STATEFUL and row["action"] in ("replaced", "deleted", "not known")


def _renames(before: ComparedStack, after: ComparedStack) -> dict[str, str]:
    """New key → old key of each resource that was renamed with an alias, so that it is kept."""
    gone = {(each.type, each.name): key for key, each in before.resources.items() if key not in after.resources}
    return {
        key: gone[each.type, name]
        for key, each in after.resources.items()
        if key not in before.resources
        for name in each.aliases
        if (each.type, name) in gone
    }


def _renamed(before: ComparedStack, after: ComparedStack, fold_old: Folds, fold_new: Folds) -> Iterator[Object]:
    """Stateful resources that were probably renamed without an alias: one is gone, and one like it is new."""
    kept = _renames(before, after)
    gone = [each for key, each in before.resources.items() if key not in after.resources and key not in kept.values()]
    made = [each for key, each in after.resources.items() if key not in before.resources and key not in kept]
    for thing in gone:
        alike = [each for each in made if each.kind == thing.kind and _alike(thing, each, fold_old, fold_new) >= ALIKE]
        if thing.kind in STATEFUL and alike:
            best = max(alike, key=lambda each: (_alike(thing, each, fold_old, fold_new), each.name))
            yield {**_row(best, "renamed", [], 0), "was": thing.name}


def _alike(old: ComparedResource, new: ComparedResource, fold_old: Folds, fold_new: Folds) -> float:
    first, second = dict(_leaves(old.properties)), dict(_leaves(new.properties))
    same = sum(fold_old(value) == fold_new(second.get(path)) for path, value in first.items())
    return same / max(len(first.keys() | second.keys()), 1)


def _statements(
    old: ComparedResource | None, new: ComparedResource | None, fold_old: Folds, fold_new: Folds
) -> Iterator[Object]:
    """Statements of IAM that only one of two resources has."""
    thing = new or old
    assert thing
    first, second = _policy(old, fold_old), _policy(new, fold_new)
    for sign, found, other in (("-", first, second), ("+", second, first)):
        for key in found.keys() - other.keys():
            yield {
                "component": thing.component,
                "kind": thing.kind,
                "name": thing.name,
                "sign": sign,
                "statement": found[key],
            }


def _policy(thing: ComparedResource | None, fold: Callable[[Any], str]) -> dict[str, str]:
    """A resource's IAM statements, by their folded text."""
    texts = [value for _, value in _leaves(thing.properties if thing else {}) if isinstance(value, str)]
    documents = [_document(text) for text in texts if text.startswith("{")]
    several = [each["Statement"] for each in documents if "Statement" in each]
    statements: list[Any] = []
    for each in several:
        statements += cast(list[Any], each) if isinstance(each, list) else [each]
    return {fold(each): said(each) for each in statements}


def _document(text: str) -> Object:
    try:
        return json.loads(text)
    except ValueError:
        return {}


def said(statement: Mapping[str, Any]) -> str:
    """A statement in one line: `Allow s3:GetObject on * if {…}`."""
    who, what, where = (_part(statement, key) for key in ("Principal", "Action", "Resource"))
    condition = json.dumps(statement["Condition"], sort_keys=True) if "Condition" in statement else ""
    parts = (str(statement.get("Effect", "")), who and f"{who} to", what, where and f"on {where}")
    return " ".join(filter(None, (*parts, condition and f"if {condition}")))


def _part(statement: Mapping[str, Any], key: str) -> str:
    """What a statement has under a key, or all but what it has under the same with Not."""
    but, value = ("", statement[key]) if key in statement else ("all but ", statement.get(f"Not{key}"))
    if value is None:
        return ""
    if key == "Principal":
        return but + json.dumps(value, sort_keys=True)
    return but + (", ".join(map(str, cast(list[Any], value))) if isinstance(value, list) else str(value))


def _money(before: ComparedStack, after: ComparedStack, alone: bool) -> Object:
    """The sums of both in USD a month, as a preview shows them, and the rows that differ."""
    first, second = before.rows, after.rows
    names = dict.fromkeys([*second, *first])
    rows = [{"row": name, "before": first.get(name, 0.0), "after": second.get(name, 0.0)} for name in names]
    return {
        "before": before.total,
        "after": after.total,
        "baseline": {"before": before.baseline, "after": after.baseline},
        "most": {"before": before.most, "after": after.most},
        "rows": [r for r in rows if r["before"] != r["after"]],
        "unassumed": list(dict.fromkeys([*before.unassumed, *after.unassumed])) if alone else [],
    }

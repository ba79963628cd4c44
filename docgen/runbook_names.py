"""The variables that commands of the alarms' runbook need, for the stacks of a system below blueprints/."""

import re
from collections import Counter
from collections.abc import Iterator

from docgen.system_tables import service_id
from preview.lookup import Recordings, of
from preview.recording import RecordedResource, Recording

#: An alarm's name by the pattern: what stands before it is the prefix of all.
ALARM = re.compile(r"(.+?)-(?:alarm|incident)-")


def variables(stacks: Recordings) -> str:
    """For the shell a block for each stack with services: its names, and what chooses one of the services."""
    blocks = ["\n".join(_stack(name, stack)) for name, stack in stacks.items() if of(stack, "ecs.Service")]
    return "\n\n".join(f"```sh\n{block}\n```" for block in blocks)


def _stack(name: str, stack: Recording) -> Iterator[str]:
    alarms = [str(each["name"]) for each in of(stack, "cloudwatch.MetricAlarm")]
    prefix = Counter(found[1] for each in alarms if (found := ALARM.match(each))).most_common(1)
    names = {
        "AWS_REGION": stack.config["aws:region"],
        "PREFIX": prefix[0][0] if prefix else "",
        "CLUSTER": _first(stack, "ecs.Cluster", "name"),
        "DATABASE": _first(stack, "rds.Instance", "identifier"),
        "CACHE": _first(stack, "elasticache.ReplicationGroup", "replicationGroupId"),
        "BALANCER": _first(stack, "lb.LoadBalancer", "name"),
    }
    yield f"# {name}"
    yield f"export ENV={name} " + " ".join(f"{key}={value}" for key, value in names.items() if value)
    yield from _services(stack)
    if others := sorted(each for each in alarms if not each.startswith(f"{names['PREFIX']}-")):
        yield f"# `firing` does not show those of other names: {', '.join(others)}"


def _services(stack: Recording) -> Iterator[str]:
    """What the one service is called, or a function that most services' names follow, with the others in it."""
    logs = {each.parent: str(each["name"]) for each in of(stack, "cloudwatch.LogGroup")}
    given = {
        service_id(each): f"SERVICE={each['name']} LOG={logs.get(each.parent) or _named_log(stack, each)}"
        for each in sorted(of(stack, "ecs.Service"), key=lambda each: each.name)
    }
    first = next(iter(given))
    if len(given) == 1:
        yield f"export WORD={first} {given[first]}"
        return
    forms = {word: re.sub(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", "$1", text) for word, text in given.items()}
    form = Counter(forms.values()).most_common(1)[0][0]
    others = [f" [ $1 != {word} ] || export {text};" for word, text in given.items() if forms[word] != form]
    yield f"service() {{ export WORD=$1 {form};{''.join(others)} }}"
    yield f"service {first} # or {', '.join([*given][1:])}"


def _first(stack: Recording, kind: str, key: str) -> str:
    return next((str(each[key]) for each in of(stack, kind)), "")


def _named_log(stack: Recording, service: RecordedResource) -> str:
    """The log group that the service's first container writes to, where several things share one."""
    [task] = [each for each in of(stack, "ecs.TaskDefinition") if each.parent == service.parent]
    found = re.search(r'"awslogs-group": ?"([^"]+)"', str(task["containerDefinitions"]))
    return found[1] if found else ""

"""The tables of a system below blueprints/, in its README: what each of its stacks runs."""

from collections.abc import Callable, Mapping

from costs.kinds import cache_nodes, task_counts
from preview.lookup import Recordings, of
from preview.markdown import table
from preview.recording import RecordedResource, Recording


def sizes(stacks: Recordings) -> str:
    """What each stack runs, and what it may grow to by itself: a row a service or store, a column a stack."""
    cells: dict[str, dict[str, str]] = {}
    for name, stack in stacks.items():
        for row, value in _sizes(stack).items():
            cells.setdefault(row, {})[name] = value
    order = [row for row in dict.fromkeys([*ROWS, *cells]) if row in cells]
    same = _alike({row: cells[row] for row in order})
    return table(["what", *stacks], [[label, *(row.get(name, "") for name in stacks)] for label, row in same])


def _sizes(stack: Recording) -> dict[str, str]:
    found = {row: value for row, say in ROWS.items() if (value := say(stack))}
    for service in of(stack, "ecs.Service"):
        found[f"service `{service_id(service)}`"] = service_size(stack, service)
    return found


def _alike(cells: Mapping[str, Mapping[str, str]]) -> list[tuple[str, Mapping[str, str]]]:
    """Services of the same sizes in every stack stand in one row."""
    found: dict[tuple[object, ...], list[str]] = {}
    for row, values in cells.items():
        key = tuple(values.items()) if row.startswith("service ") else (row,)
        found.setdefault(key, []).append(row)
    return [
        (f"{'services' if len(rows) > 1 else 'service'} {', '.join(row.removeprefix('service ') for row in rows)}"
         if rows[0].startswith("service ") else rows[0], cells[rows[0]])
        for rows in found.values()
    ]  # fmt: skip


def service_id(service: RecordedResource) -> str:
    """What the stack file calls a service."""
    return service.name.removeprefix("service-").removesuffix("-service")


def service_size(stack: Recording, service: RecordedResource) -> str:
    """Its task, and how many of them."""
    [task] = [each for each in of(stack, "ecs.TaskDefinition") if each.parent == service.parent]
    least, most, _ = task_counts(stack, service)
    count = f"{least:g}" if least == most else f"{least:g} to {most:g}"
    spot = " on Spot" if "FARGATE_SPOT" in str(service.inputs.get("capacityProviderStrategies", "")) else ""
    return f"{count} × {int(task['cpu']) / 1024:g} vCPU, {int(task['memory']) / 1024:g} GB{spot}"


def database_size(stack: Recording) -> str:
    """Every database: engine, class, standby, storage."""
    return "; ".join(map(_database, of(stack, "rds.Instance")))


def _database(given: RecordedResource) -> str:
    words = [f"{given.inputs.get('engine', 'replica')} {given.inputs.get('engineVersion', '')}".strip()]
    words += [str(given["instanceClass"]), *(["with a standby"] if given.inputs.get("multiAz") else [])]
    if storage := given.inputs.get("allocatedStorage"):
        words.append(f"{storage:g} to {given.inputs.get('maxAllocatedStorage', storage):g} GB")
    return ", ".join(words)


def cache_size(stack: Recording) -> str:
    """Every cache: engine, nodes."""
    return "; ".join(map(_cache, of(stack, "elasticache.ReplicationGroup")))


def _cache(given: RecordedResource) -> str:
    return f"{given['engine']} {given.inputs.get('engineVersion', '')}, {cache_nodes(given):g} × {given['nodeType']}"


def _zones(stack: Recording) -> str:
    zones = sorted({str(each["availabilityZone"]) for each in of(stack, "ec2.Subnet")})
    return ", ".join(each.rpartition("-")[2] for each in zones)


def _number(kind: str) -> Callable[[Recording], str]:
    return lambda stack: str(len(of(stack, kind)) or "")


#: The rows beside those of the services.
ROWS: Mapping[str, Callable[[Recording], str]] = {
    "region": lambda stack: stack.config.get("aws:region", ""),
    "zones": _zones,
    "NAT gateways": _number("ec2.NatGateway"),
    "database": database_size,
    "cache": cache_size,
    "DynamoDB tables": _number("dynamodb.Table"),
    "buckets": _number("s3.Bucket"),
    "queues": _number("sqs.Queue"),
    "functions": _number("lambda.Function"),
    "CloudFront distributions": _number("cloudfront.Distribution"),
}

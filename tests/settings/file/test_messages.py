"""Whatever is wrong with a stack file is said at once, where it stands, with what would be right."""

from pathlib import Path

import pytest

from settings.file import reading, stackfile
from settings.file.problems import InvalidSettings
from settings.settings import Settings

ROOT = Path(__file__).parents[3]
DEV = (ROOT / "Pulumi.dev.yaml").read_text()


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str) -> Settings:
    file = Path("Pulumi.dev.yaml")
    file.write_bytes(text.encode())
    return reading.read(stackfile.read(file, "cloudplatform"), project="cloudplatform", stack="dev", file=file)


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidSettings) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def broken(old: str, new: str) -> str:
    """Pulumi.dev.yaml with one passage changed."""
    assert DEV.count(old) >= 1, f"Pulumi.dev.yaml no longer holds {old!r}: choose another line to break"
    return DEV.replace(old, new, 1)


def place(text: str, passage: str) -> str:
    """line:column of a passage, as an editor shows it."""
    before = text[: text.index(passage)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


CASES = [
    # what stands there, what stands there instead, where the problem is, field and message
    (
        "cloudplatform:cache:",
        "cloudplatform:cahce:",
        "cloudplatform:cahce",
        "cahce: unknown key; did you mean `cache`? (known: {tables})",
    ),
    ("cpu: 256", "cpu: 300", "cpu: 300", "services.fastapi.cpu: 300 is not a Fargate size; with 512 MB use 256"),
    (
        "nat: single",
        "nat: singel",
        "nat: singel",
        'network.nat: "singel" is unknown here; use none, single or per-zone',
    ),
    (
        "10.0.2.0/24",
        "10.1.2.0/24",
        "10.1.2.0/24",
        "network.tiers.public.cidrs[1]: 10.1.2.0/24 lies outside the VPC's 10.0.0.0/16; use a free part such as "
        "10.0.0.0/24",
    ),
    (
        "10.0.2.0/24",
        "10.0.2.1/24",
        "10.0.2.1/24",
        "network.tiers.public.cidrs[1]: '10.0.2.1/24' is an address inside a network, not a network; use 10.0.2.0/24",
    ),
    ("replicas: 0", "replicas: 9", "replicas: 9", "cache.replicas: 9 is too large; use a whole number from 0 to 5"),
    ("replicas: 0", 'replicas: "1"', "replicas: ", 'cache.replicas: "1" is text here; remove the quotes: 1'),
    ("failover: false", "failover: no", "failover: no", 'cache.failover: "no" is text; use true or false'),
    ('"15"', "15", "version: 15", 'database.version: 15 is a number here; quote it: "15"'),
    ('"7.1"', "7.10", "version: 7.10", 'cache.version: the engine reads a bare 7.10 as 7.1; quote it: "7.10"'),
    (
        '"123456789012"',
        "012345678912",
        "cloudplatform:account",
        'account: the engine reads a bare 012345678912 as "12345678912"; quote it: "012345678912"',
    ),
    (
        "LOG_LEVEL: debug",
        "LOG_LEVEL: 2026-01-01",
        "LOG_LEVEL",
        'services.fastapi.environment.LOG_LEVEL: the engine reads a bare date as "2026-01-01 00:00:00 +0000 UTC"; '
        'quote it: "2026-01-01"',
    ),
    (
        "posture: expendable",
        "posture: prodected",
        "cloudplatform:posture",
        'posture: "prodected" is unknown here; use expendable, recoverable or protected',
    ),
    (
        "zones: [us-east-1a, us-east-1b, us-east-1c]",
        "zones: us-east-1a",
        "zones: us",
        'network.zones: "us-east-1a" is text; use a list such as [us-east-1a]',
    ),
    (
        "connects: [database, cache]",
        "connects: database",
        "connects",
        'services.fastapi.connects: "database" is text; use a list of database, cache',
    ),
    (
        "      count: {min: 1, max: 4, cpu: 60}\n",
        "",
        "fastapi:\n      image",
        "services.fastapi.count: is missing; add a table such as {min: 1} (How many tasks run, and what makes their "
        "number change. Without max it never changes)",
    ),
    (
        "    fastapi:\n",
        "    Fast_API:\n",
        "Fast_API",
        'services.Fast_API: "Fast_API" cannot be a key here; use one such as `fast-api`',
    ),
    (
        "JWT_SECRET: ",
        "jwt-secret: ",
        "jwt-secret: app",
        'services.fastapi.secrets.jwt-secret: "jwt-secret" cannot be a key here; use one such as `JWT_SECRET`',
    ),
    (
        "      memory: 512\n",
        "",
        "fastapi:\n      image",
        "services.fastapi.memory: is missing; add a whole number such as 512 (memory of a task, MiB)",
    ),
    (
        '  cloudplatform:account: "123456789012"\n',
        "",
        "config:",
        'account: is missing; add text such as "123456789012" (the only account that the stack may touch)',
    ),
    (
        "insights: enabled",
        "insights:",
        "insights:\n",
        "cluster.insights: is empty; use enabled, enhanced or disabled, or remove the key",
    ),
    (
        "cloudplatform:cluster:\n    insights: enabled\n    runtime-monitoring: true",
        "cloudplatform:cluster:",
        "cloudplatform:cluster",
        "cluster: is empty; use a table, or remove the key",
    ),
    (
        "cloudplatform:cluster:\n    insights: enabled\n    runtime-monitoring: true",
        "cloudplatform:cluster: hello",
        "cloudplatform:cluster",
        'cluster: "hello" is text; use a table',
    ),
    (
        "cidrs: [10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24]",
        "cidrs: []",
        "cidrs: []",
        "network.tiers.public.cidrs: is empty; use at least 1 entry",
    ),
    (
        "storage: {initial: 20, max: 100}",
        "storage: {initial: 20, max: 20}",
        "max: 20}",
        "database.storage.max: no room to grow above initial 20; use 22 or more",
    ),
    (
        "storage: {initial: 20",
        "storage: {inital: 20",
        "inital: 20",
        "database.storage.inital: unknown key; did you mean `initial`? (known: initial, max, kind)",
    ),
    ("    nat: single", "\tnat: single", "\tnat: single", "stack file: a tab is used here; use spaces"),
    (
        "acls: true",
        "acls: true\n    acls: false",
        "acls: false",
        "network.acls: is written twice in the same table; keep one",
    ),
    (
        "  aws:region: us-east-1\n",
        "",
        "config:",
        "aws:region: is missing; add {region}",
    ),
]


@pytest.mark.parametrize(("old", "new", "where", "message"), CASES, ids=[case[3].split(":")[0] for case in CASES])
def test_one_broken_line_gives_one_good_message(old: str, new: str, where: str, message: str) -> None:
    text = broken(old, new)
    tables = [info.alias or name for name, info in Settings.model_fields.items() if name not in ("stack", "region")]
    region = reading.error_text.missing(reading.key_of(Settings, "region").allowed).removeprefix("is missing; add ")
    message = message.replace("{tables}", ", ".join(tables)).replace("{region}", region)
    assert problems(text) == [f"Pulumi.dev.yaml:{place(text, where)} {message}"]


def test_the_dev_stack_is_right() -> None:
    assert read(DEV).stack == "dev"


def test_all_problems_are_said_at_once_in_the_order_of_the_file() -> None:
    text = DEV
    for old, new in (("replicas: 0", "replicas: 9"), ("nat: single", "nat: singel"), ("cpu: 256", "cpu: 300")):
        text = text.replace(old, new, 1)
    text = text.replace("config:\n", "config:\n  cloudplatform:chace: {}\n", 1)
    with pytest.raises(InvalidSettings) as caught:
        read(text)
    first, *lines = str(caught.value).splitlines()
    assert first == "4 problems in the stack's settings:"
    fields = [line.split(" ", 1)[1].split(":")[0] for line in lines]
    assert fields == ["chace", "network.nat", "services.fastapi.cpu", "cache.replicas"]


def test_tables_that_are_right_are_still_compared_when_another_is_not() -> None:
    text = DEV.replace("JWT_SECRET: app/jwt-secret", "JWT_SECRET: app/jwt").replace("port: 8000", "port: 0")
    assert [line.split(" ")[1] for line in problems(text)] == ["services.fastapi.port:"]
    text = DEV.replace("JWT_SECRET: app/jwt-secret", "JWT_SECRET: app/jwt").replace("acls: true", "acls: 1")
    assert {line.split(" ")[1] for line in problems(text)} == {"services.fastapi.secrets.JWT_SECRET:", "network.acls:"}


def test_a_misspelt_table_is_not_also_missed_by_the_others() -> None:
    (line,) = problems(DEV.replace("cloudplatform:network:", "cloudplatform:netwrok:"))
    assert "netwrok: unknown key; did you mean `network`?" in line


@pytest.mark.parametrize("change", [("\n", "\r\n"), (": {", ":\t{"), ("nat: single", "nat:\tsingle\t# a comment")])
def test_places_hold_for_any_way_to_write_the_file(change: tuple[str, str]) -> None:
    text = DEV.replace(*change).replace("initial: 20", "initial: 2")
    line, column = place(text, "initial: 2").split(":")
    found = [each for each in problems(text) if "initial" in each]
    message = "database.storage.initial: 2 is too small; use a whole number from 20 to 65536 (GiB)"
    assert found == [f"Pulumi.dev.yaml:{line}:{column} {message}"]


def test_keys_of_the_engine_are_left_alone() -> None:
    assert read(DEV.replace("config:\n", "config:\n  pulumi:tags: {a: b}\n", 1))


@pytest.mark.parametrize("text", ["", "config:\n", "encryptionsalt: v1:x\n"])
def test_what_is_missing_in_a_file_without_configuration_has_a_place_too(text: str) -> None:
    assert [line.split(":")[:4] for line in problems(text)] == [
        ["Pulumi.dev.yaml", "1", "1 account", " is missing; add text such as \"123456789012\" (the only account that "
         "the stack may touch)"],
        ["Pulumi.dev.yaml", "1", "1 aws", "region"],
        ["Pulumi.dev.yaml", "1", "1 posture", " is missing; add expendable, recoverable or protected (how well data is "
         "protected"],
    ]  # fmt: skip

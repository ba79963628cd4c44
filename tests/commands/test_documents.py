"""What the documents claim: generated parts are fresh, anchors, commands, names and ids exist."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import botocore.session
import jmespath
import pytest
import yaml
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from docgen import network_pictures, reading
from docgen.pictures import Diagram, dot, drawn_from, mermaid, source
from docgen.write import BLOCK, contents, drawn, filled
from docgen.write import pages as generated_pages
from preview.lookup import Recordings
from preview.picture.boxes import Arrow, Box
from tests.requirements.ledger import ledger
from tests.requirements.reading import texts
from tests.rows import for_each
from tests.stacks import PROJECT, ROOT, STACKS, recorded

PAGES = sorted(
    page for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("blueprints/**/*.md"),
                      ROOT / "app/README.md"]
    if "policies" not in page.parts
)  # fmt: skip
pages = for_each(PAGES, name=lambda page: page.relative_to(ROOT).as_posix())


# What is generated.


SYSTEMS = [ROOT, *reading.systems()]
each_system = pytest.mark.parametrize("folder", SYSTEMS, ids=lambda folder: folder.name)


def stacks_of(folder: Path) -> Recordings:
    prefix = "" if folder == ROOT else f"{folder.name}/"
    return {stack: recorded(f"{prefix}{stack}", True) for stack in reading.stacks(folder)}


@pytest.mark.parametrize(
    ("folder", "page"),
    [
        pytest.param(folder, page, id=page.relative_to(ROOT).as_posix())
        for folder in SYSTEMS for page in generated_pages(folder)
    ],
)  # fmt: skip
def test_generated_parts_are_fresh(folder: Path, page: Path) -> None:
    """`make schema` would change nothing."""
    assert page.read_text() == filled(page.read_text(), stacks_of(folder), folder)


@each_system
def test_everything_generated_stands_somewhere(folder: Path) -> None:
    """Each content once in the pages of each system."""
    found = [name for page in generated_pages(folder) for _, name, _ in BLOCK.findall(page.read_text())]
    assert sorted(found) == sorted(contents(folder))


@each_system
def test_pictures_are_of_the_stacks_as_they_are(folder: Path) -> None:
    """`make schema` would draw nothing; each picture is linked from a page of its system, and no other is there."""
    made = network_pictures.drawn(folder, stacks_of(folder))
    assert {file: file.read_text() for file in (folder / "docs/pictures").iterdir()} == made
    texts = "".join(page.read_text() for page in generated_pages(folder))
    assert [file.name for file in made if f"pictures/{file.name})" not in texts] == []


def test_diagrams_are_of_the_stacks_as_they_are() -> None:
    """`make generate-diagrams` would draw nothing; each diagram is linked from a page."""
    texts = "".join(page.read_text() for page in generated_pages(ROOT))
    for file, diagram in drawn(stacks_of(ROOT)).items():
        assert drawn_from(file.read_bytes()) == source(diagram), file.name
        assert f"({file.name})" in texts


SAMPLE = Diagram(
    "sample", "Sample", "About.", (Box("outer", "Outer", (Box("inner", "In|side"),)), Box("other", "Other")),
    (Arrow("other", "outer", "443"), Arrow("inner", "other")),
)  # fmt: skip


def test_a_diagram_is_written_in_two_ways() -> None:
    assert mermaid(SAMPLE).splitlines() == [
        "flowchart TB",
        '  subgraph outer["Outer"]',
        '    inner["In<br>side"]',
        "  end",
        '  other["Other"]',
        '  other -->|"443"| outer',
        "  inner --> other",
    ]
    text = dot(SAMPLE)
    assert 'subgraph cluster_outer { label="Outer"' in text
    assert 'inner [label="In\\nside"]' in text
    assert 'other -> inner [label="443" lhead=cluster_outer]' in text
    assert 'inner -> other [label=""]' in text


def test_a_picture_without_its_origin_is_seen() -> None:
    png = (ROOT / "docs/diagrams/trust.png").read_bytes()
    start, length = 33, 4 + 4 + len(b"Source\0") + 64 + 4
    assert len(drawn_from(png)) == 64
    assert drawn_from(png[:start] + png[start + length :]) == ""
    with pytest.raises(ValueError, match="no PNG"):
        drawn_from(b"GIF89a")


# What is named.


def slug(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.lower())
    return plain.replace(" ", "-")


@pages
def test_anchors_lead_to_headings(page: Path) -> None:
    """A link with # names a heading of the page that it leads to."""
    for place, anchor in re.findall(r"\]\(((?!https?:)[^)#\s]*)#([^)\s]+)\)", page.read_text()):
        target = page.parent / place if place else page
        text = target.read_text()
        headings = {slug(heading) for heading in re.findall(r"(?m)^#+ (.+)$", text)}
        assert anchor in headings | set(re.findall(r'<a id="([a-z0-9-]+)">', text)), f"{place}#{anchor}"


@pages
def test_requirements_exist(page: Path) -> None:
    """Ids of the ledger: what is not in it was mistyped."""
    for id_ in re.findall(r"\bCP-[A-Z]+-\d\d\b", page.read_text()):
        assert id_ in ledger(), id_


FOLDERS = ("scripts", r"\.ci", "costs", "docgen", "components", "functions", "settings")


@pages
def test_commands_of_the_project_exist(page: Path) -> None:
    """Targets, modules, scripts and files that are named in code."""
    text = page.read_text()
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    code = " \n".join(re.findall(r"`([^`\n]+)`", text) + re.findall(r"(?m)^ {4,}\S.*$", text))
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)", code)) - targets == set()
    for module in re.findall(r"python -m ([a-z_.]+)", text):
        assert module in ("venv", "pip") or find_spec(module), module
    for place in re.findall(
        r"(?:(?<=[`\s])|^)((?:scripts|\.ci|costs|docgen|components|functions|settings)/[\w./-]+)", code
    ):
        assert (ROOT / place.rstrip(".,")).exists(), place


@cache
def known() -> str:
    """Every text in what the stacks record."""
    return "\n".join(
        text
        for stack in STACKS
        for each in recorded(stack, True).resources.values()
        for text in (each.name, str(each.id), *texts(each.inputs), *texts(each.outputs))
    )


#: Names that do not exist until somebody follows a runbook.
MADE = ("-restored", "-incident-", "-terraform-lock")


@pages
def test_names_of_resources_exist(page: Path) -> None:
    """`cloudplatform-$ENV-…` is something in dev, staging, prod or shared."""
    for name in re.findall(
        rf"\b{PROJECT}-(?:\$ENV|<[\w -]+>|dev|staging|prod|shared)-[a-z][a-z0-9-]*[a-z0-9]", page.read_text()
    ):
        variants = [re.sub(r"\$ENV|<[\w -]+>", each, name) for each in STACKS]
        assert any(variant in known() for variant in variants) or any(part in name for part in MADE), name


def commands(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """The calls of the AWS CLI: service, operation, options."""
    text = re.sub(r"\\\n\s*", " ", text)
    while inner := re.search(r"\$\(([^()]*)\)", text):  # a call within a call stands on a line of its own
        text = f"{text[: inner.start()]}VALUE{text[inner.end() :]}\n{inner[1]}\n"
    for found in re.finditer(r"(?<![\w-])aws ([a-z0-9-]+) ([a-z0-9-]+)((?:[^\n`|;&]|&(?!&))*)", text):
        yield found[1], found[2], re.findall(r"(?<=\s)--([a-z0-9-]+)", found[3])


GLOBAL = {"query", "output", "region", "profile", "max-items", "cli-input-json", "cli-binary-format"}
#: What the CLI has beside the services' own operations, and what it calls otherwise.
OWN = {
    ("s3", "ls"),
    ("s3", "cp"),
    ("ecr", "get-login-password"),
    ("logs", "tail"),
    ("sso", "login"),
    ("cloudfront", "create-invalidation"),
}
CALLED = {"configservice": "config", "s3api": "s3"}


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


@cache
def _operations(service: str) -> Mapping[str, str]:
    """The operations of a service as the CLI writes them, each with its own name."""
    return {str(xform_name(each, "-")): each for each in _model(service).operation_names}


@cache
def _options(service: str, operation: str, *, required: bool = False) -> set[str]:
    """The options of an operation, or those that it requires. Without `services` ECS describes none."""
    shape = _model(service).operation_model(_operations(service)[operation]).input_shape
    members = () if not shape else shape.required_members if required else shape.members
    found = {str(xform_name(each, "-")) for each in members}
    return found | ({"services"} if (service, operation) == ("ecs", "describe-services") else set[str]())


@pages
def test_commands_of_aws_exist(page: Path) -> None:
    """Each call is an operation of the service, with options that it has."""
    exist(page.read_text())


def exist(text: str) -> None:
    for service, operation, options in commands(text):
        if (service, operation) in OWN:
            continue
        called = CALLED.get(service, service)
        try:
            operations = _operations(called)
        except UnknownServiceError:
            raise AssertionError(f"aws {service}") from None
        if operation == "wait":
            continue
        assert operation in operations, f"aws {service} {operation}"
        known_ones = _options(called, operation)
        unknown = [each for each in options if each not in known_ones | GLOBAL
                   and each.removeprefix("no-") not in known_ones]  # fmt: skip
        assert unknown == [], f"aws {service} {operation}"


RUNBOOKS = [page for page in PAGES if "runbooks" in page.parts]
#: Services without a region, and the buckets of all regions.
EVERYWHERE = {"cloudfront", "iam", "route53", "s3", "sso", "sts"}


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_of_runbooks_can_be_copied(page: Path) -> None:
    """Each has what its operation requires, and the page says which region it goes to and what its variables are."""
    text = page.read_text()
    for service, operation, options in commands(text):
        if (service, operation) not in OWN and operation != "wait":
            required = _options(CALLED.get(service, service), operation, required=True)
            assert required - {*options} == set(), f"aws {service} {operation}"
        assert service in EVERYWHERE or "region" in options or "AWS_REGION" in text, (
            f"aws {service} {operation}: where?"
        )
    used = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", text))
    assert used - set(re.findall(r"\b([A-Z][A-Z_]+)=", text)) == set()


def compared_with_nothing(query: str) -> list[str]:
    """Words that a query compares something with as if they were values: they are fields there, and null.

    Raises JMESPathError for what is no query.
    """
    trees: list[Any] = [jmespath.compile(query).parsed]
    found: list[str] = []
    while trees:
        tree = trees.pop()
        if tree["type"] == "comparator" and tree["children"][1]["type"] == "field":
            found.append(tree["children"][1]["value"])
        trees += [each for each in tree["children"] if isinstance(each, dict)]
    return found


@pages
def test_queries_select_something(page: Path) -> None:
    """`--query` is one, and text in it is quoted as text: `[?State=='active']`."""
    text = re.sub(r"\$\w+", "name", page.read_text())
    for _, query in re.findall(r"--query (['\"])(.+?)\1", text):
        assert compared_with_nothing(query) == [], query


def test_a_query_without_quotes_is_seen() -> None:
    """And numbers are in quotes of their own."""
    assert compared_with_nothing("Connections[?Status.Code==active].[Id, Name]") == ["active"]
    for text in ("'active'", "`1`"):
        assert compared_with_nothing(f"Connections[?Status.Code=={text}].[Id, Name]") == []


@pytest.mark.parametrize("call", ["ecs describe-service --cluster x", "rds describe-db-instances --instance x", "no x"])
def test_a_command_that_does_not_exist_is_seen(call: str) -> None:
    with pytest.raises(AssertionError):
        exist(f"`aws {call}`")


def test_inputs_of_workflows_exist() -> None:
    """`gh workflow run FILE --field NAME=…` names a workflow and one of its inputs."""
    found = {call for page in PAGES for call in re.findall(r"gh workflow run (\S+) --field (\w+)=", page.read_text())}
    assert found
    for file, field in found:
        content = yaml.load((ROOT / ".github/workflows" / file).read_text(), yaml.CBaseLoader)
        assert field in content["on"]["workflow_dispatch"]["inputs"]


def test_steps_of_deployments_exist() -> None:
    """`.ci/deploy STEP` names one of its steps."""
    steps = set(re.findall(r"(?m)^  (\w+)\)$", (ROOT / ".ci/deploy").read_text()))
    named = {step for page in PAGES for step in re.findall(r"\.ci/deploy (\w+)", page.read_text())}
    assert named
    assert named <= steps

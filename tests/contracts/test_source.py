"""What the source may not say."""

import ast
import re
from pathlib import Path

import pytest

from settings.tables.names import LIMITS
from tests.contracts.discovery import classes
from tests.contracts.lint import findings
from tests.rows import for_each
from tests.stacks import ROOT

COMPONENTS = sorted((ROOT / "components").rglob("*.py"))
RESOURCES = frozenset(each.__name__ for each in classes())

#: Words of one system: they belong into stack files. `cloudplatform:` is the type token's, and no name.
ALIEN = re.compile(
    r"cloudplatform-|cloud-platform|fastapi|yourname|platform-team|us-east-1|us-west-2|eu-west-1|123456789012|425687053209"
    r"|3{12}|afric|siem|repo[12]\b|techcorp|club-?app|desh\.co|web-?platform|10\.\d+\.\d+\.\d+/\d+",
    re.I,
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@for_each(COMPONENTS, name=_name)
def test_components_reach_out_to_nothing(path):
    """No AWS call, no configuration, no file, and nothing created inside `apply`."""
    assert findings(path.read_text(), RESOURCES) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("vpc.id.apply(lambda id: aws.ec2.Subnet('s'))", "line 1: creates aws.ec2.Subnet inside apply"),
        ("pulumi.Output.all(a, b).apply(lambda it: Bucket('b'))", "line 1: creates Bucket inside apply"),
        ("a.apply(lambda it: [random.RandomId(x) for x in it])", "line 1: creates random.RandomId inside apply"),
        ("def make(it):\n    return aws.s3.Bucket(it)\n\na.apply(make)", "line 4: creates aws.s3.Bucket inside apply"),
        (
            "class A:\n  def one(self, x):\n    self.two(x)\n  def two(self, x):\n    aws.s3.Bucket(x)\n"
            "  def go(self):\n    out.apply(func=self.one)",
            "line 7: creates aws.s3.Bucket inside apply",
        ),
        ("import boto3", "line 1: imports boto3"),
        ("from urllib.request import urlopen", "line 1: imports urllib.request"),
        ("pulumi.Config('x').get('y')", "line 1: reads configuration"),
        ("pulumi.get_stack()", "line 1: reads configuration"),
        ("aws.get_region()", "line 1: looks up get_region"),
        ("aws.ec2.get_vpc_output(id=1)", "line 1: looks up get_vpc_output"),
        ("aws.ec2.Vpc.get('v', 'vpc-1')", "line 1: looks up get"),
        ("pulumi.StackReference('other')", "line 1: calls StackReference"),
        ("open('file')", "line 1: calls open"),
    ],
)
def test_each_breach_is_found(source, found):
    """The lint sees what it looks for."""
    assert found in findings(source, RESOURCES)


@pytest.mark.parametrize(
    "source",
    [
        "a.apply(lambda it: it.name or '')",
        "a.apply(lambda it: aws.s3.BucketWebsiteArgs(index=it))",
        "table.get('key')",
        "aws.s3.Bucket('b')",
        "def make(it):\n    return aws.s3.Bucket(it)\n\nmake('x')",
    ],
)
def test_what_is_allowed_is_not_found(source):
    """Reading an output, building arguments, looking into a table."""
    assert findings(source, RESOURCES) == []


@for_each(COMPONENTS, name=_name)
def test_components_know_no_system_by_name(path):
    """Neither project nor service, domain, owner, region nor account: those are stack files'. Prose may name one."""
    text = path.read_text()
    tree = ast.parse(text if ALIEN.search(text) else "")
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    words = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [f"{it.lineno}: {it.value}" for it in words if id(it) not in prose and ALIEN.search(it.value)] == []


def test_digits_are_those_that_int_reads():
    """`isdigit` takes a superscript, and `int` raises on it: `isdecimal` says what can be read."""
    folders = ("commands", "components", "costs", "differences", "functions", "policy", "preview", "settings")
    sources = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    assert [_name(file) for file in sources if "isdigit" in file.read_text()] == []


def test_the_program_is_short():
    """`__main__.py` reads the settings, builds the platform and exports; it stays under 40 lines."""
    assert len((ROOT / "__main__.py").read_text().splitlines()) < 40


def test_every_limit_is_of_a_name_that_is_made():
    """settings.names.LIMITS has a row for each kind of name that components make, and no other."""
    made = {
        node.args[0].value
        for path in COMPONENTS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("of", "replaceable", "exact")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert made == set(LIMITS)

"""The stack files' schema is one for editors, which read JavaScript's regular expressions; every stack file fits it."""

import re
import subprocess
import sys
from typing import Any

from settings import schema
from tests.javascript import answer
from tests.settings.test_schema import nodes
from tests.stacks import EVERY_STACK, ROOT, stack_file

#: What is said of each expression: whether JavaScript takes it, and which of some words have its form.
ASK = """
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(asked.map(([form, words]) => {
  let found;
  try { found = new RegExp(form, 'u'); } catch (error) { return String(error); }
  return words.map(word => found.test(word));
})));
"""  # fmt: skip
WORDS = [
    *("", "a", "A", "api", "a-b", "a--b", "-a", "a/b", "10.0.0.0/16", "us-east-1", "us-east-1a", "12", "123456789012"),
    *("08:00", "sun:04:30-sun:05:30", "db.t3.micro", "cache.t3.micro", "15", "7.1", "a@b.de", "Z0123456789ABCD", "é"),
    *("2027-03-31", "docs/adr/1.md", "0 7 ? * MON-FRI *", "X_1", "/a/*", "own", "config", "arn:aws:iam::1:role/a"),
]


def forms() -> dict[str, list[str]]:
    """Each regular expression of the schema, with examples of what has its form."""
    found: dict[str, list[str]] = {}
    for node in nodes(schema.schema()):
        examples = [each for each in node.get("examples", ()) if isinstance(each, str)]
        if isinstance(node.get("pattern"), str):
            found.setdefault(node["pattern"], []).extend(examples)
        for form in node.get("patternProperties", {}) if isinstance(node.get("patternProperties"), dict) else ():
            found.setdefault(form, [])
    return found


def javascript(asked: list[tuple[str, list[str]]]) -> Any:
    return answer(ASK, asked)


def test_javascript_reads_each_form_as_python_does() -> None:
    """Of each word that some field takes, and of each form's own examples."""
    asked = [(form, [*WORDS, *examples]) for form, examples in forms().items()]
    assert len(asked) > 40
    expected = [[bool(re.search(form, word)) for word in words] for form, words in asked]
    assert javascript(asked) == expected


def test_a_form_that_only_python_knows_is_seen() -> None:
    [said] = javascript([("^(?P<a>x)$", ["x"])])
    assert "SyntaxError" in said


def check_jsonschema(*files: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", "settings/schema.json", *files]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)


def test_all_16_stack_files_fit_the_schema() -> None:
    files = [str(stack_file(stack)) for stack in EVERY_STACK]
    assert len(files) == 16
    said = check_jsonschema(*files)
    assert said.returncode == 0, said.stdout


def test_one_that_does_not_is_seen(tmp_path: Any) -> None:
    """A wrong value in one file, a wrong key in another: each is said of its file."""
    wrong = {"singel": ("nat: single", "nat: singel"), "replicaz": ("replicas: 0", "replicaz: 0")}
    files = {word: tmp_path / f"Pulumi.{word}.yaml" for word in wrong}
    for word, (old, new) in wrong.items():
        files[word].write_text(stack_file("dev").read_text().replace(old, new, 1))
    said = check_jsonschema(*map(str, files.values()))
    assert said.returncode == 1
    for word, file in files.items():
        [line] = [line for line in said.stdout.splitlines() if f"{file}::" in line]
        assert word in line

"""What is pinned in tests/golden: URNs, type tokens and documents. `python -m tests.contracts.pin` writes them anew.

A URN that goes is a resource that is deleted; one that comes is created. A rename does both, unless the component gives
its child an alias of the old name: read the difference before committing it.
"""

import difflib
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from preview.recording import RecordedResource
from tests.contracts.discovery import classes, token
from tests.contracts.recordings import document, managed, texts
from tests.stacks import EVERY_STACK, ROOT, STACKS, recorded

GOLDEN = ROOT / "tests" / "golden"
HOW = "If that is what you want, run `python -m tests.contracts.pin`, read the difference and commit it."


def urns(stack: str) -> str:
    """The URNs of a stack, one a line."""
    return "".join(f"{urn}\n" for urn in sorted(recorded(stack, False).resources))


def tokens() -> str:
    """The type tokens of all components, one a line."""
    return "".join(f"{each}\n" for each in sorted(map(token, classes())))


def documents(stack: str) -> dict[str, str]:
    """The JSON documents that a stack's resources are given, by `<logical name>.<property>.json`.

    What only AWS can tell stands as ${name.property}, so that nothing here depends on how a recording makes up answers.
    """
    known, first = recorded(stack, True), recorded(stack, False)
    given = {text for resource in first.resources.values() for _, text in texts(resource.inputs)}
    found: dict[str, str] = {}
    for resource in managed(known):
        for name, value in resource.inputs.items():
            if name in resource.secrets or document(value) is None:
                continue
            file = f"{resource.name}.{name}.json"
            assert file not in found, f"two documents are called {file}"
            behind = [known.resources[urn] for urn in resource.property_dependencies.get(name, ())]
            text = _symbolic(value, {answer: word for answer, word in _answers(behind) if answer not in given})
            found[file] = json.dumps(json.loads(text), indent=2) + "\n"
    return found


def _answers(resources: list[RecordedResource]) -> Iterator[tuple[str, str]]:
    """What a run made up for resources' outputs, and how to call it: the ARN rather than an equal id."""
    for resource in resources:
        for name in sorted(resource.outputs.keys() - resource.inputs.keys(), key=lambda it: (it == "arn", it)):
            if isinstance(resource.outputs[name], str):
                yield resource.outputs[name], f"${{{resource.name}.{name}}}"


def _symbolic(text: str, words: dict[str, str]) -> str:
    longest = "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))
    return re.sub(longest, lambda found: words[found[0]], text) if words else text


def goldens() -> dict[Path, str]:
    """Every pinned file and what it should say."""
    return {
        GOLDEN / "tokens.txt": tokens(),
        **{GOLDEN / "urns" / f"{stack}.txt": urns(stack) for stack in EVERY_STACK},
        **{GOLDEN / "documents" / stack / name: text for stack in STACKS for name, text in documents(stack).items()},
    }


def difference(pinned: str, now: str, aliased: frozenset[str] = frozenset()) -> str:
    """What a deployment would do to get from the pinned names to today's; empty where there is nothing to do."""
    before, after = set(pinned.splitlines()), set(now.splitlines())
    gone, come = sorted(before - after - aliased), sorted(after - before)
    if not gone and not come:
        return ""
    changes: list[str] = []
    for old in gone:
        new = _renamed(old, come)
        changes.append(f"replaces: {old}\n    with: {new}" if new else f" deletes: {old}")
        come = [each for each in come if each != new]
    changes += [f" creates: {new}" for new in come]
    return "\n".join([*changes, "A name that goes without an alias is a resource that is destroyed.", HOW])


def _renamed(old: str, come: list[str]) -> str | None:
    """What an old name is most probably called now: the nearest of its type, or its own name at another place."""
    kind, _, name = old.rpartition("::")
    akin = [new for new in come if kind and (new.startswith(f"{kind}::") or new.endswith(f"::{name}"))]
    return max(akin, key=lambda new: difflib.SequenceMatcher(None, old, new).ratio(), default=None)


def digest(stack: str) -> str:
    """A hash of all that a stack's first preview registers, to the byte and in order."""
    found = [vars(each) | {"options": vars(each.options)} for each in recorded(stack, False).resources.values()]
    text = json.dumps([found, recorded(stack, False).outputs], default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else dict(value)


def main() -> None:
    """Write all pinned files and remove those that nothing makes any more."""
    files = goldens()
    for stale in {path for path in GOLDEN.rglob("*") if path.is_file()} - files.keys():
        stale.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    if sys.argv[1:]:
        # A test asks in an interpreter of its own, with another seed of Python's hashes.
        digests = {stack: digest(stack) for stack in sys.argv[1:]}
        sys.stdout.write(json.dumps({"digests": digests, "awsx": "pulumi_awsx" in sys.modules}))
    else:
        main()

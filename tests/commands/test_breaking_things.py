"""Three dangerous edits of the program: each blocks the preview and says how to fix it.

The stack file cannot say any of them, so a copy of the program is edited, as somebody in a hurry would.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = (
    *("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "sdk_importer.py"),
    *("components", "settings", "policy", "preview", "functions", "costs"),
    "docs/decisions",  # an exemption names its page
)

EDITS = {
    "a data subnet gets a route to the internet": (
        "components/network/network.py",
        'if route == "internet" and self._gateway:',
        'if route != "nat" and self._gateway:',
        ("data-subnet-public", "database-instance is in a public subnet", "no route to an"),
    ),
    "the database admits an address": (
        "components/network/conversations.py",
        "yield Conversation(client, SecurityGroup(word), stores[word].listens, CONNECTIONS[word].traffic)",
        'yield Conversation(AddressRange("office", "198.51.100.0/24"), SecurityGroup(word), 5432, "queries")',
        (
            "sg-to-sg-only",
            "firewall-database-from-office-5432 lets addresses (198.51.100.0/24)",
            "security group as the",
        ),
    ),
    "the database is not encrypted": (
        "components/data/database.py",
        "storage_encrypted=True",
        "storage_encrypted=False",
        ("store-at-rest", "database-instance is not encrypted at rest", "Set storage_encrypted=True"),
    ),
}


def test_a_dangerous_edit_blocks_the_preview(tmp_path: Path) -> None:
    """Exit status 1; the first line says so; the rule, the resource and how to fix it are named.

    One preview of all edits: each is among what blocks, and without them nothing does.
    """
    copy = program(tmp_path)
    for path, before, after, _ in EDITS.values():
        text = (copy / path).read_text()
        assert before in text
        (copy / path).write_text(text.replace(before, after))
    done = preview(copy, "dev")
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[0].startswith("cloudplatform dev  ✖ blocked by")
    blocking = " ".join(done.stdout.split("Advice")[0].split())
    for edit, (*_, expected) in EDITS.items():
        assert all(words in blocking for words in expected), f"{edit}: {blocking}"


def test_the_program_as_it_is_may_be_deployed(tmp_path: Path) -> None:
    """The copy without an edit is clean, so it is the edit that blocks."""
    done = preview(program(tmp_path), "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == "cloudplatform dev  ✔ may be deployed"


def program(folder: Path) -> Path:
    """A copy of the program, the pack and the preview, with their byte code; Python knows which is old."""
    for name in PROGRAM:
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy2(source, folder / name)
    return folder


def preview(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The preview as a user runs it in that folder: with that folder's own pack and library."""
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{folder / 'policy'}", "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", "preview", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

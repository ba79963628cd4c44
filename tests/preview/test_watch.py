"""`--watch`, as a process of its own: the first verdict, one after each saved file, and a quiet end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest
import watchfiles

from preview import watch
from preview.stack import ROOT

PATIENCE = 120  #: seconds, on a busy machine


class Watching:
    """A process that watches, and the lines that it prints, in their order."""

    def __init__(self, folder: Path, *stacks: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "preview", *stacks, "--watch"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # a Ctrl-C of its own
        )
        self.lines: Queue[str] = Queue()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.put(line.rstrip())

    def until(self, wanted: Callable[[str], bool]) -> str:
        """The next line that is wanted."""
        seen: list[str] = []
        try:
            while not wanted(line := self.lines.get(timeout=PATIENCE)):
                seen.append(line)
        except Empty:
            pytest.fail("never said; what was: " + "\n".join(seen))
        return line

    def verdict(self) -> str:
        """The next headline of the sample's stack."""
        return self.until(lambda line: line.startswith("sample dev"))


@pytest.fixture
def watching(project: Path) -> Generator[Watching]:
    found = Watching(project, "dev")
    yield found
    found.process.kill()
    found.process.wait()
    found.reader.join(PATIENCE)
    assert found.process.stdout
    found.process.stdout.close()


def test_a_file_that_is_saved_during_the_first_preview_is_not_missed(project, watching):
    watching.until(lambda line: line.startswith("Previews again"))
    file = project / "Pulumi.dev.yaml"
    file.write_text(file.read_text() + '  sample:open: "yes"\n')
    assert "blocked by" in watching.until(lambda line: line.startswith("sample dev") and "blocked" in line)


def test_each_saved_file_gives_the_new_verdict_and_ctrl_c_ends_quietly(project, watching):
    assert "may be deployed" in watching.verdict()

    file = project / "Pulumi.dev.yaml"
    file.write_text(file.read_text() + '  sample:open: "yes"\n')
    assert watching.until(lambda line: line.endswith(":")) == "Pulumi.dev.yaml:"
    assert "blocked by" in watching.verdict()
    assert watching.until(lambda line: line.startswith("Since")) == "Since the last run of dev:"
    assert watching.lines.get(timeout=PATIENCE) == "  ✔ may be deployed → ✖ blocked by 4 violations"

    file.write_text(file.read_text() + '  sample:wrong: "yes"\n')
    assert "wrong: is wrong; use right" in watching.until(lambda line: "wrong" in line)

    program = project / "__main__.py"
    file.write_text(file.read_text().replace('  sample:wrong: "yes"\n', ""))
    program.write_text(program.read_text().replace("storage_encrypted=False", "storage_encrypted=True"))
    watching.until(lambda line: "__main__.py" in line)
    watching.verdict()

    os.killpg(watching.process.pid, signal.SIGINT)
    assert watching.process.wait(PATIENCE) == 0
    rest = list(watching.lines.queue)
    assert not [line for line in rest if "Traceback" in line or "KeyboardInterrupt" in line]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("Pulumi.prod.yaml", True),
        ("components/data/cache.py", True),
        ("policy/guard/aws/taggable.txt", True),
        ("docs/delivery.yaml", False),
        ("tests/stacks.py", False),
        ("README.md", False),
        (".venv/lib/thing.py", False),
        (".git/index.json", False),
    ],
)
def test_only_what_a_preview_reads_is_watched(path, wanted):
    assert watch._Filter()(watchfiles.Change.modified, str(ROOT / path)) == wanted  # noqa: SLF001, RUF100


def test_a_file_that_is_given_is_watched_wherever_it_is():
    file = ROOT / "build" / "Pulumi.other.yaml"
    changed = (watchfiles.Change.modified, str(file))
    assert not watch._Filter()(*changed)  # noqa: SLF001, RUF100
    assert watch._Filter([file])(*changed)  # noqa: SLF001, RUF100


def test_a_changed_program_is_forgotten_and_the_running_preview_is_not(monkeypatch):
    import guard.rules
    import settings.names

    kept = dict(sys.modules)
    monkeypatch.setattr(sys, "modules", kept)
    watch._forget_program()  # noqa: SLF001, RUF100
    assert kept.keys().isdisjoint({"settings.names", "guard.rules"})
    assert {"preview.watch", "pulumi", "sdk_importer", "yaml"} <= kept.keys()
    assert (settings.names, guard.rules) != (None, None)

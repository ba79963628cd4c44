"""What goes wrong in shell scripts and workflows, by shellcheck and actionlint: `python -m tests.ci.lint`."""

import subprocess
import sys
from pathlib import Path

from tests.stacks import ROOT

LISTED = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
PROGRAMS = Path(sys.executable).parent


def scripts() -> list[Path]:
    """Every script of the repository that Bash or a shell runs, by its first line."""
    listed = subprocess.run(LISTED, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    return [each for each in files if each.is_file() and not each.is_symlink() and _first(each).endswith((b"sh",))]


def shellcheck(*files: Path) -> subprocess.CompletedProcess[str]:
    """Its findings in scripts, notes too."""
    return _run("shellcheck", "--severity", "style", *map(str, files))


def actionlint(*files: Path) -> subprocess.CompletedProcess[str]:
    """Its findings in workflows (without files: all of ours), and shellcheck's in their commands."""
    files = files or tuple(workflows())
    return _run("actionlint", "-shellcheck", str(PROGRAMS / "shellcheck"), "-pyflakes", "", *map(str, files))


def workflows() -> list[Path]:
    """Every workflow of the repository."""
    return sorted([*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("blueprints/*/.github/workflows/*.yml")])


def _first(file: Path) -> bytes:
    with file.open("rb") as opened:
        line = opened.readline(80)
    return line.strip() if line.startswith(b"#!") else b""


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAMS / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def main() -> int:
    """Print what was found. 1 if it is anything."""
    done = [shellcheck(*scripts()), actionlint()]
    sys.stdout.writelines(each.stdout + each.stderr for each in done)
    return int(any(each.returncode for each in done))


if __name__ == "__main__":
    sys.exit(main())

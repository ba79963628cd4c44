"""`python -m tests.requirements`: the table of requirements proven, as the last whole test run left it."""

import subprocess
import sys
from pathlib import Path

from tests.requirements.tracer import FILE, PROOFS, read, tables

ROOT = Path(__file__).parent.parent.parent
SOURCES = ("app", "components", "functions", "preview", "settings", "tests")


def main() -> int:
    file, status = ROOT / FILE, 0
    if not file.is_file():
        print(f"{FILE} is not there: running `pytest {' '.join(PROOFS)}` first.", file=sys.stderr)
        status = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "auto", *PROOFS], cwd=ROOT, check=False
        ).returncode
        if not file.is_file():
            return status
    else:
        changed = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")] + [
            *ROOT.glob("Pulumi.*.yaml"),
            *ROOT.glob("blueprints/*/*.yaml"),
        ]
        newer = [path for path in changed if path.stat().st_mtime > file.stat().st_mtime]
        age = f"; {len(newer)} files are newer: `make test` renews it" if newer else ""
        found = read(ROOT)
        print(f"From {FILE}, as the last run of `pytest {found['scope']}` left it{age}.")
        print(tables(found))
    return status


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env bash
# In Pulumi's Python SDK `Output.from_input` of a table that holds nothing but text is no output of a known value: each
# text in it becomes an output of its own, and for each table two tasks of asyncio, for each list one, wait for the parts
# and put them together. 1,000 rows of two words start 2,001 tasks, which end in the value that was given. What calls it
# does the same: `Output.all`, `Output.concat`, `Output.json_dumps`.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pulumi==3.272.0
cat > "$work/plain.py" <<'PY'
import asyncio
import pulumi

async def started(value):
    """How many tasks are begun for an output of a value, and what it holds in the end."""
    before = len(asyncio.all_tasks())
    output = pulumi.Output.from_input(value)
    return len(asyncio.all_tasks()) - before, await output.future()

async def main():
    for what, value in (
        ("a text", "a"),
        ("a row of two words", {"a": "1", "b": "2"}),
        ("1,000 such rows", [{"a": "1", "b": "2"} for _ in range(1000)]),
    ):
        tasks, held = await started(value)
        print(f"{what}: {tasks} tasks, the same value: {held == value}")

asyncio.run(main())
PY
"$work/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -E "^pulumi "
"$work/venv/bin/python" "$work/plain.py" | tee "$work/found"
diff "$work/found" - <<'TEXT'
a text: 0 tasks, the same value: True
a row of two words: 2 tasks, the same value: True
1,000 such rows: 2001 tasks, the same value: True
TEXT

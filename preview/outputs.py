"""Where a preview goes: to files, each in the format that its name ends in, or to standard output.

No SDK is imported here, for what cannot be written is said first; `formats` draws.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from preview.stack import PreviewError, check_out
from settings.words import either

#: Where `--out` writes to standard output, beside files.
STANDARD: Final = Path("-")

#: The formats, and how names of files in them end. A recording is the program's alone, for `python -m guard check`.
ENDINGS: Final[Mapping[str, str]] = {
    "text": ".txt",
    "json": ".json",
    "markdown": ".md",
    "html": ".html",
    "sarif": ".sarif",
    "junit": ".xml",
    "svg": ".svg",
    "recording": ".recording",
}

#: How output reads where the terminal or the pipe takes ASCII alone.
ASCII = str.maketrans(
    {"…": "...", "→": "->", "×": "x", "·": "-", "−": "-", "–": "-", "—": "-", "✔": "+", "✓": "+", "✖": "x", "✗": "x"}
    | {"│": "|", "├": "|", "└": "`", "─": "-", "’": "'", "“": '"', "”": '"', "•": "*", "⚠": "!", "≤": "<=", "≥": ">="}
    | {"█": "#", "░": ".", "±": "+-", "✎": ":"}
)


class Output(NamedTuple):
    """A form of the preview, and where it goes."""

    format: str
    file: Path  #: or STANDARD


def outputs(files: Sequence[Path], form: str | None) -> list[Output]:
    """What is to be written where. Raises PreviewError for a file that cannot be written, or whose format nobody says.

    `form` is what the command line says: of what is printed, of the only file, or of files whose names say nothing.
    """
    for file in files:
        if file != STANDARD:
            check_out(file)
        if not form and file.suffix and not _by_name(file):
            raise PreviewError(
                f"{file}: no format ends in {file.suffix}; use {either(ENDINGS.values())}, or say --format"
            )
    if not files:
        return [Output(form or "text", STANDARD)]
    if len(files) == 1:
        return [Output(form or _by_name(files[0]) or "text", files[0])]
    if len({file if file == STANDARD else file.resolve() for file in files}) < len(files):
        raise PreviewError("--out names a file twice")
    found = [Output(_by_name(file) or form or "text", file) for file in files]
    if form and not any(each.format == form for each in found):
        endings = ", ".join(f"{ending} {name}" for name, ending in ENDINGS.items())
        raise PreviewError(f"--format {form} is of none of these files; their names say what they hold: {endings}")
    return found


def _by_name(file: Path) -> str | None:
    return next((name for name, ending in ENDINGS.items() if file.suffix == ending), None)


def write(text: str, out: Path) -> None:
    """Write a text to a file, or print it. Raises PreviewError."""
    if out == STANDARD:
        sys.stdout.write(_encodable(text, sys.stdout.encoding))
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise PreviewError(f"{out} cannot be written: {problem.strerror}") from problem


def _encodable(text: str, encoding: str | None) -> str:
    """Text as an output's encoding has it: signs become ASCII ones, and what has none a question mark."""
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return text.translate(ASCII).encode("ascii", "replace").decode()
    return text

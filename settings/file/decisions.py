"""Whether the decision that an exemption rests on is there."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from settings.tables.policy import ExemptionTable
from settings.tables.table import Complaint
from settings.words import nearest


def missing(exemptions: Iterable[ExemptionTable], file: Path | None) -> Iterator[Complaint]:
    """Exemptions whose decision is no file, in the project of a stack file; a copy elsewhere has no records."""
    for index, exemption in enumerate(exemptions):
        if not (exemption.decision and file):
            continue
        wanted = Path(exemption.decision)
        above = file.absolute().parents
        folder = next((each / wanted.parent for each in above if (each / wanted.parent).is_dir()), None)
        if folder and not (folder / wanted.name).is_file():
            near = nearest(wanted.name, sorted(each.name for each in folder.glob("*.md")))
            advice = f"did you mean {wanted.parent / near}?" if near else "write the record, or use expires"
            yield Complaint((index, "decision"), f"there is no file {exemption.decision}; {advice}")

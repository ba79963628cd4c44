"""Files that a stack file names: they are there."""

from collections.abc import Iterator
from typing import Final

from settings.checks.check import check
from settings.paths import ROOT
from settings.settings import Settings
from settings.tables.table import Complaint
from settings.words import nearest

HANDLERS: Final = ("handler.py", "handler.mjs")


@check("client-vpn")
def metadata_of_the_vpn_is_there(s: Settings) -> Iterator[Complaint]:
    if s.client_vpn and not (ROOT / s.client_vpn.saml).is_file():
        use = _other(s.client_vpn.saml, "*.xml") or "save the metadata of the provider's application there"
        yield Complaint(("client-vpn", "saml"), f"there is no {s.client_vpn.saml}; {use}")


@check("functions")
def source_of_functions_is_there(s: Settings) -> Iterator[Complaint]:
    for word, code in s.functions.code.items():
        if not any((ROOT / code.folder / name).is_file() for name in HANDLERS):
            use = _other(code.folder, "*/") or "write one there, with the function `handle`"
            yield Complaint(
                ("functions", "code", word, "folder"), f"{code.folder} has no {' and no '.join(HANDLERS)}; {use}"
            )


def _other(path: str, beside: str) -> str:
    """Advice for a name that was probably miswritten, from what stands beside it."""
    folder = (ROOT / path).parent
    found = {each.name.replace("_", "-"): each for each in folder.glob(beside)}
    near = nearest((ROOT / path).name, [*found])
    return f"did you mean {found[near].relative_to(ROOT).as_posix()}?" if near else ""

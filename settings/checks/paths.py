"""Files that a stack file names: they are there."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.client_vpn import ROOT
from settings.tables.table import Complaint

HANDLERS = ("handler.py", "handler.mjs")


@check("client-vpn")
def metadata_of_the_vpn_is_there(s: Settings) -> Iterator[Complaint]:
    if s.client_vpn and not (ROOT / s.client_vpn.saml).is_file():
        message = f"there is no {s.client_vpn.saml}; save the metadata of the provider's application there"
        yield Complaint(("client-vpn", "saml"), message)


@check("functions")
def source_of_functions_is_there(s: Settings) -> Iterator[Complaint]:
    for word, code in s.functions.code.items():
        if not any((ROOT / code.folder / name).is_file() for name in HANDLERS):
            message = f"{code.folder} has no handler.py and no handler.mjs; write one there, with the function `handle`"
            yield Complaint(("functions", "code", word, "folder"), message)

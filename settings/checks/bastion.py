"""The bastions: where they stand, and who and what they reach."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.bastion import SESSIONS
from settings.tables.table import Complaint
from settings.words import either


@check("bastion", "network", "database", "cache")
def bastions_reach_what_they_need(s: Settings) -> Iterator[Complaint]:
    """Without a public address nothing of the internet answers them, so Session Manager needs endpoints."""
    if not s.bastion:
        return
    if not s.network:
        yield Complaint(("bastion",), "bastions need a network; add cloudplatform:network")
        return
    if s.bastion.zones > len(s.network.zones):
        most = len(s.network.zones)
        message = f"{s.bastion.zones} zones, but the network has {most}; use at most {most}"
        yield Complaint(("bastion", "zones"), message)
    there = s.network.endpoints.interface if s.network.endpoints else ()
    if missing := [word for word in SESSIONS if word not in there]:
        message = f"nobody could reach them; add {' and '.join(missing)} to network.endpoints.interface"
        yield Complaint(("bastion",), message)
    for index, word in enumerate(s.bastion.connects):
        if word not in s.stores:
            advice = f"use {either(s.stores)}" if s.stores else "remove this"
            yield Complaint(("bastion", "connects", index), f"there is no {word}; {advice}")

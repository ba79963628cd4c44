"""Whether a changed property replaces a resource or updates it in place: a table, and nothing beyond it.

Source of `effects.csv`: the Terraform provider for AWS that pulumi-aws is built from, 5.100.0 (pulumi-aws 7 has 6.x),
was asked for a plan of a resource of each type in our stacks, with one property changed after the other: what its
answer lists as `requires_replace` replaces. Pulumi's SDK for Python does not tell. A web ACL's rules were changed all
at once. A property of which two plans say otherwise, one that the provider refused to plan, and one that it does not
know stand in neither column: nobody knows here. So do those whose values decide: the engine and version of a
replication group (a downgrade replaces it), a service's capacity providers, and where a log is delivered. What is in
the column `given` replaces where it is given or taken away; a change of its value updates.
"""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final, Literal

Effect = Literal["replaces", "updates", "not known"]

FILE: Final = Path(__file__).with_name("effects.csv")


def effect(type_: str, path: str, *, given: bool = False) -> Effect:
    """What a change at a path such as `vpcConfig.subnetIds[0]` does to a resource of a type.

    Whether something is given there or taken away, so that there is no value on one of the sides.
    """
    steps = re.sub(r"\[\d+\]", "", path).split(".")
    rows = _table().get(type_, {})
    for length in range(len(steps), 0, -1):
        if found := rows.get(".".join(steps[:length])):
            return found if found != "given" else "replaces" if given else "updates"
    return "not known"


@cache
def _table() -> dict[str, dict[str, Effect | Literal["given"]]]:
    with FILE.open(newline="", encoding="utf-8") as file:
        return {
            row["type"]: {
                **dict.fromkeys(row["updates"].split(), "updates"),
                **dict.fromkeys(row["replaces"].split(), "replaces"),
                **dict.fromkeys(row["given"].split(), "given"),
            }
            for row in csv.DictReader(file)
        }

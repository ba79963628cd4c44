"""Whether a changed property replaces a resource or updates it in place: a table, and nothing beyond it.

Source of `effects.csv`: the Terraform provider for AWS that pulumi-aws is built from, 5.100.0 (pulumi-aws 7 has 6.x),
was asked for a plan of a resource of each type in our stacks, with one property changed after the other: what its
answer lists as `requires_replace` replaces. Pulumi's SDK for Python does not tell. A property of which two plans say
otherwise, one that the provider refused to plan, and one that it does not know stand in neither column: nobody knows
here. So do those whose values decide: the version of a replication group (a downgrade replaces it), and a service's
capacity providers.
"""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final, Literal

Effect = Literal["replaces", "updates", "not known"]

FILE: Final = Path(__file__).with_name("effects.csv")


def effect(type_: str, path: str) -> Effect:
    """What a change at a path such as `vpcConfig.subnetIds[0]` does to a resource of a type."""
    steps = re.sub(r"\[\d+\]", "", path).split(".")
    rows = _table().get(type_, {})
    for length in range(len(steps), 0, -1):
        if found := rows.get(".".join(steps[:length])):
            return found
    return "not known"


@cache
def _table() -> dict[str, dict[str, Effect]]:
    with FILE.open(newline="", encoding="utf-8") as file:
        return {
            row["type"]: {
                **dict.fromkeys(row["updates"].split(), "updates"),
                **dict.fromkeys(row["replaces"].split(), "replaces"),
            }
            for row in csv.DictReader(file)
        }

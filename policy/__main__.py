"""The policy pack, as the Pulumi CLI starts it. Constructing PolicyPack starts a server and blocks, so only here."""

import gc
import os
from datetime import date

from pulumi_policy import PolicyPack

from guard.crossguard.pack import COLLECTION, policies

TODAY = os.environ.get("GUARD_TODAY")

gc.set_threshold(*COLLECTION)
PolicyPack(
    name="cloudplatform-guard",
    policies=policies(today=date.fromisoformat(TODAY) if TODAY else date.today()),  # noqa: DTZ011, RUF100
    description="Rules for AWS that decide at preview, on the whole stack's graph.",
    provider="aws",
)

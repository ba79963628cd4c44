"""The policy pack, as the Pulumi CLI starts it. Constructing PolicyPack starts a server and blocks, so only here."""

import gc

from pulumi_policy import PolicyPack

from guard.crossguard.exemptions import today
from guard.crossguard.pack import COLLECTION, policies

try:
    day = today()
except ValueError as problem:
    raise SystemExit(str(problem)) from None
gc.set_threshold(*COLLECTION)
PolicyPack(
    name="cloudplatform-guard",
    policies=policies(today=day),
    description="Rules for AWS that decide at preview, on the whole stack's graph.",
    provider="aws",
)

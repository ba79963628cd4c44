"""The offline preview: record a stack, ask the policy pack, report. No CLI, no account, no network.

What belongs here: a figure or field of the report, an output format, something that the real provider computes and
recordings lack.
"""

import sys
from types import ModuleType

# pydantic has no plugins here. To look for some it would import `importlib.metadata` and read what every package says.
_loader = ModuleType("pydantic.plugin._loader")
vars(_loader)["get_plugins"] = tuple
sys.modules.setdefault(_loader.__name__, _loader)

"""For every rule: stacks that keep it, break it and leave it open; a folder a family, as the rules themselves."""

from importlib import import_module
from pkgutil import walk_packages

from tests.policy import rules
from tests.policy.declare import Row

MODULES = [one.name for one in walk_packages(rules.__path__, f"{rules.__name__}.") if ".test_" not in one.name]
ROWS: list[Row] = [row for name in MODULES for row in getattr(import_module(name), "ROWS", [])]

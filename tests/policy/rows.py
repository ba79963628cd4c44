"""For every rule: stacks that keep it, break it and leave it open; a folder a family, as the rules themselves."""

from importlib import import_module
from pkgutil import walk_packages

from tests.policy import rules
from tests.policy.declare import Row

MODULES = [one.name for one in walk_packages(rules.__path__, f"{rules.__name__}.") if ".test_" not in one.name]
ROWS: list[Row] = [row for name in MODULES for row in getattr(import_module(name), "ROWS", [])]
#: A test takes a rule and lists each row that is wrong: with a test for each row, most of the work was pytest's own.
BY_RULE = {rule: [row for row in ROWS if row.rule == rule] for rule in dict.fromkeys(row.rule for row in ROWS)}

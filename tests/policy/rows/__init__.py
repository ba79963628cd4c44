"""For every rule: stacks that keep it, break it and leave it open; a module a family."""

from importlib import import_module
from pkgutil import iter_modules

from tests.policy.declare import Row

ROWS: list[Row] = [row for module in iter_modules(__path__) for row in import_module(f"{__name__}.{module.name}").ROWS]

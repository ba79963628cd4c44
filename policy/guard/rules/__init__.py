"""All rules: a module a family, more where a family is large. Importing this package fills RULES."""

from importlib import import_module
from pkgutil import iter_modules

from guard.rule import RULES

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

__all__ = ["RULES"]

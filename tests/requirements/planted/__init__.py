"""Planted breaches, a module an area of proofs: each names its module of proofs, `AREA`, and its `BREACHES`."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tests.requirements.breaches import Breach

_MODULES = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
AREAS: list[ModuleType] = [module.AREA for module in _MODULES]
BREACHES: list[Breach] = [breach for module in _MODULES for breach in module.BREACHES]

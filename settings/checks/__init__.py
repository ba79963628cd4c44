"""What several tables of a stack file must say about each other: a file a tier.

What belongs here: a check that reads two tables or more. It is a function of the settings under `@check(...)`, which
names the tables that it reads. Every check of every file here is asked; there is no list to keep.
"""

import importlib
import pkgutil

from settings.checks.check import Check

_FILES = [importlib.import_module(f"{__name__}.{file.name}") for file in pkgutil.iter_modules(__path__)]

CHECKS: tuple[Check, ...] = tuple(each for file in _FILES for each in vars(file).values() if isinstance(each, Check))

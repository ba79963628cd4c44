"""All rules: a folder a family, a module a topic. Importing this package fills RULES.

What belongs here: a rule in its family's topic file, with its examples and its tests. A new family is a folder and
its sentence.
"""

from importlib import import_module
from pkgutil import walk_packages

from guard.model.rule import RULES

for module in walk_packages(__path__, f"{__name__}."):
    import_module(module.name)

__all__ = ["RULES"]

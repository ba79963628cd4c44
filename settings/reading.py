"""Reads a stack's configuration into typed tables, and says everything that is wrong with it at once."""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from settings import stackfile, wording
from settings.agreements import AGREEMENTS
from settings.problems import InvalidSettings, Problem, named, printed, shown
from settings.settings import Settings
from settings.stackfile import KeyPath, Position, StackFile
from settings.table import Complaint
from settings.wording import Shape

SECRET = "is wrong, and secret, so not shown here; write it without --secret: tables hold no secrets"  # noqa: S105
FILE_VARIABLE = "CLOUDPLATFORM_STACK_FILE"  #: names the stack file, where it is not Pulumi.<stack>.yaml here


class Runtime(NamedTuple):
    """What the engine, or the offline preview in its place, handed to the program."""

    config: dict[str, str]
    secret_keys: frozenset[str]
    project: str
    stack: str


def runtime() -> Runtime:
    """The program's whole configuration; pulumi.Config can only ask for one key at a time."""
    import pulumi
    from pulumi.runtime import config as pulumi_config

    config = {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()}
    secret = {*pulumi_config.get_config_secret_keys_env(), *filter(pulumi_config.is_config_secret, config)}
    return Runtime(config, frozenset(secret), pulumi.get_project(), pulumi.get_stack())


def from_runtime() -> Settings:
    """The settings of the stack that is being run. Raises InvalidSettings."""
    found = runtime()
    file = Path(os.environ.get(FILE_VARIABLE) or f"Pulumi.{found.stack}.yaml")
    return read(
        found.config, project=found.project, stack=found.stack, secret_keys=found.secret_keys, file=file
    )


def read(
    config: Mapping[str, str],
    *,
    project: str,
    stack: str,
    secret_keys: Collection[str] = (),
    file: Path | None = None,
) -> Settings:
    """A stack's settings. Values come from `config`, positions in messages from `file`. Raises InvalidSettings."""
    return _Reading(config, project, stack, frozenset(secret_keys), file).settings()


class _Reading:
    """One reading of a configuration: the tables that are right, and the problems of the others."""

    def __init__(
        self, config: Mapping[str, str], project: str, stack: str, secret_keys: frozenset[str], file: Path | None
    ) -> None:
        self.config, self.project, self.file = config, project, file
        self.written = _load(file, project)
        self.secret_keys = secret_keys | (self.written.secret_keys if self.written else frozenset())
        self.values: dict[str, Any] = {"stack": stack}
        self.failed: set[str] = set()
        self.problems: list[Problem] = []

    def settings(self) -> Settings:
        """All settings, or all problems."""
        for name, alias in _tables().items():
            self._take(name, alias)
        self._refuse_unknown_keys()
        self._agree()
        if not self.failed:
            try:
                return self._finished(Settings.model_validate(self.values, by_name=True))
            except ValidationError as error:
                for complaint in wording.explain(error.errors(), {}, _shape()):
                    self._complain(complaint)
        raise InvalidSettings(self.problems)

    def _finished(self, settings: Settings) -> Settings:
        if self.problems:
            raise InvalidSettings(self.problems)
        return settings

    def _take(self, name: str, alias: str) -> None:
        """Parse one table or word."""
        key, shape = self._key(alias), _shape().below([alias])
        if key in self.config:
            complaints = [*self._parse(name, self.config[key], shape)]
        elif Settings.model_fields[name].is_required():
            complaints = [Complaint((), wording.missing(shape))]
        else:
            return
        if complaints and key in self.secret_keys:
            complaints = [Complaint((), SECRET)]
        for complaint in complaints:
            self._complain(Complaint((alias, *complaint.path), complaint.message))

    def _parse(self, name: str, text: str, shape: Shape) -> Iterator[Complaint]:
        """Keep the value of a key, or complain about it. A word stands there as it is, a table as JSON."""
        if not text:
            yield Complaint((), f"is empty; use {shape.right()}, or remove the key")
            return
        word = shape.kinds() == {"string"}
        try:
            self.values[name] = (
                _adapter(name).validate_python(text, strict=True)
                if word
                else _adapter(name).validate_json(text, strict=True, by_alias=True, by_name=False)
            )
        except ValidationError as error:
            errors = error.errors()
            if errors[0]["type"] == "json_invalid":
                yield Complaint((), _not_json(text, str(errors[0]["ctx"]["error"]) if "ctx" in errors[0] else "", shape))
                return
            data = text if word else json.loads(text)
            found = {complaint.path: complaint for complaint in wording.misread(data, shape)}
            yield from found.values()
            yield from (each for each in wording.explain(errors, data, shape) if each.path not in found)
        else:
            yield from wording.misread(text if word else json.loads(text), shape)

    def _refuse_unknown_keys(self) -> None:
        known = [alias for name, alias in _tables().items() if name != "region"]
        for key in sorted(self.config):
            namespace, _, alias = key.partition(":")
            if namespace != self.project or alias in known:
                continue
            message = "unknown key; did you mean `aws:region`?" if alias == "region" else wording.unknown(alias, known)
            self._problem((key,), message)

    def _agree(self) -> None:
        """Check what tables say about each other, as far as they are right in themselves."""
        partial = Settings.model_construct(**self.values)
        for agreement in AGREEMENTS:
            if self.failed.isdisjoint(agreement.tables):
                secret = any(self._key(table) in self.secret_keys for table in agreement.tables)
                for complaint in [*agreement.check(partial)]:
                    self._complain(complaint, agreed=True) if not secret else self._complain(
                        Complaint(complaint.path[:1], SECRET), agreed=True
                    )

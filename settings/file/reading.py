"""Reads a stack's configuration into typed tables, and says everything that is wrong with it at once."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from settings.checks import CHECKS
from settings.file import decisions, error_text, stackfile
from settings.file.defaults import DEFAULTS, merged, origin
from settings.file.namespaces import BUILDER, NAMESPACE, READ, READERS, REGION, SECRET, TABLES, unread
from settings.file.problems import InvalidSettings, Problem, named, printed
from settings.file.stackfile import KeyPath, Position, StackFile
from settings.file.values import ConfigurationKey
from settings.settings import Settings, from_config
from settings.tables.table import Complaint, Table
from settings.words import nearest

HIDDEN = "is wrong, and secret, so not shown here; write it without --secret: tables hold no secrets"
FILE_VARIABLE = "CLOUDPLATFORM_STACK_FILE"  #: names the stack file, where it is not the project's Pulumi.<stack>.yaml


class Runtime(NamedTuple):
    """What the engine, or the offline preview in its place, handed to the program."""

    config: dict[str, str]
    secret_keys: frozenset[str]
    project: str
    stack: str
    folder: Path  #: where the project's Pulumi.yaml and stack files are


def runtime() -> Runtime:
    """The program's whole configuration; pulumi.Config can only ask for one key at a time."""
    import pulumi
    from pulumi.runtime import config as pulumi_config

    config = {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()}
    secret = {*pulumi_config.get_config_secret_keys_env(), *filter(pulumi_config.is_config_secret, config)}
    return Runtime(
        config, frozenset(secret), pulumi.get_project(), pulumi.get_stack(), Path(pulumi.get_root_directory())
    )


def from_runtime() -> Settings:
    """The settings of the stack that is being run. Raises InvalidSettings."""
    found = runtime()
    file = Path(os.environ.get(FILE_VARIABLE) or found.folder / f"Pulumi.{found.stack}.yaml")
    return read(found.config, project=found.project, stack=found.stack, secret_keys=found.secret_keys, file=file)


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
    """Reads one configuration: collects the values of right tables, and complaints about the others."""

    def __init__(
        self, config: Mapping[str, str], project: str, stack: str, secret_keys: frozenset[str], file: Path | None
    ) -> None:
        self.config, self.project, self.file = config, project, file
        self.file_says = _load(file, project)
        self.secret_keys = secret_keys | (self.file_says.secret_keys if self.file_says else frozenset())
        self.values: dict[str, Any] = {"stack": stack}
        self.failed: set[str] = set()
        self.complaints: list[Complaint] = []  # with whole paths, from the table on

    def settings(self) -> Settings:
        """All settings, or all problems."""
        for name, alias in TABLES.items():
            self._take(name, alias)
        for namespace in READERS:
            self._read_for_another(namespace)
        self._refuse_unread_keys()
        settings = Settings.model_construct(**self.values)  # each value was validated as it was taken
        self._check(settings)
        self._want_secrets()
        if self.complaints:
            raise InvalidSettings(map(self._problem, self._traced()))
        return settings

    def _take(self, name: str, alias: str) -> None:
        """Parse one table or word."""
        key, kind = self._key(alias), key_of(Settings, name)
        if key in self.config:
            self.values[name], complaints = kind.parse(self._whole(alias), self._written(key))
        elif name == "project":
            self.values[name], complaints = kind.parse(self.project, {})
        elif kind.required:
            complaints = [Complaint((), error_text.missing(kind.allowed))]
        else:
            return
        if complaints:
            self.values.pop(name, None)
            self.failed.add(alias)
            self.complaints += self._without_secrets([alias], (complaint.below(alias) for complaint in complaints))

    def _whole(self, alias: str) -> str:
        """The text of a table. Defaults of its rows, such as `service-defaults`, are merged into each row."""
        text, common = self.config[self._key(alias)], DEFAULTS.get(alias)
        given = self.config.get(self._key(common)) if common else None
        return text if given is None else merged(text, given)

    def _traced(self) -> Iterator[Complaint]:
        """Each complaint with the place where its value is written. What is wrong in defaults of rows is told once."""
        for complaint in self.complaints:
            alias, *_ = complaint.path or ("",)
            common = DEFAULTS.get(str(alias), "")
            rows, given = self.config.get(self._key(str(alias))), common and self.config.get(self._key(common))
            path = origin(complaint.path, rows, given) if rows and given else complaint.path
            if path == complaint.path or common not in self.failed:
                yield complaint._replace(path=path)

    def _read_for_another(self, namespace: str) -> None:
        """Check the keys that the policy pack, the engine or a provider reads: they know no lines."""
        for name, alias in READ[namespace].items():
            key = f"{namespace}:{alias}"
            if key not in self.config:
                continue
            if namespace == BUILDER and not self._builds():
                self.complaints.append(Complaint((key,), "nobody reads it: no service has image.build; remove it"))
                continue  # what is wrong within it is of no use then
            value, complaints = key_of(READERS[namespace], name).parse(self.config[key], self._written(key))
            if name == "exemptions" and not complaints:
                complaints = [*decisions.missing(value, self.file)]
            self.complaints += self._without_secrets([key], (complaint.below(key) for complaint in complaints))

    def _refuse_unread_keys(self) -> None:
        for key, message, meant in unread(self.config, self.project):
            if meant and self._key(meant) not in self.config:
                self.failed.add(meant)  # other tables would only complain that it is not there
            self.complaints.append(Complaint((key,), message))

    def _builds(self) -> bool:
        """Whether the program builds an image; also where nobody knows, since the services are wrong."""
        services = self.values.get("services", {}).values()
        return "services" in self.failed or any(
            each.table.image.build for service in services for each in service.task_containers("")
        )

    def _check(self, partial: Settings) -> None:
        """Check what tables say about each other, as far as they are right in themselves.

        A region that AWS does not have is told once: what is compared with it would only say so again.
        """
        asked = [(check, [*check(partial)]) for check in CHECKS if self.failed.isdisjoint(check.tables)]
        lost = any(complaint.path == ("region",) for _, found in asked for complaint in found)
        for check, found in asked:
            if lost and "region" in check.tables and "allow-unknown" not in check.tables:
                continue
            self.complaints += self._without_secrets(check.tables, found)

    def _want_secrets(self) -> None:
        """Each secret with `value: config` has its value in the configuration, encrypted."""
        found = from_config(self.values.get("secrets", {}), self.values.get("alerts"))
        wanted = {f"{SECRET}:{word}": path for word, path in found.items()}
        for key, path in wanted.items():
            if key not in self.config:
                advice = f"run `pulumi config set --secret {key}`"
                advice += ", or use generated or later" if path[0] == "secrets" else ", or remove this"
                self.complaints.append(Complaint(path, f"no value is configured; {advice}"))
            elif key not in self.secret_keys:
                advice = "set it again with --secret, and change its value"
                self.complaints.append(Complaint(path, f"{key} is not encrypted in the file; {advice}"))
        if self.failed.isdisjoint(("secrets", "alerts")):
            unasked = [key for key in self.config if key.startswith(f"{SECRET}:") and key not in wanted]
            self.complaints += (Complaint((key,), _unasked(key, [*wanted])) for key in unasked)

    def _without_secrets(self, tables: Collection[str], complaints: Iterable[Complaint]) -> Iterator[Complaint]:
        """The complaints; of an encrypted key only that it is wrong, since a message could repeat its value."""
        read = [*tables, *(DEFAULTS[table] for table in tables if table in DEFAULTS)]
        secret = next((table for table in read if self._key(table) in self.secret_keys), None)
        for complaint in complaints:
            yield Complaint((secret,), HIDDEN) if secret else complaint

    def _problem(self, complaint: Complaint) -> Problem:
        field, position = self._place(complaint.path or ("settings",))
        _, other = self._place(complaint.other) if complaint.other else ("", None)
        message = complaint.message + (f" (the other is in line {other[0]})" if other else "")
        if not self.file or not position:
            return Problem(field=field, message=message)
        line, column = position
        return Problem(field=field, message=message, file=printed(self.file), line=line, column=column)

    def _place(self, path: KeyPath) -> tuple[str, Position | None]:
        """What a field is called, and where it stands."""
        alias, *below = path
        key = self._key(str(alias))
        return named(key.removeprefix(f"{NAMESPACE}:"), below), self._position((key, *below))

    def _position(self, path: KeyPath) -> Position | None:
        """Where a field stands; if it is missing, the nearest table around it."""
        key = str(path[0])
        found = self._trusted(key)
        if not found:
            return None
        if key not in self.config:
            return found.positions.get(())
        return next((found.positions[path[:n]] for n in range(len(path), 0, -1) if path[:n] in found.positions), None)

    def _trusted(self, key: str) -> StackFile | None:
        """The file, if its value of this key is the configuration's. Otherwise its lines would mislead."""
        return self.file_says if self.file_says and self.file_says.config.get(key) == self.config.get(key) else None

    def _written(self, key: str) -> dict[KeyPath, str]:
        """The unquoted numbers, dates and truth values of a key as the file spells them, by path."""
        found = self._trusted(key)
        return {path[1:]: text for path, text in found.written.items() if path[0] == key} if found else {}

    def _key(self, alias: str) -> str:
        """A table's whole key. The region is a key of the AWS provider."""
        return REGION if alias == "region" else alias if ":" in alias else f"{NAMESPACE}:{alias}"


def _load(file: Path | None, project: str) -> StackFile | None:
    """The stack file, if it is there and can be read; without it messages have no positions."""
    try:
        return stackfile.load(file, project) if file and file.is_file() else None
    except InvalidSettings:
        return None


def _unasked(key: str, wanted: list[str]) -> str:
    """The message for a secret's value that no table asks for."""
    near = nearest(key, wanted)
    use = f"did you mean `{near}`?" if near else "remove it, or give a secret of cloudplatform:secrets value: config"
    return f"no table asks for this value; {use}"


@cache
def key_of(table: type[Table], name: str) -> ConfigurationKey:
    """What a field of a table takes."""
    return ConfigurationKey(table, name)

"""Log groups that several parts of the platform write to."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.component import Args, Component
from components.handles import NamedLog
from components.log_group import log_group
from settings.tables.logs import SharedLogTable


@dataclass(frozen=True, kw_only=True)
class SharedLogsArgs(Args):
    """The rows of the stack file, and the key."""

    tables: Mapping[str, SharedLogTable]  #: by word
    key: pulumi.Input[str]  #: ARN of the stack's key


class SharedLogs(Component):
    """The log groups that other tables of the stack file name.

    Creates a log group a row.
    """

    logs: Mapping[str, NamedLog]  #: by word

    def __init__(self, name: str, args: SharedLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        names = {word: args.names.of("log", word) for word in args.tables}
        self.logs = {
            word: NamedLog(name=names[word], resource=log_group(self, word, names[word], days=row.days, key=args.key))
            for word, row in args.tables.items()
        }
        self.register_outputs({"logs": names})

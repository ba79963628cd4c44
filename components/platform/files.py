"""The stack's file systems."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.data.files import Files, FilesArgs
from components.handles import NamedFiles
from components.network.conversations import files_group
from components.operations.watch.files import files_subjects
from components.platform.context import Context
from components.platform.network import Vpc
from components.platform.part import Part, Parts


@dataclass(frozen=True, kw_only=True)
class FileSystems(Part):
    """The file systems by word."""

    files: Mapping[str, NamedFiles]


def files(context: Context, parts: Parts) -> FileSystems:
    """Build a file system a row."""
    found = {word: _files(context, parts, word) for word in context.settings.files}
    return FileSystems(
        files={word: each.handle for word, each in found.items()},
        subjects=[subject for word, each in found.items() for subject in files_subjects(word, each)],
        exports={f"files_{word.replace('-', '_')}": each.files_id for word, each in found.items()},
        backed_up={f"files-{word}": each.arn for word, each in found.items()},
    )


def _files(context: Context, parts: Parts, word: str) -> Files:
    table = context.settings.files[word]
    vpc = parts.of(Vpc)
    args = FilesArgs(
        table=table,
        word=word,
        subnet_ids=vpc.by_zone(table.tier),
        group=vpc.firewall.group_ids[files_group(word).name],
        key=context.key,
        protect=context.settings.protection.protect,
        **context.common,
    )
    return Files(f"files-{word}", args, context.options)

"""Turns the text of a configuration key into a typed value."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from settings.file.error_text import Allowed, explain, misread, not_json
from settings.tables.table import Complaint, Path


def parse(
    text: str, adapter: TypeAdapter[Any], allowed: Allowed, written: Mapping[Path, str]
) -> tuple[Any, list[Complaint]]:
    """The value of a key, and what is wrong with it. A word is there as it is, a table or list as JSON."""
    word, value = allowed.kinds() == {"string"}, None
    errors: list[ErrorDetails] = []
    try:
        value = (
            adapter.validate_python(text, strict=True)
            if word
            else adapter.validate_json(text, strict=True, by_alias=True, by_name=False)
        )
    except ValidationError as error:
        errors = error.errors()
    if not text or (errors and errors[0]["type"] == "json_invalid"):
        return None, [Complaint((), not_json(text, errors, allowed))]
    data = text if word else json.loads(text)
    found = {complaint.path: complaint for complaint in misread(data, allowed)}
    explained = explain(errors, data, allowed, written)
    return value, [*found.values(), *(complaint for complaint in explained if complaint.path not in found)]

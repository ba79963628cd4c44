"""Turns the text of a configuration key into a typed value."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails

from settings.file.error_text import NOTHING, Allowed, empty, explain, misread, not_json
from settings.file.goyaml import POINT_IN_TIME
from settings.tables.table import Complaint, Path, Table

WORDS: Final = ("str", "literal")  #: the types, in pydantic's terms, whose values are no JSON but words


class ConfigurationKey:
    """What one configuration key takes. Types and schemas are slow to build, so each is built when it is asked for."""

    def __init__(self, table: type[Table], name: str) -> None:
        self._name, self._field = name, table.model_fields[name]

    @property
    def required(self) -> bool:
        """Whether the key must be there."""
        return self._field.is_required()

    @cached_property
    def type(self) -> TypeAdapter[Any]:
        """What reads the value."""
        return TypeAdapter(self._field.rebuild_annotation())

    @cached_property
    def allowed(self) -> Allowed:
        """What is allowed, for messages: only this key's part of the schema."""
        fields: dict[str, Any] = {self._name: (self._field.annotation, self._field)}
        alone = create_model("Alone", __base__=Table, **fields)
        whole = Allowed.of(alone.model_json_schema(schema_generator=_Plainly))
        return whole.below([self._field.alias or self._name])

    def parse(self, text: str, written: Mapping[Path, str]) -> tuple[Any, list[Complaint]]:
        """The value of the key's text, and what is wrong with it. A word is there as it is, a table or list as JSON."""
        word, value = self.type.core_schema["type"] in WORDS, None
        errors: list[ErrorDetails] = []
        try:
            value = (
                self.type.validate_python(text, strict=True)
                if word
                else self.type.validate_json(text, strict=True, by_alias=True, by_name=False)
            )
        except ValidationError as error:
            errors = error.errors()
        if not text:
            return None, [Complaint((), empty(self.allowed))]
        if errors and errors[0]["type"] == "json_invalid":
            return None, [Complaint((), not_json(text, errors, self.allowed))]
        data = text if word else json.loads(text)
        read = errors or POINT_IN_TIME.search(text)  # else there is nothing to find, and each value would be asked
        wrong = misread(data, self.allowed if errors else NOTHING) if read else ()
        found = {complaint.path: complaint for complaint in wrong}
        for path in (path for path, bare in written.items() if path and not bare):
            found.setdefault(path, Complaint(path, empty(self.allowed.below(path))))
        explained = explain(errors, data, self.allowed, written) if errors else []
        return value, [*found.values(), *(complaint for complaint in explained if complaint.path not in found)]


class _Plainly(GenerateJsonSchema):
    """Generates a schema for messages only, in a third of the time: without short names, sorting and most defaults."""

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        assert mode == "validation"
        return {**self.generate_inner(schema), "$defs": self.definitions}

    def encode_default(self, dft: Any) -> Any:
        return dft if isinstance(dft, str) else None

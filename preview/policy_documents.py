"""The answer to `aws.iam.getPolicyDocument`, byte for byte as the provider gives it.

How it merges documents, orders sets and shortens lists of one was read in terraform-provider-aws
(internal/service/iam/policy_document_data_source.go and policy_model.go); `tests/preview/test_policy_documents.py`
compares it with that provider.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, cast

from preview.wire import Object

Arguments = Mapping[str, Any]

OLD, CURRENT = "2008-10-17", "2012-10-17"
#: The fields of a document and of a statement, in the order in which they are written. Others are dropped.
DOCUMENT = ("Version", "Id", "Statement")
STATEMENT = (
    *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"),
)
#: Go's JSON writer escapes them in every text, so that JSON may stand in HTML.
ESCAPED = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


class PolicyDocumentError(ValueError):
    """The provider refuses these arguments."""


def policy_document(arguments: Arguments) -> Object:
    """The documents that these arguments make: `json`, and `minifiedJson` without spaces.

    Sources come first, then the statements, which take the place of a source's of the same sid, then what overrides.
    """
    merged: Object = {}
    sids: set[str] = set()
    for source in _given(arguments, "sourcePolicyDocuments"):
        document = _read(source)
        _refuse_duplicates(document, sids)
        _merge(merged, document)
    own = _written(arguments)
    _refuse_duplicates(own, set())
    _merge(merged, own)
    for override in _given(arguments, "overridePolicyDocuments"):
        _merge(merged, _read(override))
    ordered = _ordered(merged, DOCUMENT)
    indented = json.dumps(ordered, indent=2, ensure_ascii=False).translate(ESCAPED)
    return {"json": indented, "minifiedJson": _minified(ordered)}


def _minified(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).translate(ESCAPED)


def _given(arguments: Arguments, name: str) -> list[Any]:
    return [each for each in arguments.get(name) or () if each is not None]


def _refuse_duplicates(document: Object, seen: set[str]) -> None:
    """Within the sources, and within the statements, a sid stands once."""
    for statement in document.get("Statement", ()):
        if (sid := statement.get("Sid")) in seen:
            raise PolicyDocumentError(f"duplicate Sid ({sid}): remove it or ensure that Sids are unique")
        if sid:
            seen.add(sid)


def _merge(merged: Object, new: Object) -> None:
    if new.get("Id"):
        merged["Id"] = new["Id"]
    merged["Version"] = max(merged.get("Version", ""), new.get("Version", ""))
    statements: list[Object] = merged.setdefault("Statement", [])
    for statement in new.get("Statement", ()):
        sid = statement.get("Sid")
        positions = [position for position, old in enumerate(statements) if sid and old.get("Sid") == sid]
        if positions:
            statements[positions[0]] = statement
        else:
            statements.append(statement)


def _ordered(given: Object, fields: Iterable[str]) -> Object:
    """The fields in their order, without those that are empty."""
    return {field: given[field] for field in fields if given.get(field) not in (None, "", [], {})}


# A document that is a text


def _read(text: str) -> Object:
    document = _fields(_parsed(text), DOCUMENT)
    statements: Any = document.get("Statement") or []
    if not isinstance(statements, list):
        raise PolicyDocumentError("the statements of a source or an override must be a list")
    document["Statement"] = [_read_statement(each) for each in cast(list[Any], statements)]
    return document


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise PolicyDocumentError(f"a source or an override contains invalid JSON: {error}") from error


def _fields(given: Any, names: Iterable[str]) -> Object:
    """The fields that are known by name, whatever their letters' case, as Go reads them."""
    if not isinstance(given, dict):
        raise PolicyDocumentError("a document and each of its statements must be an object")
    known = {name.lower(): name for name in names}
    found = {known[key.lower()]: value for key, value in cast(Object, given).items() if key.lower() in known}
    return {name: value for name, value in found.items() if value is not None}


def _read_statement(given: Any) -> Object:
    statement = _fields(given, STATEMENT)
    for field in ("Principal", "NotPrincipal"):
        if field in statement:
            statement[field] = _read_principals(statement[field])
    if "Condition" in statement:
        statement["Condition"] = _read_conditions(statement["Condition"])
    return _ordered(statement, STATEMENT)


def _read_principals(given: Any) -> Any:
    if isinstance(given, str):  # whatever it says
        return "*"
    sets: Object = {
        kind: sorted(cast(list[str], ids), reverse=True) if isinstance(ids, list) else ids
        for kind, ids in sorted(cast(Object, given).items())
    }
    return "*" if sets in ({"*": "*"}, {"*": ["*"]}) else sets


def _read_conditions(given: Any) -> Object:
    """Conditions by test and key: one value is written alone, a number is not read."""
    read: Object = {}
    for test, keys in sorted(given.items()):
        for key, values in sorted(keys.items()):
            if isinstance(values, bool):
                read.setdefault(test, {})[key] = str(values).lower()
            elif isinstance(values, (str, list)):
                read.setdefault(test, {})[key] = _single(_list(cast(Any, values)))
    return read


# The statements that are arguments


def _written(arguments: Arguments) -> Object:
    version = arguments.get("version") or CURRENT
    statements = [_statement(each, version) for each in arguments.get("statements") or ()]
    return {"Version": version, "Id": arguments.get("policyId"), "Statement": statements}


def _statement(given: Arguments, version: str) -> Object:
    statement = {
        "Sid": given.get("sid"),
        "Effect": given.get("effect") or "Allow",
        "Action": _set(given.get("actions")),
        "NotAction": _set(given.get("notActions")),
        "Resource": _variables(_set(given.get("resources")), version),
        "NotResource": _variables(_set(given.get("notResources")), version),
        "Principal": _principals(given.get("principals"), version),
        "NotPrincipal": _principals(given.get("notPrincipals"), version),
        "Condition": _conditions(given.get("conditions"), version),
    }
    return _ordered(statement, STATEMENT)


def _single(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _set(values: Iterable[str] | None) -> str | list[str]:
    return _single(sorted(set(values or ()), reverse=True))


def _variables(given: Any, version: str) -> Any:
    """The IAM variables `&{…}`, which Terraform's own `${…}` made necessary."""
    if isinstance(given, list):
        return [_variables(each, version) for each in cast(list[Any], given)]
    if version == OLD and "&{" in given:
        raise PolicyDocumentError(f"found &{{ sequence in ({given}), which is not supported in version {OLD}")
    return given.replace("&{", "${")


def _principals(given: list[Arguments] | None, version: str) -> Any:
    merged: Object = {}
    for block in _hashed(given, "identifiers", "type"):
        identifiers = _variables(_set(block["identifiers"]), version)
        before = merged.get(block["type"])
        merged[block["type"]] = identifiers if before is None else [*_list(before), *_list(identifiers)]
    return "*" if len(given or ()) and merged == {"*": "*"} else dict(sorted(merged.items()))


def _conditions(given: list[Arguments] | None, version: str) -> Object:
    merged: dict[str, dict[str, list[str]]] = {}
    for block in _hashed(given, "test", "values", "variable"):
        values = merged.setdefault(block["test"], {}).setdefault(block["variable"], [])
        values += _variables(list(block["values"]), version)
    return {
        test: {key: _single(values) for key, values in sorted(keys.items())} for test, keys in sorted(merged.items())
    }


def _list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


# The order of a set of blocks


def _hashed(blocks: list[Arguments] | None, *fields: str) -> list[Arguments]:
    """The different blocks of a set in the order of the plugin SDK: by the digits of a checksum of their content."""
    by_code = {
        _code("".join(f"{name}:{_serialized(name, block[name])};" for name in fields)): block for block in blocks or ()
    }
    return [by_code[code] for code in sorted(by_code)]


def _serialized(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if name == "identifiers":  # a set itself
        inner = "".join(f"{each};" for each in sorted(set(value), key=lambda each: _code(f"{each};")))
        return f"{{{inner}}}"
    return f"({''.join(f'{each};' for each in value)})"


def _code(text: str) -> str:
    return str(zlib.crc32(text.encode()))

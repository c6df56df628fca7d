"""Contract text → plain data: YAML as its 1.2 core schema reads it, and JSON.

One public function, `parse`. Data is made of dict, list, str, int, float, bool and None; keys
are strings as written, so `200:` is `"200"`; dates stay strings.
"""

from __future__ import annotations

import codecs
import json
from pathlib import PurePath
from typing import Any, NoReturn

from accord.errors import ContractErrors, Fault
from accord.spec import yaml_data

LARGEST = 64 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def parse(raw: bytes, file: str) -> Any:
    """The data in `raw`; `file` is its name for faults, and tells JSON by its ending.

    Raises `ContractErrors` with a line and column for text that is not YAML or JSON, repeats a
    key, is too large or nests too deeply.
    """
    if len(raw) > LARGEST:
        _refuse(
            file,
            (0, 0),
            f"the file has {len(raw)} bytes, more than {LARGEST}",
            "split it into several files that refer to each other with $ref",
        )
    text = decode(raw, file)
    if PurePath(file).suffix.lower() == ".json":
        return _parse_json(text, file)
    return yaml_data.parse(text, file)


def decode(raw: bytes, file: str) -> str:
    """Text from UTF-8, or from UTF-16 and UTF-32 that begin with a byte order mark."""
    encoding = "utf-8"
    for mark, name in _MARKS:
        if raw.startswith(mark):
            raw, encoding = raw[len(mark) :], name
            break
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(encoding, "replace")
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        _refuse(
            file,
            place,
            f"byte {raw[error.start]:#04x} is not {encoding.upper()}",
            "save the file as UTF-8",
        )


class _Repeated(ValueError):
    """A JSON object has a key twice."""


class _NotFinite(ValueError):
    """NaN or Infinity, which JSON does not have."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise _Repeated
    return data


def _constant(text: str) -> NoReturn:
    raise _NotFinite(text)


def _parse_json(text: str, file: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        _refuse(
            file,
            (error.lineno, error.colno),
            f"not JSON: {error.msg}",
            "correct the JSON here or just before",
        )
    except _Repeated:
        # JSON is YAML too, and the YAML parser knows where each key stands.
        yaml_data.parse(text, file)
        raise
    except _NotFinite as error:
        _refuse(file, (0, 0), f"{error} is not JSON", "write a finite number, or a string")
    except RecursionError:
        _refuse(file, (0, 0), "the file nests too deeply", "name inner schemas and use $ref")


def _refuse(file: str, place: tuple[int, int], reason: str, mend: str) -> NoReturn:
    raise ContractErrors([Fault(file, *place, "", reason, mend)]) from None

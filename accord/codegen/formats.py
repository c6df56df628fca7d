"""JSON types with their formats, and the types of `accord.runtime.formats` that stand for them."""

from __future__ import annotations

from collections.abc import Mapping

MODULE = "accord.runtime.formats"
BY_FORMAT: Mapping[tuple[str, str], str] = {
    ("integer", "int32"): f"{MODULE}.Int32",
    ("integer", "int64"): f"{MODULE}.Int64",
    ("string", "date"): f"{MODULE}.Date",
    ("string", "date-time"): f"{MODULE}.DateTime",
    ("string", "time"): f"{MODULE}.Time",
    ("string", "uuid"): f"{MODULE}.Uuid",
    ("string", "duration"): f"{MODULE}.Duration",
    ("string", "email"): f"{MODULE}.Email",
    ("string", "idn-email"): f"{MODULE}.IdnEmail",
    ("string", "hostname"): f"{MODULE}.Hostname",
    ("string", "idn-hostname"): f"{MODULE}.IdnHostname",
    ("string", "ipv4"): f"{MODULE}.Ipv4",
    ("string", "ipv6"): f"{MODULE}.Ipv6",
    ("string", "uri"): f"{MODULE}.Uri",
    ("string", "uri-reference"): f"{MODULE}.UriReference",
    ("string", "uri-template"): f"{MODULE}.UriTemplate",
    ("string", "iri"): f"{MODULE}.Iri",
    ("string", "iri-reference"): f"{MODULE}.IriReference",
    ("string", "json-pointer"): f"{MODULE}.JsonPointer",
    ("string", "relative-json-pointer"): f"{MODULE}.RelativeJsonPointer",
    ("string", "regex"): f"{MODULE}.Regex",
}
PLAIN: Mapping[str, str] = {
    name: {
        "Int32": "int",
        "Int64": "int",
        "Date": "datetime.date",
        "DateTime": "datetime.datetime",
        "Time": "datetime.time",
        "Uuid": "uuid.UUID",
    }.get(name.rpartition(".")[2], "str")
    for name in BY_FORMAT.values()
}
"""The types of `accord.runtime.formats` and what their values are."""

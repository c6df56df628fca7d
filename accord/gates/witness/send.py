"""A witness before the running application: does it break in fact what it breaks in text?

For a request: it is sent as it is, and a request like it that both contracts take is sent as well,
so that a refusal is known to be for what the witness shows. For a reply: the operation is called,
and what it answers is held to the old contract.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from accord.errors import UsageError
from accord.gates.law.fields import Fields
from accord.gates.law.operation import TEMPLATE
from accord.gates.law.verdict import Way
from accord.gates.witness.judges import independent
from accord.gates.witness.making import NoValue
from accord.gates.witness.messages import Message, Replies, Requests, as_texts
from accord.gates.witness.resources import Resources
from accord.gates.witness.versions import Versions
from accord.gates.witness.witness import Witness
from accord.gates.witness.writing import text

_TIMEOUT_S = 10.0
_REFUSALS = frozenset((400, 413, 414, 415, 422, 431))
"""What an application answers to a request that it takes for wrong in itself."""
_NOT_FOUND = 404
_OF_CREDENTIALS = frozenset((401, 403))
BOTH, TEXT_ONLY, FACT_ONLY = (
    "breaks in text and in fact",
    "breaks in text only",
    "breaks in fact only",
)
UNCLEAR = "cannot be told in fact"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a witness: `verdict` is one of the constants above, `why` what was seen."""

    verdict: str
    why: str

    def __str__(self) -> str:
        return f"{self.verdict}: {self.why}"


class Sender:
    """Sends witnesses between two versions to the application at `url`: it serves the new one."""

    def __init__(self, versions: Versions, url: str, token: str | None) -> None:
        self._versions = versions
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_S)
        self._resources = Resources(self._client)

    def send(self, witness: Witness) -> Sent:
        """What the application makes of it. Raises `UsageError` where it does not answer."""
        if not witness.new.path.startswith("/") or not witness.new.pointer.startswith("/paths/"):
            return Sent(UNCLEAR, "the application sends it, and is not asked for it")
        if witness.way == "request":
            return self._request(witness)
        return self._reply(witness)

    def _request(self, witness: Witness) -> Sent:
        if witness.control is not None:
            control = self._call(witness, witness.control)
            if control.status_code in _REFUSALS:
                return Sent(FACT_ONLY, f"{_shown(control)} to a request that both contracts take")
        reply = self._call(witness, witness.message)
        if reply.status_code in _OF_CREDENTIALS:
            return Sent(UNCLEAR, f"{_shown(reply)}: it asks for other credentials")
        if reply.status_code in _REFUSALS:
            return Sent(BOTH, _shown(reply))
        if reply.status_code == _NOT_FOUND:
            return Sent(UNCLEAR, f"{_shown(reply)}: there is nothing to ask it of")
        return Sent(TEXT_ONLY, f"{_shown(reply)}: the application takes it still")

    def _reply(self, witness: Witness) -> Sent:
        operation = witness.new.operation(self._versions.documents["new"])
        reading = self._versions.reading("new", Way.REQUEST, told=False)
        requests = Requests(reading, operation)
        type_ = next((each for each in requests.media if "json" in each), None)
        try:
            values = self._versions.values("new", Way.REQUEST, told=False)
            message = requests.least(values, type_ if requests.needs_body else None)
        except NoValue:
            return Sent(UNCLEAR, "no request was found that calls the operation")
        reply = self._call(witness, message)
        if str(reply.status_code) != witness.status:
            return Sent(UNCLEAR, f"{_shown(reply)}, not {witness.status}")
        old = witness.old.operation(self._versions.documents["old"])
        promised = Replies(self._versions.reading("old", Way.REPLY, told=False), old)
        media = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        schema = promised.schema(witness.status, media or None)
        received = _received(reply, media, promised.headers(witness.status))
        if not any(map(independent(schema).is_valid, as_texts(received))):
            return Sent(BOTH, f"{_shown(reply)} is not what the old contract promised")
        if witness.taken_by == "old" and not _has(received, witness.message):
            return Sent(UNCLEAR, f"{_shown(reply)} has it not, and need not have it")
        return Sent(TEXT_ONLY, f"{_shown(reply)} is what the old contract promised")

    def _call(self, witness: Witness, message: Message) -> httpx.Response:
        """Sends a request, written as the contract that takes it says."""
        version = witness.taken_by if witness.way == "request" else "new"
        document = self._versions.documents[version]
        reading = self._versions.reading(version, Way.REQUEST, told=False)
        call = getattr(witness, version)
        fields = Requests(reading, call.operation(document)).fields
        message = self._of_what_is_there(witness, message)
        url, headers = _url(witness.new.path, message, fields), _headers(message, fields)
        type_, body = next(iter(message.get("body", {}).items()), (None, None))
        content = None
        if type_ is not None:
            headers["Content-Type"] = type_
            content = _content(type_, body)
        try:
            return self._client.request(
                witness.new.method.upper(), url, headers=headers, content=content
            )
        except httpx.HTTPError as error:
            raise UsageError(f"the application does not answer: {error!r}") from error

    def _of_what_is_there(self, witness: Witness, message: Message) -> Message:
        """The message about a thing that the application has, unless it is the path that shows the
        break."""
        is_shown = witness.way == "request" and (
            witness.control is None or witness.control.get("path") != witness.message.get("path")
        )
        found = None if is_shown else self._resources.identifier(witness.new.path)
        return message if found is None else {**message, "path": {**message["path"], "0": found}}


def _url(path: str, message: Message, fields: Fields) -> str:
    """`path` with the message's values: those in it go by place, whatever they are called."""
    places = iter(range(path.count("{")))

    def value(_: re.Match[str]) -> str:
        key = ("path", str(next(places)))
        given = message.get("path", {}).get(key[1], "x")
        return text(fields[key], given) if key in fields else quote(str(given), safe="")

    query = [
        text(fields["query", name], given)
        if ("query", name) in fields
        else urlencode({name: given})
        for name, given in message.get("query", {}).items()
    ]
    filled = TEMPLATE.sub(value, path)
    return f"{filled}?{'&'.join(query)}" if query else filled


def _headers(message: Message, fields: Fields) -> dict[str, str]:
    headers = {
        field.name: text(field, message["header"][key[1]])
        for key, field in fields.items()
        if key[0] == "header" and key[1] in message.get("header", {})
    }
    cookies = [
        text(field, message["cookie"][key[1]])
        for key, field in fields.items()
        if key[0] == "cookie" and key[1] in message.get("cookie", {})
    ]
    return headers | ({"Cookie": "; ".join(cookies)} if cookies else {})


def _content(type_: str, body: Any) -> bytes:
    if type_ == "application/x-www-form-urlencoded" and isinstance(body, dict):
        return urlencode(body, doseq=True).encode()
    if "json" in type_ or not isinstance(body, str):
        return json.dumps(body).encode()
    return body.encode()


def _received(reply: httpx.Response, media: str, headers: Fields) -> Message:
    message: Message = {
        "header": {key[1]: reply.headers[key[1]] for key in headers if key[1] in reply.headers}
    }
    if media:
        try:
            message["body"] = {media: reply.json() if "json" in media else reply.text}
        except ValueError:
            message["body"] = {media: reply.text}
    return message


def _has(received: Any, wanted: Any) -> bool:
    """Whether everything that `wanted` names is in `received`."""
    if isinstance(wanted, dict):
        return isinstance(received, dict) and all(
            name in received and _has(received[name], value) for name, value in wanted.items()
        )
    if isinstance(wanted, list) and wanted:
        return isinstance(received, list) and all(
            any(_has(item, each) for item in received) for each in wanted
        )
    return True


def _shown(reply: httpx.Response) -> str:
    media = reply.headers.get("content-type", "")
    is_text = "json" in media or media.startswith("text/")
    return f"{reply.status_code} {reply.text[:200] if is_text else media}".strip()

"""What a fake remembers: records, idempotency keys and effects, in one SQLite file.

    records   what the service keeps, as the JSON that it answers
    replies   what was answered to an idempotency key, refusals included
    effects   one row for everything that was done: who, which operation, on what, by which key,
              when; an audit reads them

Everything survives the process, kill -9 included: each call is one transaction. The calls are
short enough to be made on the event loop.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from accord.runtime import FieldError, Model, Problem

M = TypeVar("M", bound=Model)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS records_by_owner ON records (owner, position);
CREATE TABLE IF NOT EXISTS replies (
    who TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reply TEXT,
    refusal TEXT,
    PRIMARY KEY (who, operation, key)
);
CREATE TABLE IF NOT EXISTS effects (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    operation TEXT NOT NULL,
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    document TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls which operation; `key` is the idempotency key, empty where there is none."""

    who: str
    operation: str
    key: str = ""


class Ledger:
    """The memory of one service, in the file `path`.

    One that does `ignore_keys` does again whatever it is asked again: what a service without
    idempotency would do.
    """

    def __init__(self, path: Path, *, ignore_keys: bool = False) -> None:
        self._ignore_keys = ignore_keys
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done within is kept, or nothing where an exception leaves it."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def once(self, call: Call, body: Model, kind: type[M], make: Callable[[], M]) -> M:
        """What `make` returns, made at most once for the key of `call`.

        The same key with the same body gives the first reply again, be it a refusal (a Problem
        that `make` raised). With another body: Problem 409 `idempotency_key_reused`.
        """
        fingerprint = sha256(body.model_dump_json().encode()).hexdigest()
        if self._ignore_keys:
            with self.transaction():
                return make()
        with self.transaction():
            outcome = self._known(call, fingerprint, kind)
            if outcome is None:
                outcome = self._first(call, fingerprint, make)
        # Raised only here: a refusal is remembered, and must not roll that back.
        if isinstance(outcome, Problem):
            raise outcome
        return outcome

    def _known(self, call: Call, fingerprint: str, kind: type[M]) -> M | Problem | None:
        row = self._connection.execute(
            "SELECT fingerprint, reply, refusal FROM replies"
            " WHERE who = ? AND operation = ? AND key = ?",
            (call.who, call.operation, call.key),
        ).fetchone()
        if row is None:
            return None
        known, reply, refusal = row
        if known != fingerprint:
            detail = "This key was used with another body."
            return Problem(409, code="idempotency_key_reused", detail=detail)
        return _refusal(refusal) if reply is None else kind.model_validate_json(reply)

    def _first(self, call: Call, fingerprint: str, make: Callable[[], M]) -> M | Problem:
        outcome: M | Problem
        reply = refusal = None
        self._connection.execute("SAVEPOINT effect")
        try:
            outcome = make()
            reply = outcome.model_dump_json()
        except Problem as problem:
            self._connection.execute("ROLLBACK TO effect")
            outcome, refusal = problem, _as_text(problem)
        self._connection.execute(
            "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?)",
            (call.who, call.operation, call.key, fingerprint, reply, refusal),
        )
        return outcome

    def save(self, call: Call, id: str, owner: str, record: Model) -> None:
        """Keep `record`, new or changed, and note the effect. `owner` is what it is listed by."""
        self.keep(id, owner, record)
        self._connection.execute(
            "INSERT INTO effects (at, who, operation, subject, key, document)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                now().isoformat(),
                call.who,
                call.operation,
                id,
                call.key,
                record.model_dump_json(),
            ),
        )

    def keep(self, id: str, owner: str, record: Model) -> None:
        """Keep `record`, new or changed, with no effect of its own."""
        self._connection.execute(
            "INSERT INTO records (id, owner, document) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            (id, owner, record.model_dump_json()),
        )

    def find(self, kind: type[M], id: str) -> M | None:
        """The record with this id, or None."""
        row = self._connection.execute(
            "SELECT document FROM records WHERE id = ?", (id,)
        ).fetchone()
        return None if row is None else kind.model_validate_json(row[0])

    def get(self, kind: type[M], id: str) -> M:
        """The record with this id. Problem 404 where there is none."""
        record = self.find(kind, id)
        if record is None:
            raise Problem(404, code="not_found", detail=f"No {kind.__name__.lower()} has this id.")
        return record

    def page(
        self, kind: type[M], owner: str, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[M], str | None]:
        """At most `limit` records of an owner, newest first, and the cursor of those that follow.

        Problem 422 `invalid_cursor` where the cursor is none of ours.
        """
        rows = self._connection.execute(
            "SELECT position, document FROM records WHERE owner = ? AND position < ?"
            " ORDER BY position DESC LIMIT ?",
            (owner, _position(cursor), limit + 1),
        ).fetchall()
        more = str(rows[limit - 1][0]) if len(rows) > limit else None
        return [kind.model_validate_json(document) for _, document in rows[:limit]], more


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(8)}"


def now() -> datetime:
    return datetime.now(UTC)


def invalid(*errors: FieldError) -> Problem:
    """422: the request breaks a rule that its schema cannot say."""
    count = "1 value is" if len(errors) == 1 else f"{len(errors)} values are"
    return Problem(422, code="validation_failed", detail=f"{count} not valid.", errors=errors)


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 2**62
    if cursor.isdecimal() and cursor.isascii() and len(cursor) < 19:
        return int(cursor)
    raise invalid(
        FieldError("invalid_cursor", "Is no cursor of ours.", parameter="cursor", location="query")
    )


def _as_text(problem: Problem) -> str:
    return json.dumps(
        {
            "status": problem.status,
            "code": problem.code,
            "title": problem.title,
            "detail": problem.detail,
            "errors": [error.as_json() for error in problem.errors],
        }
    )


def _refusal(text: str) -> Problem:
    members = json.loads(text)
    errors = [
        FieldError(location=error.pop("in", None), **error) for error in members.pop("errors")
    ]
    return Problem(errors=errors, **members)

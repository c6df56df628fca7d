"""Cursors cannot be forged, damaged or used with another key."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.domain.errors import Invalid
from impl.domain.pages import PageCursor
from impl.repositories.cursors import CursorCodec, Edge, SortKey

CODEC = CursorCodec(b"k" * 32)
QUERY = ("name", None)
EDGE = Edge(after=True, key="Stoneware mug", id=UUID(int=7))

KEYS: st.SearchStrategy[SortKey] = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=120),
    st.integers(0, 10**12),
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)


def read(text: str) -> Edge:
    return CODEC.read(PageCursor(text, "page_cursor"), QUERY)


@given(after=st.booleans(), key=KEYS, id=st.uuids())
def test_what_is_written_can_be_read(after: bool, key: SortKey, id: UUID) -> None:
    """Any key comes back exactly, and the text has only the contract's characters."""
    edge = Edge(after, key, id)
    text = CODEC.write(edge, QUERY)
    assert re.fullmatch(r"[A-Za-z0-9._~=-]{1,512}", text)
    assert read(text) == edge


@pytest.mark.parametrize("character", ["a", "é", "書", "🫖", "\U0010ffff", "\0"])
def test_the_longest_names_fit(character: str) -> None:
    """120 characters of any script stay within the 512 that the contracts allow."""
    edge = Edge(after=True, key=character * 120, id=EDGE.id)
    text = CODEC.write(edge, QUERY)
    assert len(text) <= 512
    assert read(text) == edge


def test_every_changed_character_is_noticed() -> None:
    """Whatever is altered, the signature no longer holds."""
    text = CODEC.write(EDGE, QUERY)
    for index, character in enumerate(text[:-1]):
        altered = text[:index] + ("A" if character != "A" else "B") + text[index + 1 :]
        with pytest.raises(Invalid):
            read(altered)


@pytest.mark.parametrize("text", ["", "A", "AAAA", "~~~~", "é", "=", "a" * 512, ".", "A" * 65])
def test_nonsense_is_refused(text: str) -> None:
    """What never was a cursor is an invalid one, not an error of ours."""
    with pytest.raises(Invalid) as raised:
        read(text)
    assert raised.value.faults[0].code == "invalid_cursor"


def test_another_key_is_refused() -> None:
    """Only replicas that share the key read each other's cursors."""
    foreign = CursorCodec(b"x" * 32).write(EDGE, QUERY)
    with pytest.raises(Invalid):
        read(foreign)


def test_moments_before_the_epoch() -> None:
    """Times are signed."""
    edge = Edge(after=False, key=datetime(1970, 1, 1, tzinfo=UTC) - timedelta(days=1), id=EDGE.id)
    assert read(CODEC.write(edge, QUERY)) == edge

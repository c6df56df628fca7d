"""Who waits for a saga in this process is told of its answer."""

from __future__ import annotations

from impl.sagas.answers import News


def test_each_who_waits_is_told() -> None:
    """Also where another has stopped waiting for the same saga meanwhile; nothing is kept."""
    news = News()
    with news.of("a") as first, news.of("b") as other:
        with news.of("a") as second:
            pass
        news.tell("a")
        assert first.is_set()
        assert not second.is_set()
        assert not other.is_set()
    news.tell("a")
    assert news._waiting == {}

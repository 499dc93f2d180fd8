"""Messages and insights as columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vocmine.catalogue import label_set
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import UNKNOWN, Names, code_of, extra_column, read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]


def test_columns_hold_what_the_store_holds(build_store: Build, record: Record) -> None:
    late = record(
        2,
        text="Muy amable la asesora. La app se cae.",
        quotes=[
            ("Muy amable la asesora", 2, "none", "support", "enjoyable", "staff"),
            ("La app se cae", -1, "outage", "use", "utility", "app"),
        ],
        created_at=None,
        score=4.0,
        sentiment="mixed",
        emotions=("joy", "anger"),
        effort=3,
        urgent=1,
        author="p-1",
        extra={"nps": "7,5", "Ciudad": " Cali "},
    )
    with build_store([record(1), late]) as store:
        frame = read_frame(store, Filter())
        assert extra_column(store, frame, "Ciudad") == ["", "Cali"]
    messages, insights = frame.messages, frame.insights
    assert messages.id.tolist() == [1, 2]
    assert messages.day[0] == np.datetime64("2026-03-02")
    assert np.isnat(messages.day[1])
    assert np.isnan(messages.score[0])
    assert (messages.score[1], messages.nps[1]) == (4.0, 7.5)
    assert messages.sentiment.tolist() == [-1, 0]
    assert messages.judged.all()
    emotions = label_set("emotion").codes
    assert [emotions[i] for i in np.flatnonzero(messages.emotions[1])] == ["anger", "joy"]
    assert messages.effort.tolist() == [0, 3]
    assert messages.urgent.tolist() == [False, True]
    assert messages.author.values == ("p-1",)
    assert messages.author.code.tolist() == [UNKNOWN, 0]
    assert insights.message.tolist() == [0, 1, 1]
    assert insights.friction.tolist() == [
        code_of("friction", code) for code in ("billing", "none", "outage")
    ]
    assert insights.polarity.tolist() == [-2, 2, -1]
    assert frame.with_insight(insights.polarity < 0).tolist() == [True, True]


def test_a_store_without_labels_is_unknown_not_zero(build_store: Build, record: Record) -> None:
    with build_store([record(1)], analyzers=()) as store:
        frame = read_frame(store, Filter())
    assert not frame.messages.judged.any()
    assert not frame.insights.judged.any()
    assert frame.messages.effort.tolist() == [UNKNOWN]
    assert frame.messages.pqrs.tolist() == [UNKNOWN]
    assert frame.insights.friction.tolist() == [UNKNOWN]


def test_nothing_is_an_empty_frame(build_store: Build) -> None:
    with build_store([]) as store:
        frame = read_frame(store, Filter())
    assert (len(frame.messages), len(frame.insights)) == (0, 0)
    assert frame.messages.emotions.shape == (0, len(label_set("emotion").codes))


def test_filters_choose_messages(build_store: Build, record: Record) -> None:
    rows = [record(1), record(2, created_at="2026-04-02"), record(3, skip_reason="no_words")]
    with build_store(rows) as store:
        assert read_frame(store, Filter(since="2026-04-01")).messages.id.tolist() == [2]
        assert read_frame(store, Filter(messages=[1])).messages.id.tolist() == [1]
        assert len(read_frame(store, Filter(friction="delay")).insights) == 0


@given(st.lists(st.sampled_from(["", None, "web", "app", "correo"])))
def test_names_give_back_their_texts(texts: list[str | None]) -> None:
    names = Names.of(texts)
    back = [names.values[code] if code >= 0 else "" for code in names.code.tolist()]
    assert back == [text or "" for text in texts]
    counts = [texts.count(value) for value in names.values]
    assert counts == sorted(counts, reverse=True)
    assert 0 not in counts

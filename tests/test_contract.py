"""What a plugin declares and returns is checked; errors say table, column, expected and got."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vocmine.batch import Batch
from vocmine.contract import check_columns, check_declaration
from vocmine.errors import PluginError
from vocmine.tables import Column, Table

WHO = "Analyzer 'mood' 1 (vocmine-mood 2.0)"


def batch(messages: int = 2, segments_each: int = 2) -> Batch:
    count = messages * segments_each
    return Batch(
        message_ids=np.arange(messages, dtype=np.int64),
        texts=["uno dos"] * messages,
        langs=["es"] * messages,
        countries=[""] * messages,
        channels=[""] * messages,
        scores=np.full(messages, np.nan, np.float32),
        created_at=[None] * messages,
        segment_ids=np.full(count, -1, np.int64),
        segment_message=np.repeat(np.arange(messages, dtype=np.int32), segments_each),
        segment_start=np.tile(np.array([0, 4], np.int32), messages)[:count],
        segment_end=np.tile(np.array([3, 7], np.int32), messages)[:count],
        message_vectors=np.zeros((messages, 3), np.float32),
        segment_vectors=np.zeros((count, 3), np.float32),
        extra={"ciudad": ["Bogotá"] * messages},
    )


class Mood:
    version = "1"
    requires = ("message_vectors",)
    outputs = (
        Table("mood", "message", (Column("mood", "text", labels="sentiment"), Column("p", "real"))),
        Table("spans", "segment", (Column("n", "integer", nullable=True),), many=True),
    )

    def open(self, context: Any) -> None: ...

    def analyze(self, given: Batch) -> Any: ...


def good() -> dict[str, dict[str, Any]]:
    return {
        "mood": {"mood": ["neutral", "negative"], "p": np.array([0.5, 0.25], np.float32)},
        "spans": {"row": [0, 0, 3], "n": [1, None, 2]},
    }


def test_good_columns_come_back_as_plain_values_with_their_rows() -> None:
    checked = check_columns(WHO, Mood(), batch(), good())
    assert checked["mood"].columns == {"mood": ["neutral", "negative"], "p": [0.5, 0.25]}
    assert checked["mood"].row.tolist() == [0, 1]
    assert checked["spans"].row.tolist() == [0, 0, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.pop("mood"), r"promised the tables \['mood', 'spans'\].*\['spans'\]"),
        (lambda r: r["mood"].pop("p"), r"table 'mood' expects the columns \['mood', 'p'\]"),
        (lambda r: r["mood"].update(extra=[1, 2]), r"'mood' expects the columns"),
        (lambda r: r["mood"].update(p=[0.1]), r"'mood.p' expects 2 values, got 1"),
        (lambda r: r["mood"].update(p=["a", "b"]), r"'mood.p' expects real, got str"),
        (lambda r: r["mood"].update(p=np.zeros((2, 2))), r"'mood.p' expects real in one dim"),
        (lambda r: r["mood"].update(p=np.array(["x", "y"])), r"'mood.p' expects real"),
        (lambda r: r["mood"].update(mood=["neutral", "meh"]), r"codes of 'sentiment'.*'meh'"),
        (lambda r: r["mood"].update(mood=["neutral", None]), r"got None at position 1"),
        (lambda r: r["mood"].update(p=[0.5, float("nan")]), r"got None at position 1"),
        (lambda r: r["spans"].update(row=[0, 1, 4]), r"'spans.row' expects 0 to 3, got 0 to 4"),
        (lambda r: r["spans"].update(row=[-1, 1, 2]), r"'spans.row' expects 0 to 3, got -1"),
        (lambda r: r["spans"].update(row=[0]), r"expects"),
        (lambda r: r["spans"].update(row=[0.5, 1.0, 2.0]), r"'spans.row' expects whole numbers"),
        (lambda r: r["spans"].update(n=[1, 2**64, 3]), r"'spans.n' expects .* at position 1"),
        (lambda r: r["mood"].update(p=iter([0.5, 0.5])), r"'mood.p' expects a sequence of values"),
        (lambda r: r.update(mood=[1, 2]), r"'mood' expects a mapping of columns, got list"),
        (lambda r: r["spans"].update(n=[1, 2.5, 3]), r"'spans.n' expects integer, got float"),
    ],
)
def test_what_is_off_is_named(change: Any, message: str) -> None:
    result = good()
    change(result)
    with pytest.raises(PluginError, match=message) as caught:
        check_columns(WHO, Mood(), batch(), result)
    assert WHO in str(caught.value)


def test_something_else_than_a_mapping_is_refused() -> None:
    with pytest.raises(PluginError, match="returned list"):
        check_columns(WHO, Mood(), batch(), [])  # type: ignore[arg-type]


def test_numpy_scalars_in_lists_are_taken_as_the_values_they_are() -> None:
    result = good()
    result["spans"]["n"] = [np.int64(1), None, np.int32(2)]
    checked = check_columns(WHO, Mood(), batch(), result)
    assert checked["spans"].columns["n"] == [1, None, 2]
    assert type(checked["spans"].columns["n"][0]) is int


def test_a_boolean_is_true_or_false_and_nothing_else() -> None:
    class Flag(Mood):
        outputs = (Table("flag", "message", (Column("on", "boolean"),)),)

    with pytest.raises(PluginError, match=r"'flag.on' expects 0 to 1, got 7 at position 1"):
        check_columns(WHO, Flag(), batch(), {"flag": {"on": [True, 7]}})


def test_text_that_no_file_can_hold_is_replaced() -> None:
    class Note(Mood):
        outputs = (Table("note", "message", (Column("said"),)),)

    checked = check_columns(WHO, Note(), batch(), {"note": {"said": ["a\ud800b", "c"]}})
    assert checked["note"].columns["said"] == ["a\ufffdb", "c"]


def test_an_empty_batch_is_fine() -> None:
    empty = {"mood": {"mood": [], "p": []}, "spans": {"row": [], "n": []}}
    assert len(check_columns(WHO, Mood(), batch(0), empty)["mood"]) == 0


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"requires": ("telepathy",)}, "requires 'telepathy'.*Shared columns are: .*texts"),
        ({"outputs": ()}, "declares no output table"),
        ({"outputs": (Table("t", "corpus", ()),)}, "corpus table 't' but has no 'fit'"),
        (
            {"outputs": (Table("t", "message", (Column("c", labels="colours"),)),)},
            "unknown label set 'colours'",
        ),
        (
            {"outputs": (Table("My-Table", "message", (Column("c"),)),)},
            "mood: Table 'My-Table' uses the name",
        ),
    ],
)
def test_a_declaration_that_cannot_work_is_refused_before_the_run(
    attributes: dict[str, Any], message: str
) -> None:
    with pytest.raises(PluginError, match=message):
        check_declaration("mood", type("Odd", (Mood,), attributes)())


def test_a_class_without_version_is_refused() -> None:
    with pytest.raises(PluginError, match="mood has no 'version'"):
        check_declaration("mood", object())


class TestBatch:
    def test_select_keeps_the_messages_and_their_segments(self) -> None:
        part = batch(3).select(np.array([0, 2]))
        assert len(part) == 2
        assert part.message_ids.tolist() == [0, 2]
        assert part.segment_message.tolist() == [0, 0, 1, 1]
        assert part.segment_texts == ["uno", "dos", "uno", "dos"]
        assert part.extra == {"ciudad": ["Bogotá", "Bogotá"]}

    def test_its_arrays_cannot_be_written(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            batch().message_vectors[:] = 1

    def test_selecting_nothing_gives_an_empty_batch(self) -> None:
        part = batch(3).select(np.array([], dtype=np.intp))
        assert (len(part), len(part.segment_message)) == (0, 0)

    def test_segment_rows_are_those_of_the_given_messages(self) -> None:
        assert batch(3).segment_rows(np.array([1])).tolist() == [2, 3]

"""JSON exports: lines, arrays and documents that hold one, read in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.errors import SourceError
from vocmine.message import Unreadable
from vocmine.plugin import ReadOptions
from vocmine.readers import Row, Table, open_table
from vocmine.readers.json_reader import flatten, read_json_document


def table_of(folder: Path, content: str, name: str = "export.json") -> Table:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return open_table(path, ReadOptions())


def rows_of(table: Table) -> list[dict[str, str]]:
    return [
        dict(zip(table.columns, row.cells, strict=True)) | dict(row.extra)
        for row in table.rows()
        if isinstance(row, Row)
    ]


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: (
        st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=3)
        | st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(st.text(min_size=1, max_size=6), JSON_VALUES, max_size=4))


@given(records=RECORDS, size=st.integers(1, 40), indent=st.sampled_from([None, 2]))
@settings(deadline=None)
def test_an_array_is_read_the_same_whatever_the_size_of_the_pieces(
    records: list[dict[str, object]], size: int, indent: int | None
) -> None:
    text = json.dumps(records, indent=indent, ensure_ascii=False)
    found = list(read_json_document(pieces(text, size), "x.json"))
    assert found == [(f"record {n}", flatten(record)) for n, record in enumerate(records, 1)]


@pytest.mark.parametrize("key", ["results", "data", "reviews", "tickets", "pqrs", "whatever"])
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_records_are_found_under_any_key_among_page_numbers(key: str, size: int) -> None:
    document = {
        "count": 2,
        "pages": 1,
        "next": None,
        key: [{"id": 1, "texto": "hola"}, {"id": 2, "texto": "adiós"}],
        "meta": {"links": [{"rel": "self"}], "total": 2},
    }
    found = list(read_json_document(pieces(json.dumps(document), size), "x.json"))
    assert [cells["texto"] for _, cells in found] == ["hola", "adiós"]  # type: ignore[misc]


def test_records_are_found_two_levels_down(tmp_path: Path) -> None:
    document = {
        "feed": {"title": "x", "entry": [{"id": {"label": "1"}, "content": {"label": "a"}}]}
    }
    assert rows_of(table_of(tmp_path, json.dumps(document))) == [
        {"id.label": "1", "content.label": "a"}
    ]


def test_one_object_is_one_record_and_its_own_lists_are_not_records(tmp_path: Path) -> None:
    record = {"id": "a", "text": "No llegó", "insights": [{"quote": "No llegó"}]}
    (row,) = rows_of(table_of(tmp_path, json.dumps(record)))
    assert row["text"] == "No llegó"


def test_the_comments_of_a_single_ticket_are_not_the_records(tmp_path: Path) -> None:
    ticket = {"id": 7, "comments": [{"body": "hola"}], "subject": "Cobro"}
    (row,) = rows_of(table_of(tmp_path, json.dumps(ticket)))
    assert row["subject"] == "Cobro"


def test_pretty_printed_objects_one_after_another_are_records(tmp_path: Path) -> None:
    content = "\n".join(json.dumps({"id": n, "text": "x"}, indent=2) for n in range(3))
    assert [row["id"] for row in rows_of(table_of(tmp_path, content))] == ["0", "1", "2"]


def test_null_items_are_reported_not_dropped(tmp_path: Path) -> None:
    table = table_of(tmp_path, '{"reviews": [null, {"comment": "bien"}, 7]}')
    kinds = [type(row).__name__ for row in table.rows()]
    assert kinds == ["Unreadable", "Row", "Unreadable"]


def test_nested_objects_are_flattened_with_dots_and_lists_joined() -> None:
    record = {"a": {"b": {"c": 1.0}}, "tags": ["x", "y"], "ok": True, "none": None, "n": 2.5}
    assert flatten(record) == {
        "a.b.c": "1", "tags": "x; y", "ok": "true", "none": "", "n": "2.5",
    }  # fmt: skip


def test_text_is_kept_as_given_but_for_nul_and_half_characters() -> None:
    record = json.loads(r'{"text": "  dos\u0000 espacios \ud83d\n", "emoji": "\ud83d\ude21"}')
    assert flatten(record) == {"text": "  dos espacios \ufffd\n", "emoji": "😡"}


def test_a_broken_line_costs_itself_only(tmp_path: Path) -> None:
    lines = [
        '{"id": 1, "text": "a"}',
        '{"id": 2, "text": "b"',
        "",
        '["no"]',
        '{"id": 5, "text": "e"}',
    ]
    table = table_of(tmp_path, "\n".join(lines), "export.jsonl")
    found = list(table.rows())
    assert [row.locator for row in found] == ["line 1", "line 2", "line 4", "line 5"]
    broken = [row for row in found if isinstance(row, Unreadable)]
    assert "not valid JSON" in broken[0].error
    assert broken[0].raw == lines[1]
    assert "a list, not a JSON object" in broken[1].error


def test_keys_that_appear_later_are_kept(tmp_path: Path) -> None:
    lines = [json.dumps({"id": n, "text": "x"}) for n in range(600)]
    lines.append(json.dumps({"id": 600, "text": "x", "ciudad": "Cali"}))
    rows = rows_of(table_of(tmp_path, "\n".join(lines), "export.jsonl"))
    assert rows[-1]["ciudad"] == "Cali"


def test_a_document_broken_in_the_middle_keeps_what_was_whole(tmp_path: Path) -> None:
    table = table_of(tmp_path, '[{"id": 1, "text": "a"}, {"id": 2, "text": "b"}, {"id": 3, "te')
    found = list(table.rows())
    assert [type(row).__name__ for row in found] == ["Row", "Row", "Unreadable"]
    assert "broken after record 2" in found[2].error  # type: ignore[union-attr]


def test_a_document_broken_from_the_start_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"export\.json is not valid JSON"):
        table_of(tmp_path, '{"results": [{"id": oops}]}')


def test_an_empty_array_has_no_records(tmp_path: Path) -> None:
    table = table_of(tmp_path, "[]")
    assert table.columns == ()
    assert list(table.rows()) == []


def test_a_large_value_is_read_in_pieces(tmp_path: Path) -> None:
    content = json.dumps([{"id": 1, "text": "palabra " * 650_000}, {"id": 2, "text": "b"}])
    assert [len(row["text"]) for row in rows_of(table_of(tmp_path, content))] == [5_200_000, 1]


def test_json_in_utf16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text('[{"id": 1, "texto": "mañana"}]', encoding="utf-16")
    assert rows_of(open_table(path, ReadOptions())) == [{"id": "1", "texto": "mañana"}]

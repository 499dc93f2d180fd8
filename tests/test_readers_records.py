"""From the rows of a table to messages: what is kept, where, and in what form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.errors import SourceError
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import ReadOptions
from vocmine.readers import MessageReader, map_columns, open_table, require_text
from vocmine.readers.content import is_blank


def records_of(folder: Path, content: str, options: ReadOptions | None = None) -> list[Record]:
    path = folder / "export.csv"
    path.write_bytes(content.encode())
    options = options or ReadOptions()
    table = open_table(path, options)
    mapping = map_columns(table.columns, table.sample, options.mapping)
    return list(MessageReader(table, mapping, options).records())


def message_of(folder: Path, content: str, options: ReadOptions | None = None) -> Message:
    (record,) = records_of(folder, content, options)
    assert isinstance(record, Message)
    return record


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
@settings(deadline=None)
def test_the_text_is_the_cell_to_the_character(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("text") / "export.jsonl"
    lines = [json.dumps({"id": "0", "text": "relleno para que haya otra línea"})]
    lines.append(json.dumps({"id": "1", "text": text}))
    path.write_text("\n".join(lines), encoding="utf-8")
    table = open_table(path, ReadOptions())
    mapping = map_columns(table.columns, table.sample, {})
    *_, last = MessageReader(table, mapping, ReadOptions()).records()
    if isinstance(last, Message):
        assert last.text == text
    else:
        assert is_blank(text)


def test_columns_that_are_not_mapped_are_kept_under_their_names_without_blanks(
    tmp_path: Path,
) -> None:
    message = message_of(tmp_path, "id;texto;Ciudad;Barrio;lang\n1;No llegó; Cali ;;es\n")
    assert message.extra == {"Ciudad": "Cali", "lang": "es"}


def test_the_original_rating_and_country_are_kept_beside_the_normalised_ones(
    tmp_path: Path,
) -> None:
    message = message_of(tmp_path, "texto;Nota;País\nNo llegó;8/10;Perú\n")
    assert (message.score, message.country) == (4.2, "PE")
    assert message.extra == {"Nota": "8/10", "País": "Perú"}


def test_a_country_already_in_two_letters_is_not_kept_twice(tmp_path: Path) -> None:
    message = message_of(tmp_path, "texto;País\nNo llegó;PE\n")
    assert (message.country, message.extra) == ("PE", {})


def test_an_unknown_country_is_kept_as_it_was_written(tmp_path: Path) -> None:
    message = message_of(tmp_path, "texto;País\nNo llegó;Narnia\n")
    assert (message.country, message.extra) == ("", {"País": "Narnia"})


def test_answers_of_the_company_are_joined_as_context(tmp_path: Path) -> None:
    message = message_of(
        tmp_path, "texto;Respuesta;Notas internas\nNo llegó;Lo sentimos;revisar guía\n"
    )
    assert message.context == "Lo sentimos\n\nrevisar guía"
    assert message.extra == {}


def test_a_blank_identifier_is_empty_so_that_the_engine_derives_one(tmp_path: Path) -> None:
    records = records_of(tmp_path, "id;texto\n7;No llegó\n ;Tampoco\n")
    assert [record.external_id for record in records] == ["7", ""]


def test_a_blank_title_is_empty_and_a_title_is_not_part_of_the_text(tmp_path: Path) -> None:
    first, second = records_of(tmp_path, "asunto;texto\n Cobro ;Dos veces\n;Bien\n")
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (first.title, first.text, second.title) == ("Cobro", "Dos veces", "")


def test_a_title_without_letters_does_not_stand_in_for_a_missing_text(tmp_path: Path) -> None:
    records = records_of(tmp_path, "id;asunto;texto\n1;Cobro;Dos veces\n2;---;\n")
    assert [type(record).__name__ for record in records] == ["Message", "Skipped"]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("1;web;bueno; bonito;; barato", "bueno; bonito;; barato"),
        ("1;web;bueno", "bueno"),
        ("1;web;bueno;;;", "bueno"),
    ],
)
def test_delimiters_inside_a_last_column_of_text_belong_to_it(
    tmp_path: Path, row: str, text: str
) -> None:
    first, _ = records_of(tmp_path, f"id;canal;texto\n{row}\n2;web;otro texto\n")
    assert isinstance(first, Message)
    assert (first.text, first.extra) == (text, {})


def test_a_table_without_text_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "cifras.csv"
    path.write_text("mes,total\n1,2\n")
    table = open_table(path, ReadOptions())
    with pytest.raises(SourceError, match=r"No column of cifras\.csv .* columns are: mes, total"):
        require_text(table, map_columns(table.columns, table.sample, {}))


def test_a_text_cut_by_a_delimiter_in_the_middle_of_a_row_is_unreadable_not_half_read(
    tmp_path: Path,
) -> None:
    first, cut, last = records_of(
        tmp_path,
        "id,texto,fecha\n1,No llegó,2026-01-01\n4,Hola, me cobraron mal, de nuevo,2026-01-02\n"
        "5,Bien,2026-01-03\n",
    )
    assert isinstance(first, Message)
    assert isinstance(last, Message)
    assert isinstance(cut, Unreadable)
    assert cut.error.startswith("The row has 5 cells of 3: its text holds delimiters")
    assert (cut.locator, cut.external_id) == ("row 3", "4")
    assert "de nuevo" in cut.raw


@pytest.mark.parametrize(
    "row", ["2,Mal,grosero,1,web", "2,Mal, pésimo,5,web", "2,Mal,muy, muy mal,3,web"]
)
def test_what_follows_a_cut_text_gives_it_away(tmp_path: Path, row: str) -> None:
    rows = "1,Bien,5,web\n" * 4
    *_, cut = records_of(tmp_path, f"id,texto,nota,canal\n{rows}{row}\n")
    assert isinstance(cut, Unreadable)


def test_a_wide_row_whose_cells_fit_is_read_and_what_is_beyond_is_kept(tmp_path: Path) -> None:
    message = message_of(tmp_path, "id,texto,fecha\n1,No llegó,2026-01-01,sobra\n")
    assert message.text == "No llegó"
    assert message.extra == {"column 4": "sobra"}


def test_blank_cells_are_counted_and_a_subject_stands_in_for_a_text_that_says_nothing(
    tmp_path: Path,
) -> None:
    records = records_of(
        tmp_path,
        "id;asunto;texto;nota\n1;;Sin comentarios;2\n2;;null;\n3;;N/A;n/a\n4;Cobro;ninguno;\n"
        "5;(sin asunto);-;\n6;;No llegó nada;1\n",
    )
    assert [record for record in records if isinstance(record, Skipped)] == [
        Skipped("empty_text", "row 3", "2"),
        Skipped("empty_text", "row 4", "3"),
        Skipped("empty_text", "row 6", "5"),
    ]
    texts = [record.text for record in records if isinstance(record, Message)]
    assert texts == ["Sin comentarios", "Cobro", "No llegó nada"]

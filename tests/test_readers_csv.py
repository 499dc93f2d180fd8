"""Delimited text: delimiters, encodings, headers, and the ways such files break."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from vocmine.errors import SourceError, UsageError
from vocmine.message import Unreadable
from vocmine.plugin import ReadOptions
from vocmine.readers import EmptyFileError, Row, Table, open_table
from vocmine.readers.csv_reader import quotes_with_apostrophes

DETECT = ReadOptions()
SPANISH = "áéíóúñÁÉÍÓÚÑüÜ¿¡°ªº"


def table_of(folder: Path, content: str | bytes, options: ReadOptions = DETECT) -> Table:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_table(path, options)


def cells_of(table: Table) -> list[list[str]]:
    return [row.cells for row in table.rows() if isinstance(row, Row)]


def unreadable_of(table: Table) -> list[Unreadable]:
    return [row for row in table.rows() if isinstance(row, Unreadable)]


# What is written comes back


@st.composite
def tables(draw: st.DrawFn, alphabet: st.SearchStrategy[str]) -> tuple[list[str], list[list[str]]]:
    header = ["Radicado", "Descripción", "Canal", "Fecha", "Ciudad"]
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(st.text(alphabet), min_size=width, max_size=width), max_size=8))
    return header[:width], [row for row in rows if any(cell.strip() for cell in row)]


def written(header: list[str], rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerows([header, *rows])
    return buffer.getvalue().encode(encoding)


def read_back(content: bytes) -> tuple[list[str], list[list[str]]]:
    with TemporaryDirectory() as folder:
        table = table_of(Path(folder), content)
        records = list(table.rows())
    assert not [record for record in records if isinstance(record, Unreadable)]
    return list(table.columns), [row.cells for row in records if isinstance(row, Row)]


@given(
    table=tables(st.characters(codec="utf-8", exclude_characters="\0")),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@example((["Radicado", "Descripción"], [["1", 'dijo "ya"; y\r\nnada, 😡\n\rfin']]), ";", "utf-16")
@example((["Radicado", "Descripción"], [["\r", "\n"], ["\x85", "\u2028"]]), ",", "utf-8")
@settings(deadline=None)
def test_any_table_in_any_delimiter_and_unicode_encoding_comes_back_identical(
    table: tuple[list[str], list[list[str]]], delimiter: str, encoding: str
) -> None:
    header, rows = table
    # Control characters in bulk are what binaries are made of; text does not hold them.
    assume(not any(ch < "\x20" and ch not in "\t\n\r" for row in rows for c in row for ch in c))
    assert read_back(written(header, rows, delimiter, encoding)) == (header, rows)


@given(
    table=tables(st.sampled_from(f"abc xyz 0189 .:_-'\"\n,;\t|{SPANISH}")),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["cp1252", "latin-1"]),
)
@settings(deadline=None)
def test_any_spanish_table_in_a_legacy_encoding_comes_back_identical(
    table: tuple[list[str], list[list[str]]], delimiter: str, encoding: str
) -> None:
    header, rows = table
    content = written(["Número", *header[1:]], rows, delimiter, encoding)
    assert read_back(content) == (["Número", *header[1:]], rows)


# Delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_although_the_text_is_full_of_the_others(
    tmp_path: Path, delimiter: str
) -> None:
    text = "Pagué, reclamé; nadie respondió | y cobraron otra vez, con intereses; pésimo"
    quoted = f'"{text}"' if delimiter in text else text
    rows = "\n".join(delimiter.join([str(n), quoted, "web"]) for n in range(30))
    table = table_of(tmp_path, f"{delimiter.join(['id', 'texto', 'canal'])}\n{rows}\n")
    assert table.columns == ("id", "texto", "canal")
    assert cells_of(table)[7] == ["7", text, "web"]


def test_one_column_of_unquoted_sentences_is_not_cut_at_its_commas(tmp_path: Path) -> None:
    table = table_of(tmp_path, "comentario\nbueno, bonito, barato\nno volvería, la verdad\n")
    assert cells_of(table) == [["bueno, bonito, barato"], ["no volvería, la verdad"]]


def test_one_column_of_quoted_sentences_loses_its_quotes(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'comentario\n"bueno, bonito"\n"dijo ""ya"" y nada"\nbien\n')
    assert cells_of(table) == [["bueno, bonito"], ['dijo "ya" y nada'], ["bien"]]


def test_the_sep_line_that_excel_writes_is_obeyed_and_is_no_header(tmp_path: Path) -> None:
    table = table_of(tmp_path, "sep=;\nid;texto\n1;hola, qué tal\n")
    assert table.columns == ("id", "texto")
    assert [row.locator for row in table.rows()] == ["row 3"]


@pytest.mark.parametrize(("given", "found"), [("tab", "\t"), ("#", "#"), ("semicolon", ";")])
def test_the_users_delimiter_wins(tmp_path: Path, given: str, found: str) -> None:
    table = table_of(tmp_path, f"id{found}texto\n1{found}a,b\n", ReadOptions(delimiter=given))
    assert cells_of(table) == [["1", "a,b"]]


def test_a_delimiter_of_two_characters_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="';;' cannot be a delimiter"):
        table_of(tmp_path, "id;texto\n1;a\n", ReadOptions(delimiter=";;"))


# Headers


def test_rows_are_numbered_as_a_spreadsheet_does_with_cells_of_several_lines(
    tmp_path: Path,
) -> None:
    table = table_of(tmp_path, 'id;texto\n1;"a\nb\nc"\n\n2;d\n')
    assert [row.locator for row in table.rows()] == ["row 2", "row 4"]


def test_repeated_and_blank_headers_get_names_of_their_own(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Summary,Labels,Labels,,Labels\nx,a,b,c,d\n")
    assert table.columns == ("Summary", "Labels", "Labels (2)", "column 4", "Labels (3)")
    assert cells_of(table) == [["x", "a", "b", "c", "d"]]


def test_banner_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    table = table_of(
        tmp_path,
        "Informe de PQRS;;;\nGenerado: 12/03/2026;;;\n;;;\n"
        "Radicado;Fecha;Canal;Descripción\nR1;01/02/2026;Web;No llegó\n",
    )
    assert table.columns == ("Radicado", "Fecha", "Canal", "Descripción")
    assert table.details["header_row"] == "4"
    assert [row.locator for row in table.rows()] == ["row 5"]


@pytest.mark.parametrize(
    "content",
    [
        "1001;12/03/2026;No me llegó el pedido\n1002;13/03/2026;Excelente\n",
        "2026-03-12,ana@example.com,No me llegó el pedido\n",
        "Llevo tres semanas esperando una respuesta y nadie me contesta\nMuy bien todo\n",
    ],
)
def test_a_file_without_header_is_refused_with_the_remedy(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match=r"export\.csv has no header.*row of column names"):
        table_of(tmp_path, content)


def test_a_header_and_no_rows_is_a_table_without_records(tmp_path: Path) -> None:
    table = table_of(tmp_path, "id;texto\n")
    assert table.columns == ("id", "texto")
    assert list(table.rows()) == []


# Uneven rows


def test_a_short_row_is_padded_and_remembers_how_much_it_had(tmp_path: Path) -> None:
    table = table_of(tmp_path, "id;texto;canal\n1;hola\n2;adiós;web\n")
    rows = [row for row in table.rows() if isinstance(row, Row)]
    assert (rows[0].cells, rows[0].present) == (["1", "hola", ""], 2)


def test_cells_beyond_the_header_are_kept_and_warned_about(tmp_path: Path) -> None:
    table = table_of(tmp_path, "id;texto;canal\n1;hola;web;a;b\n2;adiós;web\n")
    rows = [row for row in table.rows() if isinstance(row, Row)]
    assert rows[0].cells == ["1", "hola", "web"]
    assert rows[0].extra == {"column 4": "a", "column 5": "b"}
    assert "rows concerned: 1" in table.reading_warnings()[0]


def test_trailing_delimiters_are_no_cells(tmp_path: Path) -> None:
    table = table_of(tmp_path, "id;texto;canal\n1;hola;web;;\n2;adiós;web\n")
    assert [row.extra for row in table.rows() if isinstance(row, Row)] == [{}, {}]
    assert table.reading_warnings() == []


# Broken quotes


def rows_around(broken: str, before: int = 3, after: int = 3, text: str = "texto") -> str:
    lines = [f"{n};{text} {n};2026-01-0{n}" for n in range(1, before + 1)]
    tail = [f"{n};{text} {n};2026-01-0{n}" for n in range(before + 2, before + 2 + after)]
    return "\n".join(["id;texto;fecha", *lines, broken, *tail]) + "\n"


@pytest.mark.parametrize("text", ["texto", '"texto"'])
def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path: Path, text: str) -> None:
    content = rows_around('4;"sin cerrar;2026-01-04', text=text)
    table = table_of(tmp_path, content)
    assert [cells[0] for cells in cells_of(table)] == ["1", "2", "3", "5", "6", "7"]
    (broken,) = unreadable_of(table)
    assert broken.locator == "row 5"
    assert "quote" in broken.error
    assert broken.raw == '4;"sin cerrar;2026-01-04\n'


def test_rows_after_a_broken_quote_keep_their_numbers(tmp_path: Path) -> None:
    table = table_of(tmp_path, rows_around('4;"sin cerrar;2026-01-04'))
    assert [row.locator for row in table.rows()] == [f"row {n}" for n in range(2, 9)]


def test_two_broken_rows_in_a_row_are_two_broken_rows(tmp_path: Path) -> None:
    broken = '4;"sin cerrar;2026-01-04\n4;"tampoco;2026-01-04'
    table = table_of(tmp_path, rows_around(broken))
    assert [cells[0] for cells in cells_of(table)] == ["1", "2", "3", "5", "6", "7"]
    assert [broken.locator for broken in unreadable_of(table)] == ["row 5", "row 6"]


def test_a_broken_quote_does_not_swallow_a_long_file(tmp_path: Path) -> None:
    content = rows_around('4;"sin cerrar;2026-01-04', after=0)
    content += "".join(f"{n};texto {n};2026-02-01\n" for n in range(5, 5001))
    table = table_of(tmp_path, content)
    assert len(cells_of(table)) == 4999
    assert len(unreadable_of(table)) == 1


def test_a_quote_never_closed_in_the_only_column_does_not_join_two_customers(
    tmp_path: Path,
) -> None:
    rows = "".join(f'"La app se cierra, caso {n}"\n' for n in range(9))
    table = table_of(tmp_path, f'texto\n{rows}"Quedé muy molesto\n{rows}')
    assert len(cells_of(table)) == 18
    (broken,) = unreadable_of(table)
    assert (broken.locator, broken.raw) == ("row 11", '"Quedé muy molesto\n')


def test_a_quote_that_the_rest_of_a_single_column_never_closes_costs_its_own_row_only(
    tmp_path: Path,
) -> None:
    table = table_of(tmp_path, 'texto\nbien\n"Quedé muy molesto\nmal, la verdad\nregular\n')
    assert cells_of(table) == [["bien"], ["mal, la verdad"], ["regular"]]
    assert [broken.locator for broken in unreadable_of(table)] == ["row 3"]


def test_a_quoted_text_of_several_lines_in_the_only_column_is_one_record(tmp_path: Path) -> None:
    text = 'Pedí ayuda:\n"espere", me dijeron.\n"No hay"\nY nada'
    quoted = text.replace('"', '""')
    table = table_of(tmp_path, f'texto\n"{quoted}"\n"bien"\n')
    assert cells_of(table) == [[text], ["bien"]]


def test_a_quoted_text_of_many_lines_is_one_record(tmp_path: Path) -> None:
    letter = "\n".join(f"Renglón {n}, con comas; y puntos" for n in range(1500))
    table = table_of(tmp_path, f'id;texto;canal;fecha\n1;"{letter}";web;2026\n2;b;web;2026\n')
    assert cells_of(table)[0][1] == letter
    assert len(cells_of(table)) == 2


def test_badly_escaped_quotes_inside_a_text_do_not_lose_the_row(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'id;texto;canal\n1;"me dijo "espere" y colgó";web\n2;b;web\n')
    assert [cells[0] for cells in cells_of(table)] == ["1", "2"]
    assert "espere" in cells_of(table)[0][1]
    assert unreadable_of(table) == []


def test_quotes_that_a_database_escaped_with_a_backslash_are_read(tmp_path: Path) -> None:
    table = table_of(
        tmp_path, 'id,texto,canal\n1,"me dijo \\"espere\\", y colgó C:\\x",web\n2,"b",web\n'
    )
    assert cells_of(table) == [
        ["1", 'me dijo "espere", y colgó C:\\x', "web"],
        ["2", "b", "web"],
    ]


def test_a_backslash_at_the_end_of_a_cell_is_only_a_backslash(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'id,ruta,texto\n1,"C:\\datos\\","hola"\n')
    assert cells_of(table) == [["1", "C:\\datos\\", "hola"]]


def test_inch_marks_are_ordinary_characters(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'id;texto;canal\n1;Televisor de 55" roto;web\n2;otro de 32";web\n')
    assert [cells[1] for cells in cells_of(table)] == ['Televisor de 55" roto', 'otro de 32"']


# Sizes and strange bytes


def test_a_cell_of_five_megabytes_is_read_whole(tmp_path: Path) -> None:
    long = "palabra " * 650_000
    table = table_of(tmp_path, f'id,texto\n1,"{long}"\n2,corto\n')
    assert [len(cells[1]) for cells in cells_of(table)] == [5_200_000, 5]


def test_nul_bytes_are_removed_and_counted(tmp_path: Path) -> None:
    table = table_of(tmp_path, b"id;texto\n1;ho\0la\n2;\0\0adi\xc3\xb3s\n")
    assert cells_of(table) == [["1", "hola"], ["2", "adiós"]]
    assert table.reading_warnings() == ["NUL characters removed from export.csv: 3."]


@pytest.mark.parametrize("last", ["adiós\r", "adiós", "a"])
def test_line_ends_of_old_macs_end_rows(tmp_path: Path, last: str) -> None:
    table = table_of(tmp_path, f"id;texto\r1;hola\r2;{last}")
    assert cells_of(table) == [["1", "hola"], ["2", last.strip()]]


def test_a_line_end_of_an_old_mac_before_the_last_character_ends_a_row(tmp_path: Path) -> None:
    assert cells_of(table_of(tmp_path, "id;texto\n1;hola\n2;adiós\r3")) == [
        ["1", "hola"], ["2", "adiós"], ["3", ""]
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\0"])
def test_an_empty_file_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(EmptyFileError, match=r"export\.csv is empty"):
        table_of(tmp_path, content)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"There is no file .*quejas\.csv"):
        open_table(tmp_path / "quejas.csv", DETECT)


def test_rows_can_be_read_twice(tmp_path: Path) -> None:
    table = table_of(tmp_path, "id;texto\n1;hola\n")
    assert cells_of(table) == cells_of(table) == [["1", "hola"]]


def test_the_sample_of_a_long_file_reaches_its_end(tmp_path: Path) -> None:
    rows = "".join(f"{n};{'texto largo ' * 20};{n // 1000:02d}/01/2026\n" for n in range(12_000))
    table = table_of(tmp_path, f"id;texto;fecha\n{rows}")
    assert max(int(cells[0]) for cells in table.sample) > 9000


def test_cells_quoted_with_apostrophes_are_read_without_them(tmp_path: Path) -> None:
    path = tmp_path / "quejas.csv"
    path.write_text(
        "'Radicado','Descripción'\n"
        "'1','Me dijo \"vuelva mañana\", y volví.'\n"
        "'2','La señora O''Brien\nno contestó.'\n",
        encoding="utf-8",
    )
    table = open_table(path, ReadOptions())
    assert table.columns == ("Radicado", "Descripción")
    cells = [row.cells for row in table.rows() if isinstance(row, Row)]
    assert cells == [
        ["1", 'Me dijo "vuelva mañana", y volví.'],
        ["2", "La señora O'Brien\nno contestó."],
    ]


@pytest.mark.parametrize(
    "first", ["'Radicado',Descripción", "Radicado,'Descripción'", "'Radicado','Descrip'ción'"]
)
def test_an_apostrophe_here_and_there_quotes_nothing(first: str) -> None:
    assert not quotes_with_apostrophes([first, "1,'así'"])

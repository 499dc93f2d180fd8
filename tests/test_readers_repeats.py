"""Texts that go on in columns of the same name, and identifiers that a spreadsheet mangled."""

from __future__ import annotations

from pathlib import Path

import pytest

from vocmine.message import Message, Record
from vocmine.plugin import ReadOptions
from vocmine.readers import MessageReader, map_columns, open_table
from vocmine.readers.content import identifier_of

Reading = tuple[list[Record], list[str]]


def read(tmp_path: Path, content: str, **mapping: str) -> Reading:
    """Records of a CSV, and what is said of it."""
    path = tmp_path / "quejas.csv"
    path.write_text(content, "utf-8")
    options = ReadOptions(mapping=mapping)
    table = open_table(path, options)
    found = map_columns(table.columns, table.sample, mapping)
    reader = MessageReader(table, found, options)
    return list(reader.records()), [*found.warnings, *reader.warnings()]


def texts(found: Reading) -> list[str]:
    return [record.text if isinstance(record, Message) else record.reason for record in found[0]]  # type: ignore[union-attr]


REPEATED = """id,Comentario,Comentario,Comentario
1,No llega el agua,,
2,,Me cobraron dos veces,
3,,,Nadie contesta el teléfono
4,La cita fue tarde,,y el médico no llegó
5,,,
6,N/A,El recibo está mal,
"""


def test_a_text_in_several_columns_of_one_name_is_put_together_in_order(tmp_path: Path) -> None:
    found = read(tmp_path, REPEATED)
    assert texts(found) == [
        "No llega el agua",
        "Me cobraron dos veces",
        "Nadie contesta el teléfono",
        "La cita fue tarde\n\ny el médico no llegó",
        "empty_text",
        "El recibo está mal",
    ]
    assert all(not record.extra for record in found[0] if isinstance(record, Message))
    assert found[1] == []


def test_what_is_put_together_is_told() -> None:
    columns = ["id", "Comentario", "Comentario (2)"]
    found = map_columns(columns, [["1", "", "No llega el agua"]], {})
    assert found.fields["text"] == "Comentario"
    assert found.details() == {"joined": "Comentario (2)"}


def test_a_text_in_parts_is_put_together_in_a_table_of_a_known_system(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Radicado,Fecha,Tipo,Dependencia,Descripción,Descripción\n"
        "R-1,2026-03-04,Queja,Aguas,No llega el agua,y el recibo está mal\n",
    )
    assert texts(found) == ["No llega el agua\n\ny el recibo está mal"]


def test_a_repeated_column_that_the_user_names_stands_alone(tmp_path: Path) -> None:
    found = read(tmp_path, REPEATED, text="Comentario (2)")
    assert texts(found)[:2] == ["empty_text", "Me cobraron dos veces"]


def test_a_repeated_column_of_something_else_is_kept_apart(tmp_path: Path) -> None:
    (message,), _ = read(tmp_path, "id,Comentario,Comentario\n1,No llega el agua,4\n")
    assert isinstance(message, Message)
    assert (message.text, message.extra) == ("No llega el agua", {"Comentario (2)": "4"})


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [
        ("1,20E+15", ""), ("1.20261E+11", ""), ("2E+10", ""), (" 20261100012 ", "20261100012"),
        ('="00123"', "00123"), ("PQR-1E+5", "PQR-1E+5"), ("1E5", "1E5"), ("", ""),
    ],
)  # fmt: skip
def test_a_rounded_number_is_no_identifier(cell: str, identifier: str) -> None:
    assert identifier_of(cell) == identifier


def test_ids_that_a_spreadsheet_rounded_are_told_kept_and_not_used(tmp_path: Path) -> None:
    rows = "".join(f'"1,20261E+15",Queja número {n} por el agua\n' for n in range(6))
    records, warnings = read(tmp_path, f"Radicado,Descripción\n{rows}20261100012,Otra más\n")
    found = [record for record in records if isinstance(record, Message)]
    assert [message.external_id for message in found] == [*[""] * 6, "20261100012"]
    assert found[0].extra == {"Radicado": "1,20261E+15"}
    (warning,) = warnings
    assert "'Radicado' has numbers that a spreadsheet rounded, such as '1,20261E+15'" in warning
    assert "format the column as text and export it again" in warning


def test_ids_rounded_after_the_rows_that_are_looked_at_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"A-{n},Queja número {n} por el agua\n" for n in range(600))
    _, warnings = read(tmp_path, f"Radicado,Descripción\n{rows}1.2E+15,Otra más\n")
    assert "that a spreadsheet rounded" in warnings[0]
    assert warnings[0].endswith("Rows concerned: 1.")

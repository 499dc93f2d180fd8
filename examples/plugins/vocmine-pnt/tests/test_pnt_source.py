"""The source `pnt`: rows of the platform's CSV as records, none lost."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from vocmine.cli import cli
from vocmine.errors import UsageError
from vocmine.plugin import Message, ReadOptions, Skipped, Source
from vocmine.plugins import load_plugins
from vocmine.testing import SourceSuite
from vocmine_pnt.source import RequestSource

HEADER = (
    "FOLIO,FECHASOLICITUD,DEPENDENCIA,ESTATUS,MEDIOENTRADA,DESCRIPCIONSOLICITUD,OTROSDATOS,"
    "TEXTORESPUESTA,MUNICIPIO\n"
)
ROWS = (
    '"=""310571323000123""",03/04/2024,Secretaría de Salud,Terminada,Electrónica,'
    '"Quiero saber por qué no hay medicamentos en el hospital, llevo tres meses esperando",'
    "Hospital O'Horán,Se informa que…,Mérida\n"
    '"=""310571323000124""",04/04/2024,Registro Civil,En proceso,Manual,Ver archivo adjunto,,,\n'
    '"=""310571323000125""",ayer,Registro Civil,En proceso,Manual,,,,\n'
    '"=""310571323000126""",ayer,Registro Civil,En proceso,Manual,'
    "Nadie contesta el teléfono del registro,,,Progreso\n"
)


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    path = tmp_path / "solicitudes.csv"
    path.write_text(HEADER + ROWS, "cp1252", errors="replace")
    return path


class TestContract(SourceSuite):
    target = "vocmine_pnt.source:RequestSource"

    def exports(self, folder: Path) -> dict[Path, int]:
        path = folder / "solicitudes.csv"
        path.write_text(HEADER + ROWS, "cp1252", errors="replace")
        return {path: 4}


def test_it_is_installed_and_keeps_the_contract() -> None:
    found = load_plugins().get("source", "pnt")
    assert found.distribution == "vocmine-pnt"
    assert isinstance(found.create(), Source)


def test_it_is_certain_of_its_own_columns_and_says_how_they_are_read(requests: Path) -> None:
    found = RequestSource().detect(requests, ReadOptions())
    assert found.score == 0.95
    assert found.mapping["text"] == "DESCRIPCIONSOLICITUD"
    assert found.details["encoding"]


@pytest.mark.parametrize("content", [b"", b"id;texto\n1;Hola\n", b"\x89PNG\r\n\x1a\n" + bytes(99)])
def test_other_files_are_not_its_own(content: bytes, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(content)
    assert RequestSource().detect(other, ReadOptions()).score == 0.0
    assert RequestSource().detect(tmp_path, ReadOptions()).score == 0.0


def test_every_row_is_a_record(requests: Path) -> None:
    records = list(RequestSource().read(requests, ReadOptions()))
    assert [type(record) for record in records] == [Message, Skipped, Skipped, Message]
    assert [r.reason for r in records if isinstance(r, Skipped)] == [
        "text_in_attachment",
        "empty_text",
    ]
    assert [record.external_id[-3:] for record in records] == ["123", "124", "125", "126"]


def test_the_words_of_the_citizen_are_the_text_and_the_answer_is_context(requests: Path) -> None:
    message = next(iter(RequestSource().read(requests, ReadOptions())))
    assert isinstance(message, Message)
    assert message.text == (
        "Quiero saber por qué no hay medicamentos en el hospital, llevo tres meses esperando\n\n"
        "Hospital O'Horán"
    )
    assert message.context.startswith("Se informa")
    assert message.external_id == "310571323000123"
    assert message.created_at == datetime(2024, 4, 3)
    assert (message.country, message.channel) == ("MX", "Electrónica")
    assert message.extra == {
        "DEPENDENCIA": "Secretaría de Salud",
        "ESTATUS": "Terminada",
        "MUNICIPIO": "Mérida",
    }


def test_a_date_that_cannot_be_read_is_kept_as_it_stands(requests: Path) -> None:
    *_, message = RequestSource().read(requests, ReadOptions())
    assert isinstance(message, Message)
    assert message.created_at is None
    assert message.extra["FECHASOLICITUD"] == "ayer"


@pytest.mark.parametrize(
    "text", ["Ver archivo adjunto", "SE ADJUNTA ARCHIVO ANEXO.", "Anexo", "en documento adjunto"]
)
def test_requests_in_an_attachment_are_told_apart(text: str, tmp_path: Path) -> None:
    path = tmp_path / "uno.csv"
    path.write_text(
        f"folio,descripcionsolicitud\n1,{text}\n2,Quiero el anexo del contrato\n", "utf-8"
    )
    first, second = RequestSource().read(path, ReadOptions())
    assert isinstance(first, Skipped)
    assert isinstance(second, Message)


def test_the_user_can_say_which_column_is_the_text(requests: Path) -> None:
    options = ReadOptions(mapping={"text": "TEXTORESPUESTA"})
    message = next(iter(RequestSource().read(requests, options)))
    assert isinstance(message, Message)
    assert message.text.startswith("Se informa")


def test_a_column_that_is_not_there_is_refused_with_those_that_are(requests: Path) -> None:
    with pytest.raises(UsageError, match=r"no column 'HECHOS' for text.*DESCRIPCIONSOLICITUD"):
        list(RequestSource().read(requests, ReadOptions(mapping={"text": "HECHOS"})))


def test_vocmine_reads_it_before_the_source_of_any_table(requests: Path) -> None:
    store = requests.with_suffix(".db")
    arguments = ["--db", str(store), "--analyzer", "pqrs", "--model", "voc-fast"]
    done = CliRunner().invoke(cli, ["analyze", str(requests), *arguments])
    assert done.exit_code == 0, done.output
    connection = sqlite3.connect(store)
    read = connection.execute("SELECT plugin FROM sources").fetchall()
    stored = connection.execute("SELECT external_id, country FROM messages").fetchall()
    connection.close()
    assert read == [("pnt",)]
    assert stored == [("310571323000123", "MX"), ("310571323000126", "MX")]

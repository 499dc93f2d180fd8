"""The source `tickets`: what it recognises, what it yields, what it refuses."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vocmine.errors import SourceError, UsageError
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import Detection, ReadOptions, Source
from vocmine_tickets.source import TicketSource

DETECT = ReadOptions()


def export(
    folder: Path, content: str, *, name: str = "export.csv", encoding: str = "utf-8"
) -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


def detect(path: Path, options: ReadOptions = DETECT) -> Detection:
    return TicketSource().detect(path, options)


def read(path: Path, options: ReadOptions = DETECT) -> list[Record]:
    return list(TicketSource().read(path, options))


def messages(path: Path, options: ReadOptions = DETECT) -> list[Message]:
    return [record for record in read(path, options) if isinstance(record, Message)]


def test_it_is_a_source() -> None:
    assert isinstance(TicketSource(), Source)


def test_a_municipal_pqrs_table_in_latin1_with_semicolons(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "Número de radicado;Fecha de radicación;Medio de recepción;Tipo de solicitud;Dependencia;"
        "Asunto;Descripción;Estado;Fecha de respuesta;Respuesta\r\n"
        "20261100012;04/03/2026 08:15;Ventanilla única;Queja;Movilidad;Semáforo dañado;"
        '"El semáforo de la calle 10 lleva 15 días dañado;\r\nya hubo dos choques";En trámite;;\r\n'
        "20261100013;5/03/2026 16:40;Web;Petición;Hacienda;Predial;Solicito copia del recibo;"
        "Cerrado;13/03/2026;Señor ciudadano, adjuntamos copia\r\n",
        encoding="latin-1",
    )
    found = detect(path)
    assert found.score == 0.9
    assert found.format == 'CSV ";" Windows-1252'
    assert found.warnings == ()
    first, second = messages(path)
    assert first == Message(
        text="El semáforo de la calle 10 lleva 15 días dañado;\r\nya hubo dos choques",
        external_id="20261100012",
        created_at=datetime(2026, 3, 4, 8, 15),
        title="Semáforo dañado",
        channel="Ventanilla única",
        locator="row 2",
        extra={
            "Tipo de solicitud": "Queja", "Dependencia": "Movilidad", "Estado": "En trámite",
            "type": "Queja", "area": "Movilidad", "status": "En trámite",
        },
    )  # fmt: skip
    assert second.context == "Señor ciudadano, adjuntamos copia"
    assert second.extra["Fecha de respuesta"] == "13/03/2026"
    assert second.extra["answered_at"] == "2026-03-13"


def test_jira_with_repeated_columns_and_rows_wider_than_the_header(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "Summary,Issue key,Issue id,Issue Type,Status,Project key,Reporter,Created,Labels,Labels,"
        "Description,Comment,Comment\r\n"
        'No carga,SUP-1,10001,Bug,Open,SUP,ana,12/Mar/24 9:41 AM,app,android,"La app no carga\r\n'
        'desde ayer","13/Mar/24 8:00 AM;luis;Revisando",,sobrante\r\n',
        encoding="utf-8-sig",
    )
    (message,) = messages(path)
    assert (message.text, message.external_id) == ("La app no carga\r\ndesde ayer", "SUP-1")
    assert message.created_at == datetime(2024, 3, 12, 9, 41)
    assert (message.extra["Labels"], message.extra["Labels (2)"]) == ("app", "android")
    assert message.extra["column 14"] == "sobrante"


def test_freshdesk(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "Ticket ID,Subject,Description,Status,Priority,Source,Type,Agent,Group,Created time,"
        "Agent interactions,Customer interactions,Tags,Full name,Title,Email\n"
        '41,Cobro doble,"Me cobraron dos veces",Open,High,Email,Problem,Luis,Cobros,'
        '2026-03-04 10:11:12,1,2,"a,b",Ana Gil,Gerente,ana@example.com\n',
    )
    assert detect(path).score == 0.9
    (message,) = messages(path)
    assert (message.text, message.title) == ("Me cobraron dos veces", "Cobro doble")
    assert (message.author, message.channel) == ("Ana Gil", "Email")
    assert message.extra["Title"] == "Gerente"


@pytest.mark.parametrize(
    ("header", "date"),
    [
        (
            "Id,CaseNumber,SuppliedName,Status,Origin,Subject,Description,CreatedDate,Comments",
            "2026-03-04T15:11:12.000Z",
        ),
        (
            "Case ID,Case Number,Web Name,Status,Case Origin,Subject,Description,"
            "Date/Time Opened,Internal Comments",
            "2026-03-04T15:11:12Z",
        ),
    ],
)
def test_salesforce_by_api_names_and_by_labels(tmp_path: Path, header: str, date: str) -> None:
    path = export(
        tmp_path,
        f'{header}\n500A,00001234,Ana Gil,New,Web,Cobro,"Me cobraron, dos veces",{date},nota\n',
    )
    assert detect(path).score == 0.9
    (message,) = messages(path)
    assert message.text == "Me cobraron, dos veces"
    assert message.external_id == "00001234"
    assert message.created_at == datetime(2026, 3, 4, 15, 11, 12, tzinfo=UTC)
    assert (message.author, message.channel) == ("Ana Gil", "Web")


def test_zendesk_csv_has_no_body_so_its_subject_is_read(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "Summation column,Id,Requester,Requester id,Subject,Tags,Status,Priority,Via,Created at,"
        "Satisfaction Score\n"
        "1,501,Ana Gil,9,No puedo entrar a mi cuenta,login,open,high,Web form,2026-03-04 10:11,"
        "Offered\n",
    )
    found = detect(path)
    assert found.score == 0.9
    assert "only 'Subject' is analysed" in found.warnings[0]
    (message,) = messages(path)
    assert (message.text, message.external_id) == ("No puedo entrar a mi cuenta", "501")
    assert message.extra["Satisfaction Score"] == "Offered"


def test_zendesk_json_lines(tmp_path: Path) -> None:
    ticket = {
        "id": 501,
        "requester_id": 9,
        "submitter_id": 9,
        "created_at": "2026-03-04T10:11:12Z",
        "subject": "Cuenta",
        "description": "No puedo entrar a mi cuenta",
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "satisfaction_rating": {"score": "bad", "comment": "lentos"},
        "comments": [{"id": 1, "body": "No puedo entrar a mi cuenta", "public": True}],
        "tags": ["login", "app"],
    }
    path = export(tmp_path, f"{json.dumps(ticket)}\n{json.dumps(ticket | {'id': 502})}\n")
    assert detect(path).score == 0.9
    first = messages(path)[0]
    assert first.text == "No puedo entrar a mi cuenta"
    assert (first.external_id, first.channel, first.title) == ("501", "web", "Cuenta")
    assert first.extra["tags"] == "login; app"
    assert first.score == 1.0


def test_sfc_smartsupervision_json(tmp_path: Path) -> None:
    page = {
        "count": 2,
        "pages": 1,
        "current_page": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "tipo_entidad": 1,
                "fecha_creacion": "2026-03-04T10:11:12",
                "codigo_queja": f"1{n}",
                "codigo_pais": "170",
                "nombres": "Ana Gil",
                "canal_cod": 13,
                "macro_motivo_cod": 917,
                "texto_queja": f"Me negaron el retiro {n}",
                "tutela": 2,
                "queja_expres": 2,
            }
            for n in range(2)
        ],
    }
    path = export(tmp_path, json.dumps(page, indent=1), name="quejas.json")
    found = detect(path)
    assert (found.score, found.reason) == (0.9, "Its columns are those of SFC Smartsupervisión.")
    first, second = messages(path)
    assert (first.external_id, second.external_id) == ("10", "11")
    assert (first.country, first.channel) == ("CO", "13")
    assert first.extra["codigo_pais"] == "170"
    assert second.locator == "record 2"


# Generic tables


def test_labelled_json_lines_keep_identifiers_and_text_to_the_character(tmp_path: Path) -> None:
    texts = ["  No llegó\n", "Bien  ", "línea\u2028partida", "tab\tdentro"]
    lines = [
        json.dumps({"id": f"g-{n}", "text": text, "lang": "es"}) for n, text in enumerate(texts)
    ]
    path = export(tmp_path, "\n".join(lines), name="gold.jsonl")
    found = messages(path)
    assert [message.text for message in found] == texts
    assert [message.external_id for message in found] == ["g-0", "g-1", "g-2", "g-3"]
    assert found[0].extra["lang"] == "es"


@pytest.mark.parametrize(
    ("content", "score"),
    [
        ("id,texto\n1,No llegó el pedido\n", 0.6),
        ("ref,x\n1,No llegó el pedido y nadie responde\n2,Todo muy bien con ustedes\n", 0.4),
        ("ref,Asunto\n1,No llegó el pedido\n", 0.5),
        ("ref,valor\n1,2\n3,4\n", 0.1),
        ("Radicado,Estado,Descripción\n1,Abierto,No llegó\n", 0.9),
    ],
)
def test_the_score_follows_the_scale(tmp_path: Path, content: str, score: float) -> None:
    assert detect(export(tmp_path, content)).score == score


def test_the_user_may_name_the_columns(tmp_path: Path) -> None:
    path = export(tmp_path, "a,b,c\n1,R-9,No llegó\n")
    options = ReadOptions(mapping={"text": "c", "external_id": "B"})
    assert detect(path, options).mapping == {"text": "c", "external_id": "b"}
    (message,) = messages(path, options)
    assert (message.text, message.external_id) == ("No llegó", "R-9")


def test_a_wrong_column_name_lists_the_columns(tmp_path: Path) -> None:
    path = export(tmp_path, "a,b,c\n1,R-9,No llegó\n")
    with pytest.raises(UsageError, match="columns are: a, b, c"):
        detect(path, ReadOptions(mapping={"text": "z"}))


def test_the_users_country_fills_what_the_table_does_not_say(tmp_path: Path) -> None:
    path = export(tmp_path, "texto;fecha;país\nhola;03/04/2026;\nadiós;03/04/2026;Perú\n")
    first, second = messages(path, ReadOptions(country="us"))
    assert (first.country, second.country) == ("US", "PE")
    assert first.created_at == datetime(2026, 3, 4)
    assert second.extra == {"país": "Perú"}


def test_zeros_that_were_protected_from_excel_are_kept(tmp_path: Path) -> None:
    path = export(tmp_path, 'Radicado,texto\n"=""00123""",hola\n')
    assert messages(path)[0].external_id == "00123"


def test_commas_nobody_quoted_in_a_last_column_of_text_are_put_back(tmp_path: Path) -> None:
    path = export(tmp_path, "id,fecha,comentario\n1,2026-01-01,bueno, bonito,, barato\n2,,bien\n")
    assert messages(path)[0].text == "bueno, bonito,, barato"


# Records that are not messages


def test_records_without_words_of_the_customer_are_skipped_with_a_reason(tmp_path: Path) -> None:
    path = export(tmp_path, "id;asunto;texto;nota\n1;;;5\n2;;  ;\n3;;;\n;;;\n4;Cobro doble;;1\n")
    records = read(path)
    assert records[:3] == [
        Skipped("rating_only", "row 2", "1", "rating 5"),
        Skipped("empty_text", "row 3", "2"),
        Skipped("empty_text", "row 4", "3"),
    ]
    assert isinstance(records[3], Message)
    assert (records[3].text, records[3].title) == ("Cobro doble", "Cobro doble")
    assert len(records) == 4


def test_a_row_too_short_to_have_its_text_is_unreadable(tmp_path: Path) -> None:
    path = export(tmp_path, "id;fecha;texto\n1;2026-01-01;hola\nsegunda línea\n3;2026-01-03;chao\n")
    records = read(path)
    assert [type(record).__name__ for record in records] == ["Message", "Unreadable", "Message"]
    short = records[1]
    assert isinstance(short, Unreadable)
    assert short.error == "The row has 1 of 3 cells and its text is missing."
    assert (short.locator, short.raw) == ("row 3", "segunda línea")


def test_a_broken_quote_is_reported_and_the_run_goes_on(tmp_path: Path) -> None:
    path = export(tmp_path, 'id;texto;canal\n1;"hola;web\n2;"adiós";web\n3;"fin";web\n')
    records = read(path)
    assert [type(record).__name__ for record in records] == ["Unreadable", "Message", "Message"]


def test_emoji_alone_and_unknown_languages_are_left_for_the_engine_to_judge(
    tmp_path: Path,
) -> None:
    path = export(tmp_path, "id;texto\n1;😡😡\n2;Это совсем не работает\n")
    assert [message.text for message in messages(path)] == ["😡😡", "Это совсем не работает"]


def test_a_file_of_duplicates_yields_every_row(tmp_path: Path) -> None:
    path = export(tmp_path, "id;texto\n" + "7;No llegó el pedido\n" * 50)
    assert [message.external_id for message in messages(path)] == ["7"] * 50


def test_dates_in_three_formats_are_read_and_the_rest_is_counted_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = export(
        tmp_path,
        "fecha;texto\n2026-03-04;a\n05/03/2026;b\n6 de marzo de 2026;c\npronto;d\nluego;e\n",
    )
    with caplog.at_level(logging.WARNING, "vocmine"):
        found = messages(path)
    assert [message.created_at and message.created_at.day for message in found] == [
        4, 5, 6, None, None,
    ]  # fmt: skip
    assert found[3].extra == {"fecha": "pronto"}
    (warning,) = caplog.messages
    assert warning == (
        "export.csv has dates that cannot be read, the first of them 'pronto'; "
        "rows analysed without: 2."
    )


def test_garbled_accents_are_kept_and_warned_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = export(tmp_path, "id;texto\n1;atenciÃ³n pÃ©sima\n2;bien\n")
    with caplog.at_level(logging.WARNING, "vocmine"):
        assert messages(path)[0].text == "atenciÃ³n pÃ©sima"
    assert "garbled accents, the first in row 2" in caplog.messages[0]


# Files that cannot be read


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "quejas.csv is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "quejas.csv is a PNG image"),
        (b"1;12/03/2026;No lleg\xf3\n", "quejas.csv has no header"),
        (b"PK\x03\x04\0\0", "quejas.csv is a damaged workbook"),
    ],
)
def test_a_file_named_like_a_table_that_is_none_is_an_error_that_names_it(
    tmp_path: Path, content: bytes, error: str
) -> None:
    path = tmp_path / "quejas.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=error) as caught:
        detect(path)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["foto.png", "LEEME", "buzon.mbox", "carta.eml"])
def test_other_peoples_files_score_nothing(tmp_path: Path, name: str) -> None:
    content = {"foto.png": b"\x89PNG\r\n", "LEEME": b""}.get(
        name, b"From ana@example.com Tue Mar 03 10:00:00 2026\nFrom: a@example.com\n\nhola\n"
    )
    path = tmp_path / name
    path.write_bytes(content)
    found = detect(path)
    assert found.score == 0.0
    assert name in found.reason


def test_a_folder_scores_nothing(tmp_path: Path) -> None:
    assert detect(tmp_path).score == 0.0


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no file"):
        detect(tmp_path / "buzon.mbox")


def test_a_table_without_text_says_which_columns_it_has_and_what_to_type(tmp_path: Path) -> None:
    path = export(tmp_path, "mes,total\n1,200\n2,300\n", name="cifras.csv")
    assert "--map text=COLUMN" in detect(path).warnings[0]
    with pytest.raises(SourceError, match=r"cifras\.csv.*columns are: mes, total.*--map text="):
        read(path)


def test_a_header_without_rows_yields_nothing_and_says_so(tmp_path: Path) -> None:
    path = export(tmp_path, "Radicado;Descripción\n")
    assert (detect(path).warnings, read(path)) == (("export.csv has a header and no rows.",), [])


def test_an_empty_json_array_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"export\.json has no records"):
        read(export(tmp_path, "[]", name="export.json"))

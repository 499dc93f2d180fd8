"""Surveys: tools known by their header, a message for each answer in words, metrics, overrides."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from vocmine.errors import SourceError
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import Detection, ReadOptions
from vocmine_reviews.source import ReviewSource
from vocmine_tickets.source import TicketSource

DETECT = ReadOptions()


def export(folder: Path, content: str, name: str = "encuesta.csv") -> Path:
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def detect(path: Path, **mapping: str) -> Detection:
    return ReviewSource().detect(path, ReadOptions(mapping=mapping))


def read(path: Path, **mapping: str) -> list[Record]:
    return list(ReviewSource().read(path, ReadOptions(mapping=mapping)))


def messages(path: Path, **mapping: str) -> list[Message]:
    return [record for record in read(path, **mapping) if isinstance(record, Message)]


# Tools

_IMPORTED = (
    "startDate endDate recordedDate _recordId userLanguage QID1 QID2_TEXT QID3_TEXT"
    " QID2_TEXT_5eTopics Ciudad"
)
QUALTRICS = (
    "StartDate,EndDate,RecordedDate,ResponseId,UserLanguage,Q1,Q2,Q3,Q2 - Topics,Ciudad\n"
    "Fecha de inicio,Fecha final,Fecha de registro,ID de respuesta,Idioma,"
    '"¿Qué tan probable es que recomiende Tienda Andina, de 0 a 10?",'
    '"¿Por qué nos da esa nota,\ncon sus palabras?",¿Qué deberíamos mejorar?,Q2 - Topics,Ciudad\n'
    + ",".join(f'"{{""ImportId"":""{name}""}}"' for name in _IMPORTED.split())
    + "\n2026-03-04 10:00:00,2026-03-04 10:05:00,2026-03-04 10:05:01,R_2aB,ES,9,"
    "Me atendieron rápido,Que abran los domingos,Servicio,Cali\n"
    "2026-03-04 11:00:00,2026-03-04 11:05:00,2026-03-04 11:05:01,R_2aC,ES,2,"
    "Me cobraron dos veces el domicilio,,,Pasto\n"
    "2026-03-04 12:00:00,2026-03-04 12:05:00,2026-03-04 12:05:01,R_2aD,ES,7,,N/A,,Cali\n"
    "2026-03-04 12:00:00,2026-03-04 12:05:00,2026-03-04 12:05:01,R_2aE,ES,,,,,Cali\n"
)


def test_qualtrics_each_answer_is_a_message_of_its_response(tmp_path: Path) -> None:
    path = export(tmp_path, QUALTRICS)
    found = detect(path)
    assert (found.score, found.details["survey"]) == (0.95, "Qualtrics")
    assert found.details["open_questions"] == "Q2 | Q3"
    assert found.details["metrics"] == "nps: Q1"
    first, second, third, rated, silent = read(path)
    assert isinstance(first, Message)
    assert (first.external_id, first.text) == ("R_2aB#Q2", "Me atendieron rápido")
    assert first.context == "¿Por qué nos da esa nota, con sus palabras?"
    assert first.created_at == datetime(2026, 3, 4, 10, 5, 1)
    assert (first.score, first.locator) == (4.6, "row 4")
    assert dict(first.extra) == {
        "StartDate": "2026-03-04 10:00:00",
        "EndDate": "2026-03-04 10:05:00",
        "UserLanguage": "ES",
        "Q1": "9",
        "nps": "9",
        "Q2 - Topics": "Servicio",
        "Ciudad": "Cali",
        "question": "¿Por qué nos da esa nota, con sus palabras?",
        "response": "R_2aB",
    }
    assert isinstance(second, Message)
    assert (second.external_id, second.text) == ("R_2aB#Q3", "Que abran los domingos")
    assert isinstance(third, Message)
    assert third.external_id == "R_2aC#Q2"
    assert rated == Skipped("rating_only", "row 6", "R_2aD", "rating 7")
    assert silent == Skipped("empty_text", "row 7", "R_2aE")


MONKEY = [
    ["Respondent ID", "Collector ID", "Start Date", "End Date", "Email Address",
     "¿Qué tan satisfecho quedó con la entrega,\nde 1 a 5?", "¿Qué usó?", "", "", "¿Por qué?",
     "¿Qué cambiaría?"],
    ["", "", "", "", "", "Response", "La app", "La tienda", "Otro (especifique)",
     "Open-Ended Response", "Open-Ended Response"],
    ["118270001", "4001", "2026-03-04 10:00:00", "2026-03-04 10:05:12", "", "5", "La app", "", "",
     "Llegó antes de lo prometido", ""],
    ["118270002", "4001", "2026-03-04 11:00:00", "2026-03-04 11:05:12", "", "1", "", "La tienda",
     "WhatsApp", "Llegó abierto", "El empaque"],
]  # fmt: skip


def monkey(folder: Path, kind: str, rows: list[list[str]]) -> Path:
    if kind == "csv":
        cells = (",".join(f'"{cell}"' for cell in row) for row in rows)
        return export(folder, "\n".join(cells) + "\n")
    path = folder / "encuesta.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sheet")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_surveymonkey_expanded(tmp_path: Path, kind: str) -> None:
    path = monkey(tmp_path, kind, MONKEY)
    found = detect(path)
    assert (found.score, found.details["survey"]) == (0.95, "SurveyMonkey")
    first, second, third = messages(path)
    assert (first.external_id, first.text) == ("118270001#por-que", "Llegó antes de lo prometido")
    assert first.created_at == datetime(2026, 3, 4, 10, 5, 12)
    assert (first.score, first.extra["csat"]) == (5.0, "5")
    assert first.extra["¿Qué usó? - La app"] == "La app"
    assert second.extra["¿Qué usó? - Otro (especifique)"] == "WhatsApp"
    assert (third.external_id, third.text) == ("118270002#cambiaria", "El empaque")
    assert third.context == "¿Qué cambiaría?"


def test_surveymonkey_condensed(tmp_path: Path) -> None:
    keep = (0, 1, 2, 3, 4, 5, 6, 9)
    rows = [[row[column] for column in keep] for row in MONKEY]
    rows[1][6] = "Response"
    first, second = messages(monkey(tmp_path, "csv", rows))
    assert (first.external_id, second.external_id) == ("118270001", "118270002")
    assert (first.extra["¿Qué usó?"], first.context) == ("La app", "¿Por qué?")


TYPEFORM = (
    '#,"Hola {{field:ab12}}, ¿qué tan probable es que nos recomiendes?",¿Por qué esa nota?,'
    "¿Por cuál canal compraste?,¿Algo más que quieras contarnos?,Start Date (UTC),"
    "Submit Date (UTC),Network ID\n"
    "5d41402abc4b2a76b9719d911017c592,10,Llegó antes de lo prometido,App/ Tienda,,"
    "2026-03-04 15:00:00,2026-03-04 15:02:10,a1b2c3\n"
    "7d793037a0760186574b0282f2f435e7,4,El paquete llegó abierto,App,Respondan los correos,"
    "2026-03-04 16:00:00,2026-03-04 16:02:10,a1b2c4\n"
)


def test_typeform(tmp_path: Path) -> None:
    path = export(tmp_path, TYPEFORM)
    assert detect(path).details["survey"] == "Typeform"
    first, second, third = messages(path)
    assert first.external_id == "5d41402abc4b2a76b9719d911017c592#nota"
    assert first.created_at == datetime(2026, 3, 4, 15, 2, 10, tzinfo=UTC)
    assert (first.score, first.extra["nps"]) == (5.0, "10")
    assert [m.extra["response"][:4] for m in (first, second, third)] == ["5d41", "7d79", "7d79"]
    assert third.text == "Respondan los correos"


def test_google_forms_gives_responses_a_name_made_of_what_they_say(tmp_path: Path) -> None:
    header = "Marca temporal,¿Cómo calificarías tu visita?,¿Qué te gustó?,¿Qué podríamos mejorar?"
    rows = "04/03/2026 10:11:12,5,La atención,Los tiempos\n04/03/2026 11:11:12,2,,\n"
    path = export(tmp_path, f"{header}\n{rows}")
    assert (detect(path).score, detect(path).details["survey"]) == (0.95, "Google Forms")
    first, second, rated = read(path)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert first.score == 5.0
    assert first.created_at == datetime(2026, 3, 4, 10, 11, 12)
    response = first.extra["response"]
    assert (first.external_id, second.external_id) == (
        f"{response}#gusto",
        f"{response}#podriamos-mejorar",
    )
    assert rated == Skipped("rating_only", "row 3", "", "rating 2")
    wider = export(tmp_path, f"{header},Revisado\n{rows.replace('tiempos', 'tiempos,sí')}")
    assert messages(wider)[0].external_id == first.external_id


def test_google_forms_in_portuguese_and_english(tmp_path: Path) -> None:
    forms = (
        "Carimbo de data/hora,Qual é a sua nota?,O que podemos melhorar?\n04/03/2026 10:11,4,Filas",
        "Timestamp,How did we do?,What could we do better?\n2026/03/04 10:11:12,4,The queues",
    )
    for form in forms:
        path = export(tmp_path, form + "\n")
        assert detect(path).details["survey"] == "Google Forms"
        assert len(messages(path)) == 1


@pytest.mark.parametrize(
    "header",
    [
        "Id,Hora de inicio,Hora de finalización,Correo electrónico,Nombre",
        "ID,Start time,Completion time,Email,Name",
        "ID,Hora de início,Hora de conclusão,Email,Nome",
    ],
)
def test_microsoft_forms(tmp_path: Path, header: str) -> None:
    path = export(
        tmp_path,
        f"{header},¿Qué tan satisfecho está con el servicio?,Comentarios\n"
        "1,2026-03-04 10:00:00,2026-03-04 10:02:00,anonymous,Ana,Muy satisfecho,Muy amables todos\n"
        "2,2026-03-04 11:00:00,2026-03-04 11:02:00,anonymous,Luis,Insatisfecho,\n",
    )
    assert detect(path).details["survey"] == "Microsoft Forms"
    first, second = read(path)
    assert isinstance(first, Message)
    assert (first.external_id, first.author, first.score) == ("1", "Ana", 5.0)
    assert first.created_at == datetime(2026, 3, 4, 10, 2)
    assert first.extra["csat"] == "Muy satisfecho"
    assert second == Skipped("rating_only", "row 3", "2", "rating Insatisfecho")


# Any other survey


def test_a_survey_of_no_known_tool(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "ID encuesta;Fecha;¿Nos recomendaría? (0-10);¿Por qué?;¿Cuánto esfuerzo hizo? (1 a 5)"
        ";¿Qué podemos mejorar?\n"
        "1;2026-03-04;9;Buena atención;1;Los tiempos\n"
        "2;2026-03-05;3;Me cambiaron el pedido;5;\n",
    )
    assert detect(path).score == 0.8
    assert TicketSource().detect(path, DETECT).score < 0.8
    found = messages(path)
    assert [m.external_id for m in found] == ["1#por-que", "1#podemos-mejorar", "2#por-que"]
    assert [(m.extra["nps"], m.extra["ces"], m.score) for m in found] == [
        ("9", "1", 4.6), ("9", "1", 4.6), ("3", "5", 2.2),
    ]  # fmt: skip


def test_one_open_question_keeps_the_identifier_and_its_metrics(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "Id,NPS,CSAT,CES,Comentario\n7,9,5,2,Todo muy bien\n8,3,2,6,Me cambiaron el pedido\n",
    )
    first, second = messages(path)
    assert (first.external_id, first.score) == ("7", 5.0)
    assert [second.extra[name] for name in ("nps", "csat", "ces")] == ["3", "2", "6"]
    assert detect(path).details["metrics"] == "nps: NPS | csat: CSAT | ces: CES"


def test_a_single_question_is_context_and_a_name_is_not(tmp_path: Path) -> None:
    rows = "1,2,Tuve que ir a tres oficinas y volver a empezar\n"
    (asked,) = messages(export(tmp_path, f"ID,CES,¿Qué hizo difícil su trámite?\n{rows}"))
    assert asked.context == "¿Qué hizo difícil su trámite?"
    (named,) = messages(export(tmp_path, f"Id encuesta,CES,Respuesta\n{rows}"))
    assert named.context == ""


def test_notes_of_agents_beside_a_comment_are_not_taken_for_a_second_answer(tmp_path: Path) -> None:
    rows = "1,3,Me cambiaron el pedido,Se llamó al cliente y no contestó\n"
    (message,) = messages(export(tmp_path, f"Id,NPS,Comentario,Observaciones\n{rows}"))
    assert (message.text, message.external_id) == ("Me cambiaron el pedido", "1")


@pytest.mark.parametrize(
    ("content", "source"),
    [
        ("Fecha;Respuesta\n04/03/2026;Muy buena la atención\n05/03/2026;Regular\n", TicketSource),
        ("Id encuesta;NPS;Respuesta\n1;9;Muy buena la atención\n2;3;Mala\n", ReviewSource),
    ],
)
def test_an_answer_is_the_customers_where_nobody_else_speaks(
    tmp_path: Path, content: str, source: type
) -> None:
    path = export(tmp_path, content)
    scores = {each: each().detect(path, DETECT).score for each in (TicketSource, ReviewSource)}
    assert max(scores, key=lambda each: scores[each]) is source
    found = list(source().read(path, DETECT))
    assert [type(record) for record in found] == [Message, Message]
    assert found[0].text == "Muy buena la atención"


def test_an_answer_beside_a_complaint_or_a_case_is_the_companys(tmp_path: Path) -> None:
    rows = "1;No llegó el pedido;Lamentamos lo ocurrido con su pedido;3\n"
    (message,) = messages(export(tmp_path, f"Id;Queja;Respuesta;Calificación\n{rows}"))
    assert message.context == "Lamentamos lo ocurrido con su pedido"
    path = export(tmp_path, "Radicado;Estado;Respuesta\n1;Cerrado;Su caso fue resuelto ayer\n")
    with pytest.raises(SourceError, match="--map text=COLUMN"):
        list(TicketSource().read(path, DETECT))


# Overrides and what cannot be read


def test_the_users_column_is_the_only_open_question(tmp_path: Path) -> None:
    path = export(tmp_path, QUALTRICS)
    found = read(path, text="Q3")
    assert [type(record) for record in found] == [Message, Skipped, Skipped, Skipped]
    (message,) = messages(path, text="Q3")
    assert (message.external_id, message.text) == ("R_2aB", "Que abran los domingos")
    assert message.extra["Q2"] == "Me atendieron rápido"
    assert detect(path, text="Q3").details["open_questions"] == "Q3"


def test_other_fields_can_be_chosen_too(tmp_path: Path) -> None:
    (message, *_) = messages(export(tmp_path, QUALTRICS), created_at="StartDate", channel="Ciudad")
    assert message.created_at == datetime(2026, 3, 4, 10)
    assert message.channel == "Cali"


def test_a_question_taken_for_its_answers_alone_is_named(tmp_path: Path) -> None:
    answers = ("Me atendieron rápido en la sede", "Nadie contesta nunca el teléfono fijo")
    rows = "".join(f"{n},2026-03-04,{n + 8},{cell}\n" for n, cell in enumerate(answers))
    header = "Id,Start time,Completion time,¿Cómo fue su visita a la sede?"
    (warning,) = detect(export(tmp_path, f"{header}\n{rows}")).warnings
    assert "'¿Cómo fue su visita a la sede?' was taken for an open question" in warning


def test_a_survey_in_which_nobody_could_write_says_so(tmp_path: Path) -> None:
    header = "Marca temporal,¿Qué tan satisfecho está?,¿En qué ciudad vive?"
    path = export(tmp_path, f"{header}\n04/03/2026 10:11,5,Cali\n")
    assert detect(path).score == 0.0
    with pytest.raises(SourceError, match="--map text=COLUMN"):
        read(path)


def test_rows_whose_answers_cannot_be_told_are_unreadable(tmp_path: Path) -> None:
    header, rows = TYPEFORM.split("\n", 1)
    cut = "0cc175b9c0f1b6a831c399e269772661,3\n"
    bare = rows.split("\n")[0].replace("prometido", "prometido, muy bien")
    short, wide = read(export(tmp_path, f"{header}\n{rows}{cut}{bare}\n"))[-2:]
    assert isinstance(short, Unreadable)
    assert short.error == "The row has 2 of 8 cells and its answers are missing."
    assert short.external_id == "0cc175b9c0f1b6a831c399e269772661"
    assert isinstance(wide, Unreadable)
    assert "delimiters that nobody quoted" in wide.error


def test_a_form_in_which_people_file_cases_is_no_survey(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        "Marca temporal,Tipo de solicitud,Dependencia,Descripción,¿Algo más?\n"
        "04/03/2026 10:11:12,Queja,Salud,Nadie contesta el teléfono,No\n",
    )
    assert detect(path).score == 0.0
    assert TicketSource().detect(path, DETECT).score == 0.9


# Real samples of Qualtrics


@pytest.mark.parametrize(
    ("name", "row", "rows"), [("sample.csv", "row 4", "3"), ("sample_legacy.csv", "row 3", "2")]
)
def test_exports_of_qualtrics_itself(name: str, row: str, rows: str) -> None:
    folder = os.environ.get("VOCMINE_FORMATS", "")
    path = Path(folder, "qualtrics", name)
    if not folder or not path.is_file():
        pytest.skip(f"VOCMINE_FORMATS names no folder with qualtrics/{name}")
    found = detect(path)
    assert (found.score, found.details["header_rows"]) == (0.95, rows)
    (message,) = messages(path)
    assert (message.text, message.external_id) == ("Hello World!", "R_2YPOQ602ER1jkf1")
    assert message.created_at == datetime(2017, 7, 18, 8, 28, 48)
    assert (message.context, message.locator) == ("This is a free text question.", row)
    assert message.extra["Q1"] == "2"

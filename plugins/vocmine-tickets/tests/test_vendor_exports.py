"""Exports of help desks and regulators: the customer's words, and when the company answered."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vocmine.message import Message, Record, Skipped
from vocmine.plugin import Detection, ReadOptions
from vocmine_tickets.source import TicketSource

DETECT = ReadOptions()
COMMON = (
    "first_reply_at",
    "answered_at",
    "closed_at",
    "due_at",
    "status",
    "type",
    "area",
    "agent",
    "csat",
)


def written(folder: Path, content: Any, name: str = "export.json") -> Path:
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def table(folder: Path, *rows: dict[str, str]) -> Path:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return written(folder, buffer.getvalue(), "export.csv")


def detect(path: Path) -> Detection:
    return TicketSource().detect(path, DETECT)


def read(path: Path, options: ReadOptions = DETECT) -> list[Record]:
    return list(TicketSource().read(path, options))


def message(path: Path, options: ReadOptions = DETECT) -> Message:
    (found,) = read(path, options)
    assert isinstance(found, Message)
    return found


def common(found: Message) -> dict[str, str]:
    return {name: found.extra[name] for name in COMMON if name in found.extra}


# Zendesk

ZENDESK: dict[str, Any] = {
    "id": 501, "requester_id": 9, "assignee_id": 7, "submitter_id": 9, "status": "solved",
    "created_at": "2026-03-04T10:00:00Z", "updated_at": "2026-03-06T10:00:00Z",
    "subject": "Cuenta", "description": "No puedo entrar", "type": "problem",
    "via": {"channel": "whatsapp"}, "custom_fields": [{"id": 36001, "value": "Cali"}],
    "comments": [
        {"id": 1, "author_id": 9, "public": True, "body": "No puedo entrar",
         "created_at": "2026-03-04T10:00:00Z"},
        {"id": 2, "author_id": 7, "public": False, "body": "Cliente de alto valor",
         "created_at": "2026-03-04T10:05:00Z"},
        {"id": 3, "author_id": 7, "public": True, "html_body": "<p>Pruebe <b>ahora</b></p>",
         "created_at": "2026-03-04T10:10:00Z"},
        {"id": 4, "author_id": 9, "public": True, "body": "Sigue igual",
         "created_at": "2026-03-04T11:00:00Z"},
    ],
}  # fmt: skip


def test_zendesk_reads_the_customers_comments_and_when_they_were_answered(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(ZENDESK) + "\n" + json.dumps(ZENDESK | {"id": 502}))
    assert detect(path).details["vendor"] == "Zendesk (tickets with comments)"
    found = read(path)[0]
    assert isinstance(found, Message)
    assert found.text == "No puedo entrar\n\nSigue igual"
    assert found.context == (
        "[note 7, 2026-03-04 10:05] Cliente de alto valor\n\n"
        "[agent 7, 2026-03-04 10:10] Pruebe ahora"
    )
    assert (found.external_id, found.title, found.channel) == ("501", "Cuenta", "whatsapp")
    assert found.created_at == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert common(found) == {
        "first_reply_at": "2026-03-04T10:10:00+00:00", "status": "solved", "type": "problem",
        "agent": "7",
    }  # fmt: skip
    assert found.extra["custom_fields.36001"] == "Cali"
    assert "comments" not in found.extra


def test_a_ticket_in_which_only_agents_wrote_is_counted_as_such(tmp_path: Path) -> None:
    by_agent = ZENDESK | {"comments": [ZENDESK["comments"][2]]}
    path = written(tmp_path, [by_agent])
    assert read(path) == [Skipped("no_customer_text", "record 1", "501", "only the company wrote")]
    by_user = message(path, ReadOptions(mapping={"text": "description"}))
    assert by_user.text == "No puedo entrar"
    assert "Pruebe" in by_user.extra["comments"]


def test_a_ticket_without_comments_is_its_description(tmp_path: Path) -> None:
    tickets = [ZENDESK | {"comments": []}, ZENDESK | {"id": 2, "status": "deleted"}]
    first, second = read(written(tmp_path, tickets))
    assert isinstance(first, Message)
    assert first.text == "No puedo entrar"
    assert second == Skipped("deleted", "record 2", "2", "status: deleted")


# Freshdesk

FRESHDESK: dict[str, Any] = {
    "id": 41, "subject": "Cobro", "description": "<div>Me cobraron dos veces</div>",
    "requester_id": 9, "responder_id": 7, "source": 1, "status": 5, "priority": 1,
    "fr_escalated": False, "spam": False, "created_at": "2026-03-04T10:00:00Z",
    "stats": {"closed_at": None, "resolved_at": "2026-03-05T10:00:00Z"},
    "conversations": [
        {"body_text": "Ya lo devolvimos", "incoming": False, "private": False, "user_id": 7,
         "created_at": "2026-03-04T12:00:00Z"},
        {"body": "<p>No me ha llegado</p>", "incoming": True, "private": False, "user_id": 9,
         "created_at": "2026-03-05T09:00:00Z"},
    ],
}  # fmt: skip


def test_freshdesk_reads_the_description_and_incoming_replies(tmp_path: Path) -> None:
    found = message(written(tmp_path, FRESHDESK))
    assert found.text == "Me cobraron dos veces\n\nNo me ha llegado"
    assert found.context == "[agent 7, 2026-03-04 12:00] Ya lo devolvimos"
    assert common(found) == {
        "first_reply_at": "2026-03-04T12:00:00+00:00",
        "closed_at": "2026-03-05T10:00:00+00:00", "status": "Closed", "agent": "7",
    }  # fmt: skip
    assert (found.channel, found.extra["priority"]) == ("email", "Low")


def test_freshdesk_skips_spam_and_mail_that_agents_sent(tmp_path: Path) -> None:
    sent = FRESHDESK | {"source": 10, "conversations": []}
    reasons = [r.reason for r in read(written(tmp_path, [FRESHDESK | {"spam": True}, sent]))]  # type: ignore[union-attr]
    assert reasons == ["spam", "no_customer_text"]


def test_freshdesk_csv_whatever_the_case_of_its_header(tmp_path: Path) -> None:
    found = message(
        table(
            tmp_path,
            {
                "Ticket Id": "41", "Subject": "Cobro", "Description": "Me cobraron dos veces",
                "Created Time": "2026-03-04 10:11:12", "Agent Interactions": "1",
                "Initial Response Time": "2026-03-04 11:00:00", "Closed Time": "",
                "Resolved Time": "2026-03-05 10:00:00", "Group": "Cobros", "Full Name": "Ana Gil",
                "First response time (in hrs)": "00:48:48",
            },
        )
    )  # fmt: skip
    assert (found.external_id, found.author) == ("41", "Ana Gil")
    assert common(found) == {
        "first_reply_at": "2026-03-04T11:00:00", "closed_at": "2026-03-05T10:00:00",
        "area": "Cobros",
    }  # fmt: skip


def test_freshservice_csv(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        {
            "Subject": "VPN", "Type": "Incident", "Status": "Open", "Urgency": "High",
            "Impact": "Low", "Description": "No conecta desde casa", "Category": "Redes",
            "Ticket Id": "INC-7", "Requester Name": "Ana Gil", "Requester Email": "a@b.co",
            "Created Time": "2026-03-04 10:11:12",
        },
    )  # fmt: skip
    assert detect(path).details["vendor"] == "Freshservice (tickets CSV)"
    found = message(path)
    assert (found.text, found.author, found.extra["reason"]) == (
        "No conecta desde casa", "Ana Gil", "Redes",
    )  # fmt: skip


# Intercom


def intercom(**more: Any) -> dict[str, Any]:
    def part(kind: str, by: str, body: str | None, at: int) -> dict[str, Any]:
        author = {"type": by, "id": f"{by}-1", "name": by.title()}
        return {"part_type": kind, "body": body, "author": author, "created_at": at}

    return {
        "type": "conversation", "id": "77", "created_at": 1772618400, "state": "closed",
        "source": {"type": "whatsapp", "subject": "", "body": "<p>No abre la app</p>",
                   "author": {"type": "user", "name": "Ana Gil"}},
        "contacts": {"contacts": [{"id": "c1", "type": "contact"}]},
        "conversation_parts": {"type": "list", "conversation_parts": [
            part("comment", "bot", "Soy un robot", 1772618401),
            part("note", "admin", "Ver logs", 1772618500),
            part("comment", "admin", "<p>¿Qué versión?</p>", 1772622000),
            part("comment", "user", "<p>La 3.2</p>", 1772622060),
            part("close", "admin", None, 1772625600),
        ]},
    } | more  # fmt: skip


def test_intercom_tells_users_from_admins_and_bots(tmp_path: Path) -> None:
    path = written(tmp_path, intercom())
    assert detect(path).details["vendor"] == "Intercom (conversations)"
    found = message(path)
    assert found.text == "No abre la app\n\nLa 3.2"
    assert [line.split(",")[0] for line in found.context.split("\n\n")] == [
        "[bot Bot", "[note Admin", "[agent Admin",
    ]  # fmt: skip
    assert (found.author, found.channel) == ("Ana Gil", "whatsapp")
    assert common(found) == {
        "first_reply_at": "2026-03-04T11:00:00+00:00",
        "closed_at": "2026-03-04T12:00:00+00:00", "status": "closed",
        "type": "conversation",
    }  # fmt: skip


def test_intercoms_own_figures_go_before_the_turns(tmp_path: Path) -> None:
    pages = {"conversations": [intercom(statistics={"last_close_at": 1772629200})]}
    assert message(written(tmp_path, pages)).extra["closed_at"] == "2026-03-04T13:00:00+00:00"


def test_intercom_conversations_that_admins_began_and_nobody_answered_are_skipped(
    tmp_path: Path,
) -> None:
    source = {"type": "email", "body": "Conozca el plan", "author": {"type": "admin"}}
    (found,) = read(written(tmp_path, [intercom(source=source, conversation_parts={})]))
    assert isinstance(found, Skipped)
    assert found.reason == "no_customer_text"


# Jira, ServiceNow: turns in cells

JIRA = (
    "Summary,Issue key,Issue id,Issue Type,Status,Project key,Reporter,Created,Resolved,"
    "Description,Comment,Comment\n"
    "No carga,SUP-1,1,Bug,Done,SUP,ana,12/Mar/24 9:41 AM,14/Mar/24 9:00 AM,"
    '"La app no carga",13/Mar/24 8:00 AM;luis;Revisando,13/Mar/24 9:00 AM;ana;Sigue igual,'
    "13/Mar/24 10:00 AM;luis;Listo\n"
)


def test_jira_reads_comments_of_the_reporter_even_beyond_the_header(tmp_path: Path) -> None:
    found = message(written(tmp_path, JIRA, "jira.csv"))
    assert found.text == "La app no carga\n\nSigue igual"
    assert found.context == (
        "[agent luis, 2024-03-13 08:00] Revisando\n\n[agent luis, 2024-03-13 10:00] Listo"
    )
    assert common(found) == {
        "first_reply_at": "2024-03-13T08:00:00", "closed_at": "2024-03-14T09:00:00",
        "status": "Done", "type": "Bug",
    }  # fmt: skip
    assert not any("Comment" in name or "column" in name for name in found.extra)


def test_servicenow_reads_the_journal_of_comments_from_its_end(tmp_path: Path) -> None:
    record = {
        "number": "INC0010", "opened_at": "2026-03-04 10:00:00", "state": "Closed",
        "short_description": "Impresora", "description": "No imprime",
        "caller_id": {"display_value": "Ana Gil", "link": "https://example.com"},
        "comments": (
            "2026-03-04 12:00:00 - Ana Gil (Additional comments)\nTampoco así\n\n"
            "2026-03-04 11:00:00 - Luis Mora (Additional comments)\nReinicie\n\n"
        ),
        "work_notes": "2026-03-04 11:30:00 - Luis Mora (Work notes)\nTóner\n\n",
        "closed_at": "2026-03-05 10:00:00", "assignment_group": {"display_value": "Soporte"},
    }  # fmt: skip
    found = message(written(tmp_path, {"result": [record]}))
    assert found.text == "No imprime\n\nTampoco así"
    assert "[agent Luis Mora, 2026-03-04 11:00] Reinicie" in found.context
    assert "Tóner" in found.context
    assert (found.external_id, found.author, found.title) == ("INC0010", "Ana Gil", "Impresora")
    assert common(found) == {
        "first_reply_at": "2026-03-04T11:00:00", "closed_at": "2026-03-05T10:00:00",
        "status": "Closed", "area": "Soporte",
    }  # fmt: skip


# Salesforce, HubSpot


def test_salesforce_keeps_the_reply_times_and_the_agents_comments(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        {
            "Case Number": "00001234", "Subject": "Cobro", "Description": "Me cobraron dos veces",
            "Case Owner": "Luis", "Case Origin": "Web", "Date/Time Opened": "13/03/2026 09:00",
            "Date/Time Closed": "04/04/2026 10:00", "Internal Comments": "Cliente VIP",
            "Ciudad__c": "Cali",
        },
    )  # fmt: skip
    found = message(path)
    assert found.context == "Cliente VIP"
    assert common(found) == {"closed_at": "2026-04-04T10:00:00", "agent": "Luis"}
    assert found.extra["Ciudad__c"] == "Cali"


def test_hubspot_by_its_interface_and_by_its_labels(tmp_path: Path) -> None:
    ticket = {
        "id": "512",
        "properties": {
            "subject": "Cobro", "content": "Me cobraron dos veces", "hs_pipeline_stage": "4",
            "createdate": "2026-03-04T10:00:00Z", "closed_date": "2026-03-05T10:00:00Z",
        },
    }  # fmt: skip
    found = message(written(tmp_path, {"results": [ticket]}))
    assert (found.text, found.title, found.external_id) == ("Me cobraron dos veces", "Cobro", "512")
    assert common(found) == {"closed_at": "2026-03-05T10:00:00+00:00", "status": "4"}
    labelled = message(
        table(
            tmp_path,
            {"Ticket ID": "512", "Ticket name": "Cobro", "Ticket description": "Me cobraron",
             "Pipeline": "Soporte", "Ticket status": "Closed", "Create date": "2026-03-04 10:00"},
        )
    )  # fmt: skip
    assert (labelled.text, labelled.extra["area"]) == ("Me cobraron", "Soporte")


# Regulators


def test_smartsupervision_in_its_three_moments_and_spellings(tmp_path: Path) -> None:
    first = {
        "codigo_queja": "1", "texto_queja": "Me negaron el retiro", "canal_cod": 13,
        "fecha_creacion": "2026-03-04T10:00:00", "codigo_pais": "170", "macro_motivo_cod": 917,
    }  # fmt: skip
    second = first | {"codigo_queja": "2", "fecha_creación": "2026-03-05T10:00:00"}
    del second["fecha_creacion"]
    third = first | {
        "codigo_queja": "3", "estado_cod": 4, "fecha_cierre": "2026-03-20T10:00:00",
        "replica": 1, "argumento_replica": "No respondieron lo que pedí",
    }  # fmt: skip
    one, two, three = read(written(tmp_path, {"count": 3, "results": [first, second, third]}))
    assert isinstance(one, Message)
    assert isinstance(two, Message)
    assert isinstance(three, Message)
    assert (one.created_at, two.created_at) == (datetime(2026, 3, 4, 10), datetime(2026, 3, 5, 10))
    assert (one.channel, one.country) == ("13", "CO")
    assert three.text == "Me negaron el retiro\n\nNo respondieron lo que pedí"
    assert common(three) == {"closed_at": "2026-03-20T10:00:00", "status": "4"}


def test_redeco_has_codes_and_the_words_of_the_entity(tmp_path: Path) -> None:
    row = {
        "QuejasFolio": "F-1", "QuejasFecRecepcion": "04/03/2026", "QuejasMedio": "3",
        "QuejasProducto": "11", "QuejasCausa": "8", "QuejasEstatus": "1",
        "Descripción": "Me cobraron una anualidad que no pedí", "QuejasRespuesta": "Se bonifica",
    }  # fmt: skip
    path = table(tmp_path, row)
    assert detect(path).details["vendor"] == "CONDUSEF REDECO"
    found = message(path)
    assert (found.external_id, found.created_at) == ("F-1", datetime(2026, 3, 4))
    assert (found.text, found.context) == (row["Descripción"], "Se bonifica")
    assert (found.extra["reason"], found.extra["status"]) == ("8", "1")


def test_supersalud_keeps_kind_and_reason(tmp_path: Path) -> None:
    row = {
        "PQR_CANAL": "Web", "PQR_TIPOPETICION": "Queja", "PQR_ESTADO": "Abierta",
        "MACROMOTIVO": "Acceso", "MOTIVO_GENERAL": "Citas", "MOTIVO_ESPECIFICO": "Demora",
        "RIESGO_VIDA": "No", "Hechos": "Llevo dos meses esperando la cita con el especialista",
    }  # fmt: skip
    found = message(table(tmp_path, row))
    assert (found.text, found.channel) == (row["Hechos"], "Web")
    assert common(found) == {"status": "Abierta", "type": "Queja", "area": "Acceso"}
    assert (found.extra["reason"], found.extra["priority"]) == ("Demora", "No")


@pytest.mark.parametrize("radicado", ["No. Radicado", "NUMERO_RADICADO", "Radicado"])
def test_a_public_entitys_pqrs_keep_their_clock(tmp_path: Path, radicado: str) -> None:
    row = {
        radicado: "2026-1", "Fecha de Radicación": "13/03/2026", "Tipo de PQRS": "Reclamo",
        "Dependencia": "Hacienda", "Asunto": "Predial", "Descripción": "El recibo no llegó",
        "Fecha de respuesta": "01/04/2026", "Fecha de vencimiento": "06/04/2026",
    }  # fmt: skip
    path = table(tmp_path, row)
    assert detect(path).details["vendor"] == "PQRS"
    assert common(message(path)) == {
        "answered_at": "2026-04-01", "due_at": "2026-04-06", "type": "Reclamo",
        "area": "Hacienda",
    }  # fmt: skip

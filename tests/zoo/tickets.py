"""Exports of help desks: whose turn is the customer's, and what the agents said."""

from __future__ import annotations

import codecs

from .animals import Animal, Aside, Said
from .writing import delimited, document, lines, text


def _comment(number: int, author: int, body: str, *, public: bool = True) -> dict[str, object]:
    return {
        "id": number, "type": "Comment", "author_id": author, "body": body, "plain_body": body,
        "html_body": f"<div class='zd-comment'><p>{body}</p></div>", "public": public,
        "created_at": f"2025-03-04T{15 + number % 8:02d}:12:00Z", "attachments": [],
        "via": {"channel": "web"}, "metadata": {"system": {}},
    }  # fmt: skip


def _zendesk(
    number: int, channel: str, subject: str, *comments: dict[str, object]
) -> dict[str, object]:
    return {
        "url": f"https://ejemplo.zendesk.com/api/v2/tickets/{number}.json", "id": number,
        "via": {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": "2025-03-04T15:12:00Z", "updated_at": "2025-03-06T13:00:00Z",
        "type": "problem", "subject": subject, "raw_subject": subject,
        "description": comments[0]["body"], "priority": "normal", "status": "solved",
        "requester_id": 901, "submitter_id": comments[0]["author_id"], "assignee_id": 77,
        "tags": ["envios", "bogota"], "custom_fields": [{"id": 36001, "value": "Bogotá"}],
        "satisfaction_rating": {"score": "offered", "comment": None}, "comments": list(comments),
    }  # fmt: skip


FRIDGE = "Compré una nevera hace un mes y llegó golpeada.\nYa mandé las fotos, ¿qué más quieren?"
STILL = "Siguen sin darme respuesta. Si mañana no me llaman, voy a la Superintendencia."
LOGIN = 'Al entrar sale "usuario bloqueado"; no puedo ver mi saldo 😡'
_ZENDESK = [
    _zendesk(35436, "web", "Nevera golpeada", _comment(1, 901, FRIDGE),
             _comment(2, 77, "Buenas tardes, ya escalamos su caso a logística."),
             _comment(3, 77, "Cliente difícil, revisar compensación.", public=False),
             _comment(4, 901, STILL)),
    _zendesk(35437, "whatsapp", "No puedo entrar", _comment(5, 901, LOGIN)),
    _zendesk(35438, "email", "Encuesta de servicio",
             _comment(6, 77, "Hola, queremos conocer su experiencia con nosotros.")),
]  # fmt: skip
_ZENDESK_SAID = (
    Said(f"{FRIDGE}\n\n{STILL}", "35436", "2025-03-04T15:12:00+00:00", None, "web",
         title="Nevera golpeada", context=("escalamos su caso", "revisar compensación")),
    Said(LOGIN, "35437", "2025-03-04T15:12:00+00:00", None, "whatsapp", title="No puedo entrar"),
    Aside("no_customer_text", "35438"),
)  # fmt: skip
_ZENDESK_VIEW = """
Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,\
Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,\
Assigned at,Organization,Due date,Initially assigned at,Solved at,Resolution time,\
Satisfaction Score,Ciudad [list]
1,8801,Yolanda Pérez,901,,yolanda@example.com,example.com,Yolanda Pérez,Camilo,Soporte,\
"Doble cobro en la factura, otra vez",cobros,Open,High,Mail,Incident,2025-03-04 10:12,\
2025-03-05 08:00,2025-03-04 11:00,,,2025-03-04 11:00,,,Not Offered,Cali
1,8802,Iván Ríos,902,,ivan@example.com,example.com,Iván Ríos,Camilo,Soporte,\
¿Cuándo llega mi pedido?,,Open,Normal,Web form,Incident,2025-03-05 16:40,\
2025-03-05 17:00,,,,,,,Not Offered,Pasto
"""

_FRESHDESK = """
{head},Description,Ciudad,Full name,Title,Email,Work phone,Mobile phone,Company Name,Contact ID
501,No llegó el mercado,Closed,High,Portal,Queja,Luz Marina,Domicilios,{c},2025-03-05 10:12:00,\
2025-03-04 15:00:00,2025-03-04 16:00:00,2025-03-04 16:00:00,2025-03-04 11:00:00,00:10:00,\
00:48:00,04:48:00,2,1,Within SLA,Within SLA,"domicilio,frutas",Very unhappy,,,\
"Pedí el mercado a las 8, y a las 6 de la tarde\nno había llegado. ¡Qué desorden!",Lima,\
Ana Quispe,,ana@example.com,,+51 999 000 111,,43001
502,Gracias,Open,Low,Email,Felicitación,Luz Marina,Domicilios,2025-03-25 09:30:00,,,,\
2025-03-25 09:30:00,,,,,0,1,,,,,,,"El repartidor fue amable; todo fresco.",Arequipa,\
Beto Huamán,,beto@example.com,,,,43002
503,¿A qué hora abren?,Open,Low,Phone,Queja,Luz Marina,Domicilios,2025-03-26 09:30:00,,,,\
2025-03-26 09:30:00,,,,,0,1,,,,,,,,Lima,Carla Soto,,carla@example.com,,,,43003
"""
_FRESHDESK_HEAD = (
    "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,"
    "Resolved time,Closed time,Last update time,Initial response time,Time tracked,"
    "First response time (in hrs),Resolution time (in hrs),Agent interactions,"
    "Customer interactions,Resolution status,First response status,Tags,Survey results,"
    "Association type,Product"
)
_FRESHDESK_SAID = (
    Said("Pedí el mercado a las 8, y a las 6 de la tarde\nno había llegado. ¡Qué desorden!", "501",
         "2025-03-04T10:12:00", channel="Portal", title="No llegó el mercado",
         extra={"Ciudad": "Lima"}),
    Said("El repartidor fue amable; todo fresco.", "502", "2025-03-25T09:30:00", channel="Email",
         title="Gracias", extra={"Ciudad": "Arequipa"}),
    Said("¿A qué hora abren?", "503", "2025-03-26T09:30:00", channel="Phone"),
)  # fmt: skip


def _freshdesk(head: str, **how: object) -> bytes:
    body = _FRESHDESK.replace("{head}", head).replace("{c}", "2025-03-04 10:12:00")
    return text(body, **how)  # type: ignore[arg-type]


_FRESHDESK_API = [
    {"id": 9001, "subject": "Reembolso pendiente", "requester_id": 4301, "responder_id": 12,
     "source": 2, "status": 2, "priority": 3, "fr_escalated": False, "spam": False, "type": None,
     "created_at": "2025-03-04T15:12:00Z", "updated_at": "2025-03-08T15:12:00Z", "tags": ["pagos"],
     "description": "<div>Cancelé el pasaje y <b>no</b> me devuelven la plata.</div>",
     "description_text": "Cancelé el pasaje y no me devuelven la plata.",
     "stats": {"first_responded_at": "2025-03-04T18:00:00Z", "resolved_at": None},
     "conversations": [
         {"id": 1, "body_text": "Estimado cliente, el proceso toma 30 días.", "incoming": False,
          "private": False, "user_id": 12, "created_at": "2025-03-04T18:00:00Z"},
         {"id": 2, "body_text": "¿30 días? La ley dice 15. Exijo mi dinero.", "incoming": True,
          "private": False, "user_id": 4301, "created_at": "2025-03-05T13:00:00Z"},
         {"id": 3, "body_text": "Ojo: amenaza legal.", "incoming": False, "private": True,
          "user_id": 12, "created_at": "2025-03-05T14:00:00Z"}]},
    {"id": 9002, "subject": "Maleta rota", "requester_id": 4302, "source": 1, "status": 5,
     "priority": 1, "spam": False, "created_at": "2025-03-06T02:00:00Z", "tags": [],
     "description": "<div>La maleta salió rota.</div>",
     "description_text": "La maleta salió rota de la banda 4.", "conversations": []},
]  # fmt: skip
_FRESHSERVICE = """
Subject,Type,Status,Urgency,Impact,Priority,Group,Agent,Company,Description,Category,Sub-Category,\
Item,Source,Ticket Id,Requester Name,Requester Email,Created Time,Due By Time,Resolved Time
VPN caída,Incident,Open,High,High,Urgent,Redes,Jorge,Ejemplo SpA,"No logro conectarme a la VPN \
desde Antofagasta, y tengo cierre de mes.",Red,VPN,,Portal,INC-201,Paz Muñoz,paz@example.com,\
2025-03-04 10:12:00,2025-03-04 18:00:00,
Notebook lento,Incident,Closed,Low,Low,Low,Soporte,Jorge,Ejemplo SpA,"El notebook demora 20 \
minutos en prender; así no puedo trabajar.",Equipos,,,Phone,INC-202,Tomás Rojas,\
tomas@example.com,2025-03-25 09:00:00,,2025-03-26 09:00:00
"""

_JIRA_HEAD = (
    "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Priority,Resolution,"
    "Assignee,Reporter,Creator,Created,Updated,Last Viewed,Resolved,Components,Components,"
    "Due date,Votes,Labels,Labels,Description,Environment,Watchers,Custom field (Ciudad),Comment"
).split(",")


def _jira(summary: str, key: str, project: str, date: str, description: str, *more: str,
          labels: tuple[str, str] = ("", "")) -> list[str]:  # fmt: skip
    return [
        summary, key, "10" + key[-3:], "Bug", "To Do", project, "Clientes", "High", "",
        "agente.dos", "cliente.uno", "cliente.uno", date, date, date, "", "App", "Pagos",
        "", "0", *labels, description, "", "agente.dos", *more,
    ]  # fmt: skip


_TRANSFER = 'Hice una transferencia de $200.000 y no llegó.\n\nAdjunto pantallazo, "exitosa".'
_JIRA = [
    _JIRA_HEAD,
    _jira("Transferencia perdida", "APP-101", "APP", "12/Mar/25 9:41 AM", _TRANSFER, "Cali",
          "12/Mar/25 10:05 AM;agente.dos;Revisamos con tesorería.", labels=("pagos", "urgente")),
    _jira("App lenta", "APP-102", "APP", "13/Mar/25 2:05 PM", "La app se queda cargando.", "Neiva",
          "13/Mar/25 3:00 PM;agente.dos;¿Qué celular usa?",
          "14/Mar/25 9:00 AM;agente.dos;Cerramos por falta de respuesta."),
]  # fmt: skip
_JSM_HEAD = [
    name.replace("Custom field (Ciudad)", "Custom field (Customer Request Type)")
    for name in _JIRA_HEAD
] + ["Comment", "Satisfaction rating"]  # fmt: skip
_JSM = [
    _JSM_HEAD,
    _jira("Falla de internet", "SOP-301", "SOP", "6/21/2025 16:14",
          "Desde ayer no hay internet en el local.", "Reportar una falla",
          "6/21/2025 16:30;agente.dos;Hola, reinicie el módem por favor.",
          "6/21/2025 17:02;cliente.uno;Ya lo reinicié tres veces y nada.", "2"),
    _jira("Factura", "SOP-302", "SOP", "6/5/2025 8:00", "Me facturaron el plan viejo.",
          "Facturación", "", "", ""),
]  # fmt: skip

_ZENDESK_PAGE = {
    "tickets": [
        {key: value for key, value in ticket.items() if key != "comments"}
        for ticket in _ZENDESK[:2]
    ],
    "next_page": None, "previous_page": None, "count": 2,
}  # fmt: skip

ANIMALS = (
    Animal("tickets.json", lambda: document(_ZENDESK_PAGE), (
        Said(FRIDGE, "35436", "2025-03-04T15:12:00+00:00", None, "web", title="Nevera golpeada"),
        Said(LOGIN, "35437", "2025-03-04T15:12:00+00:00", None, "whatsapp"),
    ), kind="zendesk", named=("Zendesk",), name="Zendesk: a page of the API, without comments"),
    Animal("zendesk_export.json", lambda: lines(_ZENDESK), _ZENDESK_SAID, kind="zendesk",
           named=("Zendesk",), encoding="UTF-8", name="Zendesk: account export with comments"),
    Animal("zendesk_vista.csv", lambda: text(_ZENDESK_VIEW), (
        Said("Doble cobro en la factura, otra vez", "8801", "2025-03-04T10:12:00", None, "Mail",
             extra={"Ciudad [list]": "Cali"}),
        Said("¿Cuándo llega mi pedido?", "8802", "2025-03-05T16:40:00", None, "Web"),
    ), kind="zendesk", named=("Zendesk",), warned=("body|subject|only",),
        name="Zendesk: a view, which has subjects only"),
    Animal("freshdesk.csv", lambda: _freshdesk(_FRESHDESK_HEAD), _FRESHDESK_SAID,
           kind="freshdesk", named=("Freshdesk",), name="Freshdesk: CSV"),
    Animal("freshdesk_mayusculas.csv",
           lambda: _freshdesk(_FRESHDESK_HEAD.replace("Created time", "Created Time")
                              .replace("Last update time", "Last updated time")
                              .replace("Ticket ID", "Ticket Id"), encoding="cp1252"),
           _FRESHDESK_SAID, kind="freshdesk", named=("Freshdesk",), encoding="Windows-1252|cp1252",
           name="Freshdesk: CSV with the header in another letter case"),
    Animal("freshdesk_tickets.txt", lambda: document(_FRESHDESK_API, indent=1), (
        Said("Cancelé el pasaje y no me devuelven la plata.\n\n"
             "¿30 días? La ley dice 15. Exijo mi dinero.", "9001", "2025-03-04T15:12:00+00:00",
             None, "portal", title="Reembolso pendiente",
             context=("el proceso toma 30 días", "amenaza legal")),
        Said("La maleta salió rota de la banda 4.", "9002", "2025-03-06T02:00:00+00:00", None,
             "email", title="Maleta rota"),
    ), kind="freshdesk", named=("Freshdesk",), name="Freshdesk: API JSON with conversations"),
    Animal("freshservice.csv", lambda: text(_FRESHSERVICE), (
        Said("No logro conectarme a la VPN desde Antofagasta, y tengo cierre de mes.", "INC-201",
             "2025-03-04T10:12:00", None, "Portal", title="VPN caída"),
        Said("El notebook demora 20 minutos en prender; así no puedo trabajar.", "INC-202",
             "2025-03-25T09:00:00", None, "Phone", title="Notebook lento"),
    ), kind="freshservice", named=("Freshservice",), name="Freshservice: CSV"),
    Animal("jira.csv", lambda: delimited(_JIRA, bom=codecs.BOM_UTF8, eol="\r\n"), (
        Said(_TRANSFER, "APP-101", "2025-03-12T09:41:00", None, title="Transferencia perdida",
             kept=("tesorería", "urgente", "Cali")),
        Said("La app se queda cargando.", "APP-102", "2025-03-13T14:05:00", None,
             title="App lenta", kept=("¿Qué celular usa?", "Cerramos por falta de respuesta")),
    ), kind="jira", named=("Jira",), name="Jira: all fields, repeated columns, rows too wide"),
    Animal("jsm.csv", lambda: delimited(_JSM, bom=codecs.BOM_UTF8, eol="\r\n"), (
        Said("Desde ayer no hay internet en el local.\n\nYa lo reinicié tres veces y nada.",
             "SOP-301", "2025-06-21T16:14:00", title="Falla de internet",
             context=("reinicie el módem",)),
        Said("Me facturaron el plan viejo.", "SOP-302", "2025-06-05T08:00:00", title="Factura"),
    ), kind="jira", named=("Jira",), name="Jira Service Management: the reporter's comments"),
)  # fmt: skip

"""Exports of messengers and CRMs: Intercom, HubSpot, Salesforce, ServiceNow."""

from __future__ import annotations

from .animals import Animal, Aside, Said
from .writing import delimited, document, text


def _part(number: int, kind: str, author: str, body: str | None) -> dict[str, object]:
    return {
        "type": "conversation_part", "id": str(number), "part_type": kind, "body": body,
        "created_at": 1741101120 + number * 60, "attachments": [],
        "author": {"type": author, "id": f"{author}-1", "name": "Nadie", "email": "n@example.com"},
    }  # fmt: skip


def _intercom(number: str, author: str, body: str, rating: int | None, *parts: object) -> object:
    return {
        "type": "conversation", "id": number, "created_at": 1741101120, "updated_at": 1741190000,
        "state": "closed", "read": True, "priority": "not_priority", "waiting_since": None,
        "source": {"type": "conversation", "id": f"9{number}", "subject": "", "body": body,
                   "delivered_as": "customer_initiated", "url": "https://tienda.example.com",
                   "author": {"type": author, "id": f"{author}-1", "name": "Marta Díaz"}},
        "conversation_rating": rating and {"rating": rating, "remark": None},
        "statistics": {"first_admin_reply_at": 1741101400, "last_close_at": 1741190000},
        "conversation_parts": {"type": "conversation_part.list", "total_count": len(parts),
                               "conversation_parts": list(parts)},
    }  # fmt: skip


_INTERCOM = {
    "type": "conversation.list", "total_count": 3, "pages": {"type": "pages", "next": None},
    "conversations": [
        _intercom("147", "user", "<p>Hola, pagué por PSE y el pedido está <b>pendiente</b>.</p>", 2,
                  _part(1, "comment", "admin", "<p>Hola Marta, dame un momento.</p>"),
                  _part(2, "note", "admin", "<p>Ver con tesorería.</p>"),
                  _part(3, "comment", "user", "<p>Llevo dos horas esperando&nbsp;🙄</p>"),
                  _part(4, "close", "admin", None)),
        _intercom("148", "lead", "<p>¿Hacen envíos a Leticia?</p>", None),
        _intercom("149", "admin", "<p>¡Tenemos 20% de descuento este fin de semana!</p>", None),
    ],
}  # fmt: skip

_HUBSPOT = """
Ticket ID,Ticket name,Ticket description,Ticket status,Pipeline,Priority,Source,Ticket owner,\
Create date,Close date,Time to first agent reply (HH:mm:ss)
70012345,Curso sin certificado,"Terminé el curso en enero y aún no emiten el certificado; \
lo necesito para el trabajo.",Closed,Soporte,HIGH,FORM,Rocío Vera,2025-03-04 10:12,\
2025-03-06 09:00,01:12:00
70012346,Aula virtual caída,"La clase del sábado no abrió, ¿la van a reponer?",New,Soporte,,CHAT,\
Rocío Vera,2025-03-25 20:01,,
"""
_HUBSPOT_API = """
id,is_deleted,property_closed_date,property_createdate,property_first_agent_reply_date,\
property_hs_pipeline,property_hs_pipeline_stage,property_hs_ticket_priority,\
property_hubspot_owner_id,property_subject,property_content
307034542,FALSE,2025-03-10 14:54:50,2025-03-04 15:30:05,2025-03-04 16:00:00,0,4,HIGH,40706000,\
Mala atención,"La vendedora de Providencia me colgó dos veces."
307034543,FALSE,,2025-03-05 08:00:00,,0,1,,40706000,Gift card,"La gift card no pasa en caja, \
dice saldo cero."
"""

_SALESFORCE = [
    ["Id", "IsDeleted", "CaseNumber", "ContactId", "AccountId", "SuppliedName", "SuppliedEmail",
     "Type", "Status", "Reason", "Origin", "Subject", "Priority", "Description", "IsClosed",
     "ClosedDate", "IsEscalated", "OwnerId", "CreatedDate", "LastModifiedDate", "SystemModstamp",
     "Comments", "Ciudad__c"],
    ["5005g00000AbCdEAAV", "false", "00001026", "", "", "Rosa Lima", "rosa@example.com", "Reclamo",
     "Closed", "Facturación", "Phone", "Cuota de manejo", "High",
     "Me cobran cuota de manejo de una tarjeta que cancelé.\nQuiero el reverso.", "true",
     "2025-03-06T15:00:00.000+0000", "false", "0055g000001", "2025-03-04T15:12:00.000+0000",
     "2025-03-06T15:00:00.000+0000", "2025-03-06T15:00:00.000+0000",
     "Se valida con cartera, procede reverso.", "Trujillo"],
    ["5005g00000AbCdFAAV", "false", "00001027", "", "", "", "", "Consulta", "New", "", "Web",
     "Horario", "Low", "", "false", "", "false", "0055g000001", "2025-03-05T01:00:00.000+0000",
     "2025-03-05T01:00:00.000+0000", "2025-03-05T01:00:00.000+0000", "", ""],
]  # fmt: skip
_SALESFORCE_REPORT = """
"Case Number","Case Owner","Contact Name","Account Name","Subject","Case Origin","Case Reason",\
"Case Type","Status","Date/Time Opened","Date/Time Closed","Escalated","Description",\
"Internal Comments"
"00001030","Cola Nivel 1","Joe Pesce","","Router returned twice","Email","Billing","Complaint",\
"Closed","3/4/2025 10:12 AM","3/6/2025 9:00 AM","0","I returned the router in February, \
and you keep charging me $12 a month.","Refund approved by Dana"
"00001031","Cola Nivel 1","Ann Yu","","Late technician","Phone","Service","Complaint","New",\
"3/25/2025 2:30 PM","","0","Technician never showed up. Lost a day of work.",""
"""
_SALESFORCE_ES = """
Número del caso;Propietario del caso;Nombre del contacto;Asunto;Origen del caso;Estado;\
Fecha/Hora de apertura;Fecha/Hora de cierre;Descripción;Comentarios internos
00002001;Cola CX;Elena Mora;Seguro no autorizado;Teléfono;Cerrado;04/03/2025 10:12;\
06/03/2025 09:00;"Me metieron un seguro que no autoricé; lo quiero fuera.";Proceder con anulación
00002002;Cola CX;Raúl Gil;Cajero;Web;Nuevo;25/03/2025 07:45;;"El cajero de la 13 no da recibo.";
"""

_SERVICENOW = """
number,short_description,description,opened_at,sys_created_on,caller_id,contact_type,state,\
priority,assignment_group,close_notes,closed_at,work_notes,sys_id
INC0010023,Cannot print labels,"The label printer at the Quilicura store prints blank pages \
since Monday.",2025-03-04 10:12:00,2025-03-04 10:12:01,Paola Vidal,self-service,7,3 - Moderate,\
Stores,Driver reinstalled,2025-03-05 09:00:00,Called the store,9d385017c611228701d22104cc95c371
INC0010024,Sin correo,"No me llega correo desde ayer; es urgente.",2025-03-25 08:00:00,\
2025-03-25 08:00:02,Luis Tapia,phone,1,2 - High,Mesa de ayuda,,,,9d385017c611228701d22104cc95c372
"""
_SERVICENOW_API = {
    "result": [
        {"number": "CS0001001", "short_description": "Pedido incompleto",
         "description": "Faltaron dos cajas del pedido 4471.", "opened_at": "2025-03-04 15:12:00",
         "contact_type": "email", "state": "1", "close_notes": "",
         "caller_id": {"display_value": "Nora Paz", "link": "https://x.service-now.com/a"},
         "sys_id": "a9e30c7dc61122760116894de7bcc7bd", "sys_created_on": "2025-03-04 15:12:00"},
    ]
}  # fmt: skip

ANIMALS = (
    Animal("intercom.json", lambda: document(_INTERCOM), (
        Said("Hola, pagué por PSE y el pedido está pendiente.\n\nLlevo dos horas esperando 🙄",
             "147", "2025-03-04T15:12:00+00:00", 2.0, title="",
             context=("dame un momento", "tesorería")),
        Said("¿Hacen envíos a Leticia?", "148", "2025-03-04T15:12:00+00:00", None),
        Aside("no_customer_text", "149"),
    ), source="tickets", kind="intercom", named=("Intercom",), name="Intercom: conversations with "
        "parts, in HTML, times in seconds"),
    Animal("hubspot.csv", lambda: text(_HUBSPOT), (
        Said("Terminé el curso en enero y aún no emiten el certificado; lo necesito para el "
             "trabajo.", "70012345", "2025-03-04T10:12:00", None, "FORM",
             title="Curso sin certificado"),
        Said("La clase del sábado no abrió, ¿la van a reponer?", "70012346",
             "2025-03-25T20:01:00", None, "CHAT", title="Aula virtual caída"),
    ), kind="hubspot", named=("HubSpot",), name="HubSpot: export of the tickets view"),
    Animal("hubspot_propiedades.csv", lambda: text(_HUBSPOT_API), (
        Said("La vendedora de Providencia me colgó dos veces.", "307034542",
             "2025-03-04T15:30:05", title="Mala atención"),
        Said("La gift card no pasa en caja, dice saldo cero.", "307034543",
             "2025-03-05T08:00:00", title="Gift card"),
    ), kind="hubspot", named=("HubSpot",), name="HubSpot: property names, as in a warehouse"),
    Animal("Case.csv", lambda: delimited(_SALESFORCE, always=True), (
        Said("Me cobran cuota de manejo de una tarjeta que cancelé.\nQuiero el reverso.",
             "00001026", "2025-03-04T15:12:00+00:00", None, "Phone", title="Cuota de manejo",
             kept=("procede reverso", "Trujillo")),
        Said("Horario", "00001027", "2025-03-05T01:00:00+00:00", None, "Web"),
    ), kind="salesforce", named=("Salesforce",), name="Salesforce: Data Loader, API names"),
    Animal("report1741.csv", lambda: text(_SALESFORCE_REPORT, "latin-1"), (
        Said("I returned the router in February, and you keep charging me $12 a month.",
             "00001030", "2025-03-04T10:12:00", None, "Email", title="Router returned twice",
             context=("Refund approved",)),
        Said("Technician never showed up. Lost a day of work.", "00001031",
             "2025-03-25T14:30:00", None, "Phone", title="Late technician"),
    ), kind="salesforce", named=("Salesforce",), name="Salesforce: report, labels, US dates"),
    Animal("informe_casos.csv", lambda: text(_SALESFORCE_ES, "cp1252"), (
        Said("Me metieron un seguro que no autoricé; lo quiero fuera.", "00002001",
             "2025-03-04T10:12:00", None, "Teléfono", title="Seguro no autorizado",
             context=("Proceder con anulación",)),
        Said("El cajero de la 13 no da recibo.", "00002002", "2025-03-25T07:45:00", None, "Web",
             title="Cajero"),
    ), kind="salesforce", name="Salesforce: report with labels in Spanish"),
    Animal("incident.csv", lambda: text(_SERVICENOW), (
        Said("The label printer at the Quilicura store prints blank pages since Monday.",
             "INC0010023", "2025-03-04T10:12:00", None, "self-service",
             title="Cannot print labels", context=("Driver reinstalled", "Called the store")),
        Said("No me llega correo desde ayer; es urgente.", "INC0010024", "2025-03-25T08:00:00",
             None, "phone", title="Sin correo"),
    ), kind="servicenow", named=("ServiceNow",), name="ServiceNow: incidents as CSV"),
    Animal("servicenow.json", lambda: document(_SERVICENOW_API), (
        Said("Faltaron dos cajas del pedido 4471.", "CS0001001", "2025-03-04T15:12:00", None,
             "email", title="Pedido incompleto"),
    ), kind="servicenow", named=("ServiceNow",), name="ServiceNow: answer of the table API"),
)  # fmt: skip

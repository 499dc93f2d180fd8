"""Surveys: every open answer is a message, its question the context, the scores are metrics."""

from __future__ import annotations

import codecs
from datetime import datetime

from .animals import Animal, Aside, Said
from .writing import delimited, text, workbook

SOURCE = "reviews|surveys"
_META = (
    "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,"
    "ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,"
    "LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage"
).split(",")
_LABELS = (
    "Fecha de inicio,Fecha final,Tipo de respuesta,Dirección IP,Progreso,Duración (en segundos),"
    "Finalizado,Fecha registrada,ID de respuesta,Apellido del destinatario,Nombre del "
    "destinatario,Correo del destinatario,Referencia de datos externos,Latitud,Longitud,"
    "Canal de distribución,Idioma del usuario"
).split(",")
_WHY = "¿Cuál es la razón principal de su calificación?"
_BETTER = "¿Qué podríamos mejorar, en una frase?"
_RECOMMEND = "En una escala de 0 a 10, ¿qué tan probable es que nos recomiende?"


def _import(name: str) -> str:
    return '{"ImportId":"' + name + '"}'


def _qualtrics(number: int, nps: str, why: str, better: str) -> list[str]:
    at = f"2025-03-{number:02d} 10:12:00"
    return [
        at, at, "IP Address", "", "100", "61", "True", at, f"R_{number}xYz", "", "", "",
        f"cli-{number}", "", "", "email", "ES", nps, why, better,
    ]  # fmt: skip


QUALTRICS = [
    [*_META, "Q1", "Q2", "Q3"],
    [*_LABELS, _RECOMMEND, _WHY, _BETTER],
    [_import(name) for name in (*_META, "QID1", "QID2_TEXT", "QID3_TEXT")],
    _qualtrics(
        4, "2", "La asesora fue grosera, y no resolvió nada.", "La fila; siempre es eterna."
    ),
    _qualtrics(5, "10", "", "Nada, todo excelente."),
    _qualtrics(6, "7", "", ""),
]
_QUALTRICS_SAID = (
    Said("La asesora fue grosera, y no resolvió nada.", "R_4xYz#*", "2025-03-04T10:12:00",
         context=("razón principal",), extra={"nps": "2"}),
    Said("La fila; siempre es eterna.", "R_4xYz#*", "2025-03-04T10:12:00",
         context=("podríamos mejorar",), extra={"nps": "2"}),
    Said("Nada, todo excelente.", "R_5xYz#*", "2025-03-05T10:12:00",
         context=("podríamos mejorar",), extra={"nps": "10"}),
    Aside("rating_only|empty_text", "R_6xYz*"),
)  # fmt: skip
_LEGACY = """
V1,V2,V3,V4,V5,V6,V7,V8,V9,V10,Q1,Q2,LocationLatitude,LocationLongitude,LocationAccuracy,
ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status,StartDate,EndDate,\
Finished,¿Qué tan satisfecho está con el servicio? (1 a 5),Cuéntenos por qué.,LocationLatitude,\
LocationLongitude,LocationAccuracy,
R_2AbC,Default Response Set,Anonymous,,,,0,2017-07-18 08:28:09,2017-07-18 08:29:48,1,2,"El técnico \
nunca llegó, perdí el día.",4.6,-74.1,-1,
R_2AbD,Default Response Set,Anonymous,,,,0,2017-07-19 09:00:00,2017-07-19 09:01:00,1,5,\
Muy puntuales.,4.6,-74.1,-1,
"""

_MONKEY = [
    ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address",
     "First Name", "Last Name", "Custom Data 1",
     "¿Qué tan probable es que recomiende nuestra clínica\na un amigo o familiar?",
     "¿Qué servicios usó? Marque todos, por favor.", "", "",
     "¿Qué fue lo que menos le gustó, y por qué?", "¿Algo más que quiera contarnos?"],
    ["", "", "", "", "", "", "", "", "", "Response", "Urgencias", "Laboratorio", "Otro (indique)",
     "Open-Ended Response", "Open-Ended Response"],
    ["118400001", "445", "03/04/2025 10:10:00 AM", "03/04/2025 10:12:00 AM", "", "", "", "", "Cali",
     "3", "Urgencias", "", "", "Cinco horas en urgencias con fiebre, nadie informaba.",
     "El vigilante sí fue amable."],
    ["118400002", "445", "03/25/2025 02:00:00 PM", "03/25/2025 02:03:00 PM", "", "", "", "", "Buga",
     "9", "", "Laboratorio", "", "", "Me trataron muy bien 😊"],
    ["118400003", "445", "03/26/2025 02:00:00 PM", "03/26/2025 02:03:00 PM", "", "", "", "", "",
     "8", "", "", "", "", ""],
]  # fmt: skip
_MONKEY_SAID = (
    Said("Cinco horas en urgencias con fiebre, nadie informaba.", "118400001#*",
         "2025-03-04T10:10:00|2025-03-04T10:12:00", context=("menos le gustó",),
         extra={"nps": "3"}, kept=("Cali", "Urgencias")),
    Said("El vigilante sí fue amable.", "118400001#*", context=("Algo más",), extra={"nps": "3"}),
    Said("Me trataron muy bien 😊", "118400002#*", "2025-03-25T14:00:00|2025-03-25T14:03:00",
         context=("Algo más",), extra={"nps": "9"}, kept=("Laboratorio",)),
    Aside("rating_only|empty_text", "118400003*"),
)  # fmt: skip

_TYPEFORM = """
#,¿Cómo te fue con tu pedido?,"Cuéntanos, {{answer_4711}}, ¿qué pasó?",¿Qué compraste?,\
¿Qué tan probable es que nos recomiendes?,Start Date (UTC),Submit Date (UTC),Network ID
0a1b2c3d4e5f60718293a4b5c6d7e8f9,Mal,"La torta llegó aplastada, el cumpleaños se dañó.",\
Torta / Velas,1,2025-03-04 15:10:00,2025-03-04 15:12:00,a1b2
1a1b2c3d4e5f60718293a4b5c6d7e8f9,Bien,Todo rico y a tiempo.,Galletas,10,2025-03-05 15:10:00,\
2025-03-05 15:12:00,c3d4
"""
_FORMS_ES = """
Marca temporal,Puntuación,¿En qué sede le atendieron?,¿Cómo califica la atención? [1 a 5],\
¿Qué le gustó de la atención?,¿Qué debemos mejorar?
4/3/2025 10:12:33,,Chapinero,2,,"La recepcionista nos dejó esperando, una hora."
25/3/2025 9:05:10,,Suba,5,La doctora explica con paciencia.,Los baños.
"""
_FORMS_PT = """
Carimbo de data/hora,"De 0 a 10, quanto você recomendaria nossa escola?",\
Por que você deu essa nota?
04/03/2025 10:12:33,3,"Os boletos chegam atrasados, e a secretaria não responde."
25/03/2025 19:40:00,10,Professores maravilhosos ❤️
"""
_MICROSOFT = [
    ["ID", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre",
     "¿Qué tan satisfecho está con la mesa de ayuda?", "¿Por qué?"],
    [1, datetime(2025, 3, 4, 10, 10), datetime(2025, 3, 4, 10, 12), "anonymous", "", 1,
     "Cerraron mi caso sin arreglar la impresora."],
    [2, datetime(2025, 3, 25, 8, 0), datetime(2025, 3, 25, 8, 2), "anonymous", "", 5,
     "Rápidos y claros."],
]  # fmt: skip
_FORMS_EN = """
Timestamp,"How likely are you to recommend us, from 0 to 10?",What is the main reason?
3/4/2025 10:12:33,1,"Support kept me on hold for an hour, then hung up."
3/25/2025 9:05:10,9,Great app.
"""
_MICROSOFT_EN = [
    ["ID", "Start time", "Completion time", "Email", "Name",
     "How satisfied are you with the store? (1-5)", "What could we do better?"],
    [1, datetime(2025, 3, 4, 10, 10), datetime(2025, 3, 4, 10, 12), "anonymous", "", 2,
     "The lines. Only one register was open."],
]  # fmt: skip
_NPS = """
id_encuesta;fecha;segmento;nps;comentario
E-1;04/03/2025;Hogar;0;Me cambiaron el plan sin preguntar.
E-2;25/03/2025;Pyme;9;"Buen servicio; sigan así."
E-3;26/03/2025;Pyme;8;
"""
_CSAT = """
Response ID,Response date,CSAT (1-5),Comment
c-1,2025-03-04,1,"Chat closed on me, twice."
c-2,2025-03-05,5,Quick and kind.
"""
_CES = """
ID,Fecha,CES,"¿Qué hizo difícil su trámite?"
s-1,2025-03-04,2,"Tuve que ir a tres oficinas distintas, y volver a empezar."
s-2,2025-03-05,7,"Nada, fue por la app."
"""
_ANSWER = """
Fecha,Sede,Puntaje,Respuesta
2025-03-04,Norte,2,"Los vestidores estaban sucios, y faltaba mi talla."
2025-03-25,Sur,5,Las vendedoras son un amor.
"""


ANIMALS = (
    Animal("qualtrics.csv",
           lambda: delimited(QUALTRICS, bom=codecs.BOM_UTF8), _QUALTRICS_SAID, source=SOURCE,
           kind="qualtrics", named=("Qualtrics",), name="Qualtrics: three header rows"),
    Animal("encuesta_qualtrics.tsv",
           lambda: delimited(QUALTRICS, "\t", encoding="utf-16-le", bom=codecs.BOM_UTF16_LE),
           _QUALTRICS_SAID, source=SOURCE, kind="qualtrics", named=("Qualtrics",),
           encoding="UTF-16LE|UTF-16", name="Qualtrics: TSV in UTF-16"),
    Animal("qualtrics_legacy.csv", lambda: text(_LEGACY, "utf-8-sig"), (
        Said("El técnico nunca llegó, perdí el día.", "R_2AbC*",
             "2017-07-18T08:28:09|2017-07-18T08:29:48", extra={"csat": "2"},
             context=("Cuéntenos por qué",)),
        Said("Muy puntuales.", "R_2AbD*", "2017-07-19T09:00:00|2017-07-19T09:01:00",
             extra={"csat": "5"}),
    ), source=SOURCE, kind="qualtrics", named=("Qualtrics",), name="Qualtrics: legacy export"),
    Animal("surveymonkey.csv", lambda: delimited(_MONKEY), _MONKEY_SAID, source=SOURCE,
           kind="surveymonkey", named=("SurveyMonkey",), name="SurveyMonkey: CSV"),
    Animal("surveymonkey.xlsx", lambda: workbook({"Sheet": _MONKEY}), _MONKEY_SAID, source=SOURCE,
           kind="surveymonkey", named=("SurveyMonkey",), name="SurveyMonkey: XLSX"),
    Animal("typeform.csv", lambda: text(_TYPEFORM), (
        Said("La torta llegó aplastada, el cumpleaños se dañó.",
             "0a1b2c3d4e5f60718293a4b5c6d7e8f9*", "2025-03-04T15:12:00~+00:00",
             context=("qué pasó",), extra={"nps": "1"}, kept=("Mal", "Torta / Velas")),
        Said("Todo rico y a tiempo.", "1a1b2c3d4e5f60718293a4b5c6d7e8f9*",
             "2025-03-05T15:12:00~+00:00", extra={"nps": "10"}),
    ), source=SOURCE, kind="typeform", named=("Typeform",), name="Typeform"),
    Animal("Encuesta de atención (respuestas).csv", lambda: text(_FORMS_ES), (
        Said("La recepcionista nos dejó esperando, una hora.", at="2025-03-04T10:12:33",
             context=("debemos mejorar",), kept=("Chapinero",)),
        Said("La doctora explica con paciencia.", at="2025-03-25T09:05:10",
             context=("le gustó",), kept=("Suba",)),
        Said("Los baños.", at="2025-03-25T09:05:10", context=("debemos mejorar",)),
    ), source=SOURCE, kind="google_forms", named=("Google Forms",), name="Google Forms in Spanish"),
    Animal("respostas.csv", lambda: text(_FORMS_PT), (
        Said("Os boletos chegam atrasados, e a secretaria não responde.",
             at="2025-03-04T10:12:33", extra={"nps": "3"}, context=("Por que você",)),
        Said("Professores maravilhosos ❤️", at="2025-03-25T19:40:00", extra={"nps": "10"}),
    ), source=SOURCE, kind="google_forms", named=("Google Forms",),
        name="Google Forms in Portuguese"),
    Animal("mesa_de_ayuda.xlsx", lambda: workbook({"Hoja1": _MICROSOFT}), (
        Said("Cerraron mi caso sin arreglar la impresora.", "1*",
             "2025-03-04T10:10:00|2025-03-04T10:12:00", extra={"csat": "1"}, context=("Por qué",)),
        Said("Rápidos y claros.", "2*", "2025-03-25T08:00:00|2025-03-25T08:02:00",
             extra={"csat": "5"}),
    ), source=SOURCE, kind="microsoft_forms", named=("Microsoft Forms",), name="Microsoft Forms"),
    Animal("Customer survey.csv", lambda: text(_FORMS_EN), (
        Said("Support kept me on hold for an hour, then hung up.", at="2025-03-04T10:12:33",
             extra={"nps": "1"}, context=("main reason",)),
        Said("Great app.", at="2025-03-25T09:05:10", extra={"nps": "9"}),
    ), source=SOURCE, kind="google_forms", named=("Google Forms",),
        name="Google Forms in English, US dates"),
    Animal("store.xlsx", lambda: workbook({"Sheet1": _MICROSOFT_EN}), (
        Said("The lines. Only one register was open.", "1*",
             "2025-03-04T10:10:00|2025-03-04T10:12:00", extra={"csat": "2"},
             context=("do better",)),
    ), source=SOURCE, kind="microsoft_forms", named=("Microsoft Forms",),
        name="Microsoft Forms in English, with one answer"),
    Animal("nps.csv", lambda: text(_NPS), (
        Said("Me cambiaron el plan sin preguntar.", "E-1*", "2025-03-04T00:00:00",
             extra={"nps": "0", "segmento": "Hogar"}),
        Said("Buen servicio; sigan así.", "E-2*", "2025-03-25T00:00:00", extra={"nps": "9"}),
        Aside("rating_only", "E-3*"),
    ), source=SOURCE, kind="metrics", name="Any NPS survey"),
    Animal("csat.csv", lambda: text(_CSAT), (
        Said("Chat closed on me, twice.", "c-1*", "2025-03-04T00:00:00", 1.0, extra={"csat": "1"}),
        Said("Quick and kind.", "c-2*", "2025-03-05T00:00:00", 5.0, extra={"csat": "5"}),
    ), source=SOURCE, kind="metrics", name="Any CSAT survey"),
    Animal("ces.csv", lambda: text(_CES), (
        Said("Tuve que ir a tres oficinas distintas, y volver a empezar.", "s-1*",
             "2025-03-04T00:00:00", extra={"ces": "2"}, context=("difícil su trámite",)),
        Said("Nada, fue por la app.", "s-2*", "2025-03-05T00:00:00", extra={"ces": "7"}),
    ), source=SOURCE, kind="metrics", name="Any CES survey"),
    Animal("solo_respuesta.csv", lambda: text(_ANSWER), (
        Said("Los vestidores estaban sucios, y faltaba mi talla.", at="2025-03-04T00:00:00",
             score=2.0, extra={"Sede": "Norte"}),
        Said("Las vendedoras son un amor.", at="2025-03-25T00:00:00", score=5.0),
    ), source=SOURCE, kind="metrics", mapping={"text": "Respuesta"},
        name="A survey whose only text is called 'Respuesta'"),
)  # fmt: skip

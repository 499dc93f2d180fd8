"""Names that exports in Spanish, Portuguese and English give to the fields of a message."""

from __future__ import annotations

import re
from functools import lru_cache

from vocmine.accents import without_accents

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SALESFORCE_CUSTOM = re.compile(r"__c$", re.IGNORECASE)
_NESTING = re.compile(r"\.(?=\S)")


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A header without case, accents and punctuation: `Descripción_Queja` is `descripcion queja`.

    `camelCase` is cut into words, so that `createdAt` and `created_at` are the same name.
    """
    spaced = _CAMEL.sub(" ", _SALESFORCE_CUSTOM.sub("", header.strip()))
    return _NOT_WORD.sub(" ", without_accents(spaced).lower()).strip()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in re.split(r"[|\n]", text) if (name := plain(part)))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALIASES: dict[str, tuple[str, ...]] = {
    "text": _names("""
        texto_queja|descripcion de la queja|descripcion del reclamo|descripcion de los hechos
        descripcion de la solicitud|descripcion pqrs|descripcion pqrsd|descripcion peticion
        descripcion solicitud|descripcion del caso|descripcion del problema|descripcion
        description_text|plain_body|description|descricao da reclamacao|descricao|hechos
        relato de los hechos|relato|detalle de la queja|detalle del reclamo
        detalle de la solicitud|detalle|review_text|review content|review body
        texto de la resena|texto de la opinion|resena|review|texto|text|texto del mensaje
        texto comentario|comentario del cliente|comentarios del cliente|comentario|comentarios
        comentario do cliente|customer comment|customer feedback|comment text|comment|comments
        opinion|opiniones|opiniao|avaliacao texto|content|contenido|conteudo|body_text|body
        cuerpo|cuerpo del mensaje|corpo|mensaje|mensaje del cliente|message|message text
        mensagem|queja|reclamo|reclamacion|reclamacao|queixa|complaint|complaint text
        consumer complaint narrative|peticion|solicitud|solicitacao|verbatim|verbatims
        verbatim cliente|feedback|respuesta abierta|open ended response|observacion
        observaciones|observacao|observacoes|detalles|detalhes|narrative|full_text|tweet
        tweet text|caption|post|publicacion|manifestacion|manifestacao|inconformidad|sugerencia
        property_content|source_body|frase|cuentanos
    """),
    "title": _names("""
        asunto|subject|assunto|titulo|title|review_title|titulo de la resena|headline|summary
        resumen|resumo|encabezado|property_subject|source_subject|short description
    """),
    "external_id": _names("""
        numero_radicado
        numero de radicado|numero de radicacion|no radicado|nro radicado
        num radicado|nro pqr|no pqr|num pqr|radicado|radicacion|id radicado|codigo_queja
        codigo de la queja
        numero de caso|numero caso|nro caso|case number|case id|caso|id caso|ticket id
        ticket number|ticket no|ticket|numero de ticket|id ticket|issue key|key|folio
        quejasfolio|quejas folio|numero de folio|protocolo|numero do protocolo|consecutivo|cun
        id pqrs|id pqr|numero pqrs|numero pqr|review_id|review link|comment id|message id
        tweet id|response id|respondent id|id de respuesta|external_id|id
        id queja|id reclamo|id solicitud|numero de solicitud|numero de queja|id resena|id opinion
        id comentario|id encuesta|id mensaje|id registro|id respuesta|identificador
        record id|numero|number|no|nro|sys_id|uuid|guid|codigo|token
    """),
    "created_at": _names("""
        fecha_radicacion|fecha de radicacion|fecha de radicado|fecha radicado
        f radicacion|fec radicado|fec radicacion|fecha_solicitud
        fecha de solicitud|fecha de la solicitud|fecha de la queja|fecha queja|fecha_creacion
        fecha de creacion|fecha de recepcion|fecha recepcion|quejas fec recepcion
        quejasfecrecepcion|fecha de ingreso|fecha ingreso|fecha de registro|fecha registro
        fecha y hora|fecha hora|review submit date and time|created_at|created time|created date
        date created|creation date|created on|created|date time opened|opened at|sys created on
        create time|submitted at|submit date|submit date utc|submission date|recorded date
        start date|marca temporal|timestamp|published_date|published at|fecha publicacion
        fecha de publicacion|review date|fecha de la resena|fecha resena|fecha comentario
        fecha encuesta|fecha del evento|fecha apertura|fecha de apertura|fecha inicio|fecha|date
        data|data de criacao|data criacao|data da reclamacao|data de abertura|data abertura
        data registro|data do registro|carimbo de data hora|datetime|dia|at|time
        property_createdate|solicitado|updated
    """),
    "channel": _names("""
        canal|canal de recepcion|canal de ingreso|canal de atencion|canal_cod|medio_recepcion
        medio de recepcion|quejas medio|quejasmedio|medio de ingreso|pqr_canal|channel
        via channel|via|case origin|origin|source|origen|origem|fuente|fonte|medio|plataforma
        platform
    """),
    "author": _names("""
        author|autor|nombre del cliente|nombre cliente|cliente|nombre del peticionario
        peticionario|nombre del usuario|nombre usuario|usuario|user name|username|reviewer
        reviewer display name|reviewer nickname|author name|nombres|nombre|nombre completo
        full name|customer name|contact name|customer|solicitante|requester|requester name|reporter
        supplied name|web name|nome|nome do cliente|nickname|screen name|consumer display name
    """),
    "country": _names("""
        country|country code|pais|codigo_pais|codigo pais|cod pais|territory|storefront
        pais de residencia|reviewer country
    """),
    "score": _names("""
        star_rating|estrellas|estrelas|stars|rating|calificacion|puntuacion|puntaje|valoracion
        score|review rating|review score|overall rating|overall|nota|note|avaliacao
        classificacao|im rating|rate|satisfaccion|nivel de satisfaccion|satisfaction score
        satisfaction rating score|csat|nps|nps score|conversation rating value
    """),
}
"""Field of `Message` to the plain names of columns that hold it, best name first."""

CONTEXT_NAMES = _names("""
        respuesta|respuesta entidad|respuesta de la entidad|respuesta final|respuesta al cliente
        respuesta enviada|respuesta dada|quejas respuesta|quejasrespuesta
        documentacion rta final|resposta|resposta da empresa|response|reply|agent reply
        company reply text|developer reply text|developer response|respuesta del desarrollador
        review reply comment|owner response|respuesta del propietario|resolution notes
        close notes|solucion|internal comments|comentarios internos|notas internas
        observaciones internas|observaciones del agente|notas del agente
    """)
"""Plain names of columns with words of the company or its agents."""

BARE_ANSWERS = frozenset(_names("respuesta|respuestas|resposta|response|answer|tu respuesta"))
"""Names of the company's answer, and in a survey of the customer's."""

ALSO_OF_AGENTS = frozenset(_names("observacion|observaciones|observacao|observacoes"))
"""Names of the text that agents use for their notes as much as customers for their words."""

TEXT_STEMS = (
    "descripcion", "description", "descricao", "texto", "text", "comentario", "comentarios",
    "comment", "comments", "opinion", "resena", "mensaje", "message", "mensagem", "hechos",
    "relato", "detalle", "queja", "reclamo", "reclamacao", "observacion", "observaciones",
    "verbatim", "feedback", "contenido", "content", "body", "sugerencia", "sugerencias", "review",
    "inquietud", "inquietudes", "inconformidad", "manifestacion", "peticion", "experiencia",
    "cuentanos", "cuentenos", "porque",
)  # fmt: skip
"""Words that make a longer header (`¿Qué comentario nos dejas?`) a candidate for the text."""

NOT_TEXT_WORDS = _words("""
    tipo type tipologia categoria category subcategoria fecha
    date data hora time estado status id ids codigo cod code numero number num nro no
    count cantidad total canal channel motivo macromotivo url link lang language idioma
    producto product articulo item sku score rating length longitud likes
    dislikes votes autor author nombre name usuario user email correo telefono title
    titulo subject asunto updated version device dependencia area direccion
    topics sentiment label etiqueta project clase class servicio sla prioridad
    priority nivel
""")
"""Words that make a header something other than the customer's text, whatever else it says."""


def last_part(header: str) -> str:
    """The last part of a nested name, plain: `body` of `attributes.body` and `body.label`.

    A dot before a space abbreviates: `F. Radicación` is one name.
    """
    parts = [part for part in _NESTING.split(header) if part]
    if len(parts) > 1 and parts[-1] in {"label", "value"}:
        parts = parts[:-1]
    return plain(parts[-1]) if parts else ""


_KNOWN = frozenset(name for names in ALIASES.values() for name in names) | frozenset(CONTEXT_NAMES)
_KNOWN_OTHER = _words("""
    status estado type tipo priority prioridad tags dependencia ciudad city municipio
    departamento producto product categoria category agent agente email correo telefono
    phone language idioma lang asignado assignee group grupo motivo
""")


def is_known_header(header: str) -> bool:
    """Whether a cell is a column name that exports are known to use."""
    name = plain(header)
    return name in _KNOWN or name in _KNOWN_OTHER or last_part(header) in _KNOWN

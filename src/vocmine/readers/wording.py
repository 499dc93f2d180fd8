"""What the words of a header say when it is none of the names that exports are known to use.

Exports name their columns with a small grammar: `Fecha` + `PQR`, `Nro.` + `caso`, `Comentarios` +
`del asesor`. Reading it finds columns that no list of names foresees.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Sequence


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CUSTOMER = _set("""
    cliente clientes usuario usuaria usuarios ciudadano ciudadana ciudadanos peticionario
    peticionaria paciente pacientes afiliado afiliada suscriptor consumidor huesped huespedes
    comprador pasajero estudiante solicitante reclamante quejoso denunciante encuestado cidadao
    hospede usuarios assinante customer customers user consumer guest patient reviewer respondent
""")
_ANSWER = _set("respuesta respuestas rta resposta respostas response responses reply replies")
_COMPANY = _ANSWER | _set("""
    asesor asesora asesores agente agentes agent gestion gestiones gestor gestores solucion cierre
    funcionario funcionaria operador operadora analista seguimiento resolucion tecnico diagnostico
    interno interna internos internas privado privada privados contestacion atendente solucao
    encerramento fechamento acompanhamento resolucao internal private resolution staff closing
    accion acciones perito decision
""")
_ABOUT = _set("sobre contra acerca about against regarding")
_TO = _set("al a ao aos to para")
_OF = _set("de del la el los las lo do da dos das of the y e o en")

_DATE = _set("fecha fec fech fch f date data dt")
_NUMBER = _set("numero nro num no nr n id codigo cod code number consecutivo folio")
_FILE_NUMBER = _set("radicado radicacion folio protocolo consecutivo")
_FILED = _set("""
    radicado radicacion pqr pqrs pqrsd pqrsf pqrd queja reclamo reclamacion solicitud peticion caso
    ticket requerimiento incidente incidencia novedad encuesta opinion resena comentario mensaje
    consulta felicitacion sugerencia denuncia conversacion chat interaccion reclamacao solicitacao
    chamado manifestacao ocorrencia protocolo complaint request case survey review message incident
""")
_FILING = _FILED | _set("""
    registro registrado registrada recepcion recibido recibida recibo ingreso creacion creado creada
    apertura envio enviado enviada reporte reportado publicacion publicado diligenciamiento captura
    abertura criacao recebimento submission submitted sent received creation created opened posted
""")
_TIME = _set("hora time")
_LATER = _ANSWER | _set("""
    cierre cerrado cerrada cierra nacimiento vencimiento vence limite solucion solucionado resuelto
    resolucion actualizacion actualizado modificacion modificado compromiso estimada fin
    fechamento encerramento nascimento atualizacao closed close closing due birth updated modified
    resolved resolution solved expiration expiry
""")

_RATING = _set("""
    calificacion califica calificas calificaria calificarias calificar puntuacion puntua puntaje
    valoracion valora nota estrellas rating rate score nps csat ces satisfaccion satisfecho
    satisfecha recomiende recomendaria recomendarias recomendar recomiendes probable stars
    avaliacao avalia estrelas recommend likely satisfied
""")
_QUESTION = _set("""
    que como cual por porque cuentanos cuentenos cuentame dejanos dejenos dinos diganos what how
    why tell describe describa conte
""")
_INVITES = re.compile(
    r"\b(?:por ?que(?! (?:canal|medio|via)\b)|porque|cuenta(?:nos|me)|cuentenos"
    r"|dejanos|dejenos|dinos|diganos|comentarios?|comentas|sugerencias?|sugieres?|sugeriria\w*|opinas?|opinion(?:es)?|mejor(?:ar|aria|es)\w*"
    r"|explica\w*|explique\w*|describ\w+|descreva|observacion(?:es)?|algo mas|texto? libre"
    r"|que (?:fue lo que )?(?:mas|menos|no) te gusto|que (?:podriamos|podemos|debemos|cambiarias"
    r"|cambiaria|te gusto|le gusto)|en (?:sus|tus) palabras|respuesta abierta|verbatim"
    r"|why|tell us|comments?|suggest\w*|feedback|explain|improve|anything else|free text"
    r"|what (?:could|can|should|would|did|do|else)|open ended|in your own words"
    r"|conte|deixe|comentarios|sugest\w+|melhorar|o que (?:voce|mais|podemos|poderiamos)|opiniao"
    r"|(?:motivo|razon|razones|causa|reason|razao)\b.*\b"
    r"(?:calificacion|puntaje|puntuacion|nota|respuesta|valoracion|score|rating|answer|avaliacao))\b"
)
_OFFERS = re.compile(
    r"^(?:en|em|on|de|del|da)? ?(?:cual|cuales|cuant[oa]s?|cuando|donde|con que frecuencia|que tan"
    r"|escala|una escala|uma escala|a scale|selecciona\w*|seleccione|marque|marca|elige|elija"
    r"|escoja|indique|how (?:often|many|likely|satisfied|easy|much)|which|select|choose|when|where"
    r"|quantas?|quantos|qual|quais|quando|onde|quao|com que frequencia)\b"
)
_SPECIFIES = re.compile(
    r"\b(?:otr[oa]s?|other|outr[oa]s?)(?: (?:cual|which|qual|text|texto|opcion))?$"
    r"|\bespecifi(?:que|ca|car|quem?)\b|\bspecify\b"
)
_NOTE = re.compile(
    r"(?:ya )?se (?:le |les |lo |la |los |las |ha |han )?(?:remit|traslad|escal|respond|dio\b|da\b"
    r"|envi|cierr|cerr|contact|inform|verific|valid|asign|gestion|radic|notific|procede|procedio"
    r"|adjunt|orient|reasign|direccion|redireccion|solucion|resolv|resuelv|atend|atiend|comunic"
    r"|realiz|brind|llam)"
    r"|(?:caso|ticket|pqrs?|radicado|solicitud) (?:cerrad|escalad|asignad|remitid|resuelt|atendid)"
    r"|(?:remitid|trasladad|escalad|asignad|cerrad|reasignad|gestionad|respondid|encaminhad"
    r"|resolvid|notificad|finalizad|atendid)[oa]\b"
    r"|pendiente (?:por|de)\b|en (?:tramite|gestion|proceso)\b"
    r"|(?:forwarded|escalated|assigned|resolved|called (?:the )?(?:customer|client)|closed)\b"
)
_REMARK = re.compile(r"\([^()]*\)")
_CUSTOMERS_ANSWER = re.compile(
    rf"(?:{'|'.join(sorted(_ANSWER))}) (?:del|de la|de los|do|da|dos|of the) "
    rf"(?:{'|'.join(sorted(_CUSTOMER))})\b"
)


def speaker(header: str) -> Literal["customer", "company", ""]:
    """Whose words a header says its column holds: who is named first.

    `Opinión del cliente sobre el asesor` is the customer's, `Observaciones del agente a la queja
    del cliente` and `Mensaje al cliente` are the company's.
    """
    name = plain(header)
    if asks(header) or _CUSTOMERS_ANSWER.match(name):
        return "customer"
    words = name.split()
    for before, word in zip(["", *words], words, strict=False):
        if word in _ABOUT:
            return "customer"
        if word in _CUSTOMER:
            return "company" if before in _TO else "customer"
        if word in _COMPANY:
            return "company"
    return ""


def reads_like_agents(cells: Sequence[str]) -> bool:
    """Whether half of the cells or more begin as agents write what was done with a case.

    `Se remite a facturación`, `Pendiente por validar`, `Encaminhado ao setor`, `Called customer`.
    What an agent writes down of a customer (`Usuario manifiesta que…`) is the customer's.
    """
    noted = sum(bool(_NOTE.match(plain(cell[:200]))) for cell in cells)
    return noted > 0 and noted * 2 >= len(cells)


def without_customer(header: str) -> str:
    """The plain header without the customer at its end: `peticion` of `Petición del usuario`.

    Remarks in brackets go too: `comentarios` of `Comentarios (opcional)`.
    """
    words = plain(_REMARK.sub(" ", header)).split()
    if len(words) < 2 or words[-1] not in _CUSTOMER or words[-2] in _TO:
        return " ".join(words)
    words.pop()
    while len(words) > 1 and words[-1] in _OF:
        words.pop()
    return " ".join(words)


def names_date(header: str) -> bool:
    """Whether a header says that it is a date, of whatever: `Fecha de compra`, `Data envio`."""
    words = _content_words(header)
    return bool(_DATE & words - {"data"}) or plain(header).startswith(("data ", "dt "))


def dates_filing(header: str) -> bool:
    """Whether a header says when something was filed, and nothing else: `Fecha PQR`, `Creado`."""
    words = _content_words(header)
    return words <= _DATE | _TIME | _FILING and bool(words & _FILING)


def dates_answer(header: str) -> bool:
    """Whether a header is the date of an answer, which in a survey is the customer's."""
    words = _content_words(header)
    return names_date(header) and words <= _DATE | _ANSWER and bool(words & _ANSWER)


def dates_something_later(header: str) -> bool:
    """Whether a header is a date on which nobody wrote: of closing, of birth, a deadline."""
    return bool(_content_words(header) & _LATER)


def numbers_filing(header: str) -> bool:
    """Whether a header is the number of what was filed: `Nro. PQR`, `Queja`, `Radicado Orfeo`."""
    words = _content_words(header)
    first = plain(header).split(" ", 1)[0]
    return first in _FILE_NUMBER or (bool(words & _FILED) and words <= _NUMBER | _FILED)


def rates(header: str) -> bool:
    """Whether a header asks for or names a rating: `Calificación 1 a 10`."""
    return bool(_content_words(header) & _RATING)


def asks(header: str) -> bool:
    """Whether a header is a question, or invites to tell: `¿Qué mejoraría?`, `Cuéntanos más`."""
    return "?" in header or plain(header).split(" ", 1)[0] in _QUESTION


def invites(header: str) -> bool:
    """Whether a question invites to write: `¿Qué podríamos mejorar?`, `Motivo de tu puntaje`."""
    return bool(_INVITES.search(plain(header)))


def offers_options(header: str) -> bool:
    """Whether a question is one for which options are offered: `¿Con qué frecuencia…?`."""
    name = plain(header)
    return bool(_OFFERS.search(name) or _SPECIFIES.search(name)) and not invites(header)


def _content_words(header: str) -> frozenset[str]:
    return frozenset(plain(header).split()) - _OF

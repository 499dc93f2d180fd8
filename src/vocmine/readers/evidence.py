"""What the names of a table's columns say about where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_CASE_NAMES = frozenset(
    plain(name)
    for name in """
    radicado|numero radicado|numero de radicado|no radicado|nro radicado|fecha radicacion
    fecha de radicacion|fecha de radicado|tipo solicitud|tipo de solicitud|tipo pqr|tipo de pqr
    tipo pqrs|tipo de pqrs|tipo peticion|tipo de peticion|tipo|dependencia|area responsable
    medio recepcion|medio de recepcion|fecha respuesta|fecha de respuesta|fecha cierre
    fecha de cierre|codigo queja|texto queja|macro motivo cod|ente control|tutela|queja expres
    anexo queja|pqr canal|pqr tipopeticion|pqr estado|macromotivo|motivo general|riesgo vida
    quejas folio|quejas causa|quejas estatus|pretensiones|hechos|folio|protocolo
    estado|status|priority|prioridad|prioridade|agent|agente|assignee|asignado a|group|grupo
    requester|requester id|ticket id|ticket type|case number|case owner|case origin|case reason
    issue key|issue type|reporter|resolution|resolution status|resolved time|closed date|is closed
    owner id|solved at|assigned at|first response status|due by time|is escalated|escalated
    sla status|opened at|caller id value|assignment group value|property hs pipeline stage
    """.replace("\n", "|").split("|")
    if name.strip()
)
_REVIEW_WORDS = frozenset({"resena", "resenas", "review", "reviews", "opinion", "opiniones"})


def case_columns(columns: Iterable[str]) -> list[str]:
    """Columns that cases have and reviews have not: a file number, a status, an agent."""
    return [column for column in columns if plain(column) in _CASE_NAMES]


def review_columns(columns: Iterable[str]) -> list[str]:
    """Columns whose name says review: `Reseña`, `Review Text`, `opiniones`."""
    return [column for column in columns if _REVIEW_WORDS & set(plain(column).split())]

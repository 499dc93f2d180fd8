"""What the columns of an export say of a case: when it was answered, its kind, its area, its flags.

Common names (`closed_at`, `area`) come first, then the names that records in Spanish and Portuguese
give. Names are compared without accents, capitals and signs, and all columns are read in one pass.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from vocmine.clock.rules import DOCUMENTS
from vocmine.readers.aliases import plain
from vocmine.readers.dates import DateOrder, date_order, parse_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from vocmine.store.database import Store
    from vocmine.store.frame import Frame

COLUMNS = {
    "answered": "answered at|fecha respuesta|fecha de respuesta|fecha de la respuesta"
    "|data da resposta|data de resposta|response date",
    "closed": "closed at|fecha cierre|fecha de cierre|fecha solucion|fecha de solucion"
    "|data de encerramento|data de fechamento",
    "replied": "first reply at",
    "due": "due at|fecha vencimiento|fecha de vencimiento|fecha limite|fecha limite de respuesta",
    "status": "status|estado|estado solicitud|estado de la solicitud|estado pqrs|estado pqr"
    "|situacao",
    "closed_code": "estado cod",
    "type": "type|tipo solicitud|tipo de solicitud|tipo pqrs|tipo de pqrs|tipo pqrsd|tipo pqr"
    "|tipo de pqr|tipo peticion|tipo de peticion|tipo queja|pqr tipopeticion|tipo de manifestacao"
    "|tipo",
    "area": "area|dependencia|dependencia responsable|area responsable|department|group|grupo",
    "extended": "prorroga queja|prorroga|prorrogado|prorrogada|con prorroga|fecha prorroga"
    "|fecha de prorroga|ampliacion|ampliacion de terminos|ampliacion de termino|prorrogacao"
    "|extended",
    "transferred": "traslado|trasladado|trasladada|traslado por competencia|fecha traslado"
    "|fecha de traslado|transferred",
    "tutela": "tutela|accion de tutela",
    "regulator": "ente control|ente de control",
    "reply": "replica",
    "life": "riesgo vida|riesgo de vida|pqr riesgo vida",
}
"""What is read to the names of its columns, best first."""
DATES = ("answered", "closed", "replied", "due")
"""Those of `COLUMNS` that hold days."""

_RANK = {
    name: (field, rank)
    for field, names in COLUMNS.items()
    for rank, name in enumerate(names.split("|"))
}
_plain = lru_cache(maxsize=4096)(plain)

_SAMPLE = 5_000
"""Cells that tell whether dates begin with the day or the month."""
_CLOSED_CODE = "4"
"""`estado_cod` of the Superintendencia Financiera: closed."""
_YES = frozenset("si s yes y sim true verdadero x 1".split())
_NOT_APPLICABLE = frozenset("|no|n|nao|not|false|falso|0|2|99|na|n a|ninguno|no aplica".split("|"))
_DATE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}")

_OPEN_STATUS = re.compile(
    r"\b(?:abiert|abert|open|reopen|reabiert|reabert|pendi|pendente|nuev|novo|nova\b|new\b"
    r"|en (?:tramite|proceso|curso|gestion|estudio|espera|revision|analisis)|tramite\b|proceso\b"
    r"|em (?:andamento|analise|curso|espera|aberto)|asignad|radicad|recibid|escalad|aguardando"
    r"|in progress|on hold|hold\b|waiting|working|received|assigned|escalated|unresolved"
    r"|(?:no|sin|nao|not|un|sem|por) (?:\w+ )?(?:respuesta|respond|contest|resuel|resolv|resolu"
    r"|solucion|atend|cerra|fecha|encerra|answer|closed|resolved|solved|respost)"
    r"|(?:respuesta|resposta) (?:parcial|pendient|pendent|en )|parcial|suspendid|prorrogad|devuelt)"
)
_CLOSED_STATUS = re.compile(
    r"\b(?:cerrad|cierre\b|closed|resuelt|resolvid|resolved|solved|solucionad|finaliz|terminad"
    r"|contestad|respondid|atendid|concluid|encerrad|fechad|complet|answered|done\b|archivad"
    r"|(?:con )?respuesta|respuesta enviada|tramitad|desistid)"
)

_KINDS = {
    "grievance": r"quejas?\b|queixas?\b",
    "claim": r"reclam\w*|incidencias?\b",
    "suggestion": r"sugerencias?\b|sugesta\w*|sugesto\w*|suggestions?\b",
    "compliment": r"felicitacion\w*|elogios?\b|agradecimientos?\b|compliments?\b",
    "report": r"denuncias?\b",
    "inquiry": r"consultas?\b|inquir\w*",
    "petition": r"peticion\w*|solicitud\w*|solicitac\w*|peticao",
}
_KIND_WORDS = re.compile(
    r"\b(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items()) + ")"
)
_DOCUMENTS = re.compile(r"\b(?:documento|copia|informacion|informacao|expedicion)")


def read_columns(store: Store, frame: Frame) -> dict[str, list[str]]:
    """Text of each of `COLUMNS` for every message of a frame; empty where it has none."""
    found = {field: [""] * len(frame.messages) for field in COLUMNS}
    rows = store.conn.execute(
        "SELECT m.extra FROM json_each(?) AS k JOIN messages AS m ON m.id = k.value ORDER BY k.key",
        [json.dumps(frame.messages.id.tolist())],
    )
    for row, (extra,) in enumerate(rows):
        if extra == "{}":
            continue
        best: dict[str, int] = {}
        for name, value in json.loads(extra).items():
            field, rank = _RANK.get(_plain(name), ("", 0))
            if field and value not in (None, "") and rank < best.get(field, len(_RANK)):
                best[field] = rank
                found[field][row] = str(value).strip()
    return found


def read_dates(
    store: Store, frame: Frame, columns: Mapping[str, list[str]]
) -> dict[str, npt.NDArray[np.datetime64]]:
    """Days in each of `DATES` for every message of a frame, datetime64[D] (n,); NaT without one.

    Each export by itself: 03/04/2026 is read in the order that the user gave for it, else in the
    one that the column shows, else in that of the messages' own dates.
    """
    rows = store.conn.execute(
        "SELECT m.source_id FROM json_each(?) AS k JOIN messages AS m ON m.id = k.value "
        "ORDER BY k.key",
        [json.dumps(frame.messages.id.tolist())],
    )
    source = np.array([row[0] for row in rows], dtype=np.int64)
    found = {field: np.full(len(source), "NaT", dtype="datetime64[D]") for field in DATES}
    for key, reading in store.conn.execute("SELECT id, reading FROM sources"):
        order = _told(reading)
        own = np.flatnonzero(source == key)
        for field in DATES:
            found[field][own] = dates([columns[field][row] for row in own.tolist()], order)
    return found


def _told(reading: str) -> DateOrder:
    """How the dates of an export were read: `DateOrder.said` is kept with its reading."""
    said = str(json.loads(reading or "{}").get("dates", ""))
    return DateOrder(said.startswith("month"), said, strict=said.endswith("as asked"))


def dates(cells: list[str], told: DateOrder = DateOrder()) -> npt.NDArray[np.datetime64]:  # noqa: B008 - immutable
    """Days that the cells of one column hold, datetime64[D] (n,); NaT where there is none.

    Args:
        cells: Of one export.
        told: How its other dates are read: holds where the user gave it, or the column shows none.
    """
    shown = date_order(islice((cell for cell in cells if cell), _SAMPLE))
    unsure = not shown.said or (shown.doubt and told.said)
    order = told if told.strict or unsure else shown
    days = [_day(cell, order.month_first, order.strict) for cell in cells]
    return np.array(days, dtype="datetime64[D]")


@lru_cache(maxsize=1 << 16)
def _day(cell: str, month_first: bool, strict: bool) -> str:
    moment = parse_date(cell, month_first=month_first, strict=strict) if cell else None
    return moment.date().isoformat() if moment else "NaT"


@lru_cache(maxsize=4096)
def is_closed(status: str) -> bool | None:
    """Whether a status word says that a case is closed; None when it does not tell.

    The word that comes first decides: "Cerrado sin respuesta" is closed, "Sin respuesta" is open.
    """
    text = plain(status)
    opened, closed = _OPEN_STATUS.search(text), _CLOSED_STATUS.search(text)
    if opened and (not closed or opened.start() <= closed.start()):
        return False
    return True if closed else None


def closed_by_status(columns: Mapping[str, list[str]]) -> list[bool | None]:
    """For every message whether its status says that it is closed; None where it does not tell."""
    pairs = zip(columns["status"], columns["closed_code"], strict=True)
    return [code == _CLOSED_CODE if code else is_closed(status) for status, code in pairs]


@lru_cache(maxsize=4096)
def kind_of_type(cell: str) -> tuple[str, str]:
    """Code of `pqrs` that the export's own type names, and `documents` when it is about those.

    Both are empty when the type names no kind or several ("Queja o reclamo", "PQR").
    """
    text = plain(cell)
    kinds = {match.lastgroup or "" for match in _KIND_WORDS.finditer(text)}
    if len(kinds) > 1:
        kinds.discard("petition")  # "Petición de consulta", "Derecho de petición: queja"
    if len(kinds) != 1:
        return "", ""
    kind = kinds.pop()
    return kind, DOCUMENTS if kind == "petition" and _DOCUMENTS.search(text) else ""


@lru_cache(maxsize=4096)
def is_yes(cell: str) -> bool:
    """Whether a flag is set: a yes, or a date."""
    return plain(cell) in _YES or bool(_DATE.match(cell))


@lru_cache(maxsize=4096)
def is_named(cell: str) -> bool:
    """Whether a cell names something, and does not say that it does not apply."""
    return plain(cell) not in _NOT_APPLICABLE

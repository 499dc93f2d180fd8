"""Brands beside each other: a column of the export that names them, or names in the text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vocmine.comparison.groups import LEAST, compare_groups
from vocmine.comparison.rows import BrandFigure
from vocmine.priorities.quotes import quotes_of
from vocmine.proportions import wilson
from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.comparison.brand_list import BrandNames
    from vocmine.comparison.rows import GroupFigure
    from vocmine.priorities.rows import Quote
    from vocmine.store.database import Store
    from vocmine.store.frame import Flags, Frame, Ints

NAMED = "named"
"""Name of the column that names in the text make."""
QUOTES, _COMFORTABLE = 3, 70
_COLUMNS = frozenset(
    """
    marca marcas brand brands empresa compania company companhia entidad entidade operador operadora
    banco aerolinea aseguradora asegurador eps prestador proveedor fornecedor provider cadena
    razonsocial nombreentidad nombredelaentidad entidadvigilada nombreempresa nombredelaempresa
    nombremarca nombredelamarca
""".split()
)


def brand_column(store: Store) -> str:
    """The column of the exports that tells brands apart, or nothing when there is none.

    It is the most filled one of a name such as `Marca`, `Entidad vigilada` or `operador` that has
    two values or more.
    """
    rows = store.conn.execute(
        "SELECT j.key, count(*) AS n FROM messages AS m, json_each(m.extra) AS j "
        "WHERE m.skip_reason IS NULL AND j.value <> '' "
        "GROUP BY j.key HAVING count(DISTINCT j.value) > 1 ORDER BY n DESC, j.key"
    )
    return next((key for key, _ in rows if plain(key).replace(" ", "") in _COLUMNS), "")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where brands are named.

    Args:
        names: Of the brands, b of them.
        messages: bool (n, b): messages that name each, titles included.
        insights: bool (m, b): insights whose segment, which holds the quote, names each.
    """

    names: BrandNames
    messages: Flags
    insights: Flags


def mentions(store: Store, frame: Frame, names: BrandNames) -> Mentions:
    """Read the texts of a frame's messages for brands."""
    rows = store.conn.execute(
        "SELECT m.id, coalesce(m.title, '') || char(10) || m.text FROM json_each(?) AS k "
        "JOIN messages AS m ON m.id = k.value",
        [json.dumps(frame.messages.id.tolist())],
    )
    of_messages = _found(rows, frame.messages.id, names)
    near = np.any(of_messages, axis=1)[frame.insights.message]
    rows = store.conn.execute(
        "SELECT i.id, coalesce(substr(m.text, g.start + 1, g.end - g.start), i.quote) "
        "FROM json_each(?) AS k JOIN insights AS i ON i.id = k.value "
        "JOIN messages AS m ON m.id = i.message_id LEFT JOIN segments AS g ON g.id = i.segment_id",
        [json.dumps(frame.insights.id[near].tolist())],
    )
    order = np.argsort(frame.insights.id)
    of_insights = np.zeros((len(frame.insights), len(names.brands)), dtype=np.bool_)
    of_insights[order] = _found(rows, frame.insights.id[order], names)
    return Mentions(names, of_messages, of_insights)


def _found(rows: Iterable[tuple[int, str]], keys: Ints, names: BrandNames) -> Flags:
    """Rows of ascending `keys` whose text names each brand, bool (keys, brands)."""
    pairs = [(key, brand) for key, text in rows for brand in names.found(text)]
    found = np.zeros((len(keys), len(names.brands)), dtype=np.bool_)
    if pairs:
        key, brand = np.array(pairs, dtype=np.int64).T
        found[np.searchsorted(keys, key), brand] = True
    return found


def brand_figures(store: Store, frame: Frame, named: Mentions) -> list[BrandFigure]:
    """What is said of each brand that is named, our own first, then the most named."""
    i, leaving = frame.insights, frame.messages.churn
    alone = (named.insights.sum(axis=1) == 1) & i.judged
    found = []
    for place, brand in enumerate(named.names.brands):
        messages = int(named.messages[:, place].sum())
        if not messages:
            continue
        said = alone & named.insights[:, place]
        negative, positive = (
            int((said & (i.polarity < 0)).sum()),
            int((said & (i.polarity > 0)).sum()),
        )
        judged = negative + positive
        low, high = wilson(negative, judged) if judged else (None, None)
        found.append(
            BrandFigure(
                brand=brand.name,
                own=brand.own,
                messages=messages,
                share=messages / len(frame.messages),
                insights=int(said.sum()),
                negative=negative,
                positive=positive,
                share_negative=negative / judged if judged else None,
                low=low,
                high=high,
                leaving=int((named.messages[:, place] & leaving).sum()),
                quotes=_quotes(store, frame, said),
            )
        )
    return sorted(found, key=lambda row: (not row.own, -row.messages))


def _quotes(store: Store, frame: Frame, said: Flags) -> tuple[Quote, ...]:
    """Strong, sure and of a readable length, each of another message."""
    i = frame.insights
    rows = np.flatnonzero(said)
    odd = np.abs(i.length[rows] - _COMFORTABLE)
    sharpest = rows[np.lexsort((odd, -np.round(i.confidence[rows], 1), -np.abs(i.polarity[rows])))]
    _, first = np.unique(i.message[sharpest], return_index=True)
    keys = i.id[sharpest[np.sort(first)[:QUOTES]]].tolist()
    found = quotes_of(store, keys)
    return tuple(found[key] for key in keys)


def compare_brands(
    frame: Frame, named: Mentions, *, figures: Sequence[str] = (), least: int = LEAST
) -> list[GroupFigure]:
    """The messages that name a brand beside those that do not, for each brand named enough."""
    enough = np.flatnonzero(named.messages.sum(axis=0) >= least)
    return compare_groups(
        frame,
        NAMED,
        [named.names.brands[place].name for place in enough.tolist()],
        named.messages[:, enough],
        within=np.ones(len(frame.messages), dtype=np.bool_),
        figures=figures,
        least=least,
    )

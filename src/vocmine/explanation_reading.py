"""Why stored insights have their labels: the words that weighed most, from texts in the store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vocmine.explanation import explain
from vocmine.segmentation import Segments
from vocmine.store.reading import INSIGHT_ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.explanation import Reader
    from vocmine.models import Model
    from vocmine.store.database import Store
    from vocmine.store.reading import Filter

TASKS = ("polarity", "friction", "stage", "pyramid", "touchpoint")
"""Labels of an insight that can be explained; its phase follows from its stage."""
NOTHING = frozenset({"none", "unknown"})
"""Labels that say that something is not there: no word speaks for them."""
WINDOW = 64
"""Insights to explain in one call."""
_ANALYZERS = {"polarity": "sentiment", "friction": "friction"}
"""Whose label it is; the others are of insight assembly itself."""


class Found(NamedTuple):
    """Why some insights have their labels.

    Args:
        words: Id of an insight to its rows, one for each word, the heaviest of each label first:
            `label_set`, `label`, `by` (`model` or `person`), `word`, `start`, `end` (characters
            of the message) and `weight`. A label that a person gave has one row, without word.
        others: Ids of insights of which some label is not this model's.
        left_out: Words of very long clauses that were not tried.
    """

    words: dict[int, list[dict[str, Any]]]
    others: set[int]
    left_out: int


def model_of(store: Store) -> Model:
    """The model of the store's newest run, as it is installed now.

    Raises:
        UsageError: It is not installed any more, or its encoder's plugin is not.
        ModelError: It is altered, or made for another version of vocmine.
    """
    from vocmine.models import DEFAULT, load_model
    from vocmine.plugins import load_plugins
    from vocmine.runtime import BUILT_IN_ENCODER

    newest = store.conn.execute("SELECT options FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    asked = json.loads(newest[0]) if newest else {}
    encoder = asked.get("encoder") or BUILT_IN_ENCODER
    own = None if encoder == BUILT_IN_ENCODER else load_plugins().get("encoder", encoder).create()
    return load_model(asked.get("model") or DEFAULT, encoder=own)


def insight_ids(store: Store, chosen: Filter) -> list[int]:
    """Ids of the insights that pass a filter, in the order of `insight_rows`."""
    where, values = chosen.where()
    rows = store.conn.execute(
        "SELECT i.id FROM insights AS i JOIN messages AS m ON m.id = i.message_id "
        f"JOIN sources AS s ON s.id = m.source_id WHERE {where} ORDER BY {INSIGHT_ORDER}",
        values,
    )
    return [row[0] for row in rows]


def words_of(
    store: Store, model: Reader, ids: Sequence[int], tasks: Sequence[str] = TASKS
) -> Found:
    """The weight of every word of some insights for each of their labels.

    Args:
        store: Holds the texts; no other file is needed.
        model: The one that gave the labels, as `model_of` finds it.
        ids: Insights; a few dozen at a time.
        tasks: Some of `TASKS`. Labels in `NOTHING` are left out.
    """
    rows = _rows(store, ids)
    people = _by_people(store, rows)
    labels: dict[str, list[Any]] = {task: [] for task in tasks}
    for row in rows:
        for task in tasks:
            by_person = task in people.get(row["id"], ())
            known = row[task] in model.heads.labels(task) and row[task] not in NOTHING
            labels[task].append(row[task] if known and not by_person else None)
    spans = [(place, row["first"], row["last"]) for place, row in enumerate(rows)]
    cut = Segments(*np.asarray(spans, dtype=np.int32).reshape(-1, 3).T)
    found = explain(model, [row["text"] for row in rows], cut, labels)
    words: dict[int, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    for task, place, code, start, end, weight in zip(*found[:6], strict=True):
        word = rows[place]["text"][start:end]
        words[rows[place]["id"]].append(
            _word(task, code, word, int(start), int(end), round(float(weight), 2))
        )
    for row in rows:
        for task in people.get(row["id"], set()).intersection(tasks):
            words[row["id"]].append(_word(task, row[task], None, None, None, None))
        words[row["id"]].sort(key=lambda w: (tasks.index(w["label_set"]), -(w["weight"] or 0.0)))
    return Found(words, _others(store, model, ids, tasks), found.left_out)


def _word(
    task: str, code: Any, word: str | None, start: int | None, end: int | None, weight: float | None
) -> dict[str, Any]:
    by = "person" if word is None else "model"
    places = {"word": word, "start": start, "end": end, "weight": weight}
    return {"label_set": task, "label": code, "by": by, **places}


def _rows(store: Store, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Labels of insights, the text of their message and the span of the clause that was read."""
    cursor = store.conn.execute(
        f"SELECT i.id, m.text, g.start AS first, g.end AS last, "
        f"{', '.join(f'i.{task}' for task in TASKS)} FROM json_each(?) AS j "
        "JOIN insights AS i ON i.id = j.value JOIN messages AS m ON m.id = i.message_id "
        "JOIN segments AS g ON g.id = i.segment_id ORDER BY i.id",
        [json.dumps(list(ids))],
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _by_people(store: Store, rows: Sequence[dict[str, Any]]) -> dict[int, set[str]]:
    """Id of an insight to the labels in which it differs from what the model said of it."""
    ids = json.dumps([row["id"] for row in rows])
    said: dict[int, dict[str, Any]] = {}
    corrected = []
    for key, content in store.conn.execute(
        "SELECT i.id, p.content FROM json_each(?) AS j JOIN insights AS i ON i.id = j.value "
        "JOIN predictions AS p ON p.message_id = i.message_id WHERE i.corrected",
        [ids],
    ):
        corrected.append(key)
        said |= {insight["id"]: insight for insight in json.loads(content)["insights"]}
    labels = {row["id"]: row for row in rows}
    return {
        # All labels of an insight that a person added are that person's.
        key: {task for task in TASKS if said.get(key, {}).get(task) != labels[key][task]}
        for key in corrected
    }


def _others(store: Store, model: Reader, ids: Sequence[int], tasks: Sequence[str]) -> set[int]:
    """Insights of which some label is not known to be this model's."""
    from vocmine.pipeline import INSIGHT

    analyzers = sorted({_ANALYZERS.get(task, INSIGHT) for task in tasks})
    rows = store.conn.execute(
        "SELECT DISTINCT i.id FROM json_each(?) AS j JOIN insights AS i ON i.id = j.value "
        "JOIN json_each(?) AS k LEFT JOIN analysed AS a "
        "ON a.message_id = i.message_id AND a.analyzer = k.value "
        "LEFT JOIN analyses AS x ON x.id = a.analysis_id WHERE x.model_sha256 IS NOT ?",
        [json.dumps(list(ids)), json.dumps(analyzers), model.heads.fingerprint],
    )
    return {row[0] for row in rows}

"""`vocmine insights`: what customers say, quote by quote."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.options import db_option, filter_options, format_option, lang_option
from vocmine.cli.selection import (
    LOOSEN,
    Cut,
    chosen_filter,
    open_store,
    rows_at_most,
    rows_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vocmine.store import Store

ROWS = 30
COLUMNS = ("external_id", "quote", "polarity", "friction", "stage", "pyramid", "touchpoint")
ALL = "all"
SHOWN_WORDS = 3
LEAST_WEIGHT = 0.1
"""Words of a label in a table: how many, and from which weight on."""
_LABELS = ("polarity", "friction", "stage", "pyramid", "touchpoint")
_BY_A_PERSON = {"es": "corregido por una persona", "pt": "corrigido por uma pessoa"}


@click.command(
    epilog="""\b
Examples:
  vocmine insights
  vocmine insights --friction billing --polarity negative --limit 0
  vocmine insights --friction billing --why friction
  vocmine insights --why --limit 5 --format jsonl
  vocmine insights --phase before --since 2026-01-01 --format csv > antes.csv
  vocmine insights --format jsonl | head -1

Codes of friction, stage, phase, pyramid and touchpoint: a wrong one lists those there are."""
)
@filter_options
@click.option(
    "--why",
    type=click.Choice((ALL, *_LABELS)),
    is_flag=False,
    flag_value=ALL,
    help="Add the words that weighed most for this label, or for all; each is left out in turn, "
    "and its weight is what the label's log-odds lose.",
)
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def insights(
    db: str, format_: str, lang: str, limit: int | None, why: str | None, **filters: str | None
) -> None:
    """List insights: each thing customers say, with its exact quote.

    Tables show names in --lang; json, jsonl and csv hold stable codes, one object for each insight.
    """
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable
    from vocmine.store.categories import category_names
    from vocmine.store.reading import insight_rows

    with open_store(db) as store:
        own = category_names(store, lang)
        named = (*COLUMNS[:4], "category_name", *COLUMNS[4:]) if own else COLUMNS
        chosen = chosen_filter(store, **filters)
        rows = Cut(insight_rows(store, chosen), rows_at_most(limit, format_, ROWS))
        shown: Iterable[Mapping[str, Any]] = rows
        columns = headings((*named, "why") if why else named, lang)
        if why:
            from vocmine.explanation_reading import insight_ids

            tasks = _LABELS if why == ALL else (why,)
            shown = _with_words(store, rows, insight_ids(store, chosen), tasks, format_, lang)
        print_rows(
            (
                {**readable(row, lang), "category_name": own.get(row["category"] or "")}
                for row in shown
            )
            if format_ == "table"
            else shown,
            format_,
            columns=columns,
            lang=lang,
            empty=f"No insight matches. {LOOSEN}",
        )
        rows.note_rest(format_)


def _with_words(
    store: Store,
    rows: Iterable[Mapping[str, Any]],
    ids: Sequence[int],
    tasks: Sequence[str],
    format_: str,
    lang: str,
) -> Iterator[dict[str, Any]]:
    """Rows with a key `why`; what they are explained by, and what was left out, is told last."""
    from vocmine.cli.output import note
    from vocmine.explanation_reading import WINDOW, model_of, words_of

    pairs = zip(rows, ids, strict=False)  # there are as many ids as rows, or more than are listed
    model = None
    others = left_out = 0
    while window := list(islice(pairs, WINDOW)):
        model = model or model_of(store)
        found = words_of(store, model, [key for _, key in window], tasks)
        others += len(found.others)
        left_out += found.left_out
        for row, key in window:
            yield {**row, "why": _shape(found.words[key], format_, lang)}
    if model and others:
        note(
            f"Note: {others} of these insights have labels of another model than '{model.name}' "
            f"{model.version}; the words are those that this one leans on. "
            "Run 'vocmine analyze' again to have its labels."
        )
    if left_out:
        note(f"Note: {left_out} words of very long clauses were not tried.")


def _shape(words: Sequence[Mapping[str, Any]], format_: str, lang: str) -> Any:
    """The rows as they are, as JSON in a cell of CSV, or a line for each label in a table."""
    if format_ == "csv":
        return json.dumps(words, ensure_ascii=False)
    if format_ != "table":
        return words
    from vocmine.catalogue import label_set

    lines = []
    for task in dict.fromkeys(word["label_set"] for word in words):
        own = [word for word in words if word["label_set"] == task]
        heavy = [word for word in own if (word["weight"] or 0.0) >= LEAST_WEIGHT][:SHOWN_WORDS]
        said = ", ".join(f"{word['word']} {_signed(word['weight'], lang)}" for word in heavy)
        if own[0]["by"] == "person":
            said = _BY_A_PERSON.get(lang, "corrected by a person")
        if said:
            lines.append(f"{label_set(task).names[lang]}: {said}")
    return "\n".join(lines) or None


def _signed(weight: float, lang: str) -> str:
    text = f"{weight:+.1f}"
    return text if lang == "en" else text.replace(".", ",")

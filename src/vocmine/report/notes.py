"""The last sections: how good the data is, how the report was made and what it cannot see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.catalogue import label_set
from vocmine.report.data import UNSURE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.report.data import Row
    from vocmine.report.wording import Wording

MAX_FAILURES = 10


def quality(found: Row, words: Wording, *, filtered: bool) -> dict[str, Any]:
    """Sentences and tables about what was read, left out and failed."""
    lines = [
        words.text(
            "quality_line",
            **{
                key: words.number(found[key])
                for key in ("records", "analysed", "skipped", "failed")
            },
        )
    ]
    if found["duplicates"]:
        kept = found["keep_duplicates"]
        said = "quality_copies_kept" if kept else "quality_duplicates"
        lines.append(words.count(said, found["duplicates"]))
    if filtered:
        lines.append(words.text("quality_whole"))
    more = words.count("more_sources", found["more_sources"]) if found["more_sources"] else ""
    return {
        "lines": lines,
        "tables": [
            _sources(found["sources"], words) | {"after": more},
            _table(
                words,
                "skips_title",
                ("col_reason", "col_records"),
                (
                    [words.named("skipped", r["reason"]), words.number(r["records"])]
                    for r in found["skips"]
                ),
                none="no_skips",
            ),
            _table(
                words,
                "failures_title",
                ("col_plugin", "col_error", "col_where", "col_records"),
                (
                    [row["plugin"], row["error"], row["locator"], words.number(row["n"])]
                    for row in found["failures"][:MAX_FAILURES]
                ),
                none="no_failures",
                words_in=3,
            ),
            _table(
                words,
                "langs_title",
                ("col_lang", "col_messages", "col_share"),
                (
                    [
                        words.label("lang", row["lang"]),
                        words.number(row["messages"]),
                        words.percent(row["messages"], found["stored"]),
                    ]
                    for row in found["langs"]
                ),
            ),
        ],
    }


def _sources(sources: Sequence[Row], words: Wording) -> dict[str, Any]:
    def dates(row: Row) -> str:
        if not row["first_day"]:
            return "–"
        first, last = words.day(row["first_day"]), words.day(row["last_day"])
        return words.text("date_range", first=first, last=last) if first != last else first

    return _table(
        words,
        "sources_title",
        ("col_file", "col_format", "col_dates", "col_messages", "col_analysed"),
        (
            [
                row["name"],
                row["format"] or row["plugin"],
                dates(row),
                words.number(row["messages"]),
                words.number(row["analysed"]),
            ]
            for row in sources
        ),
        words_in=3,
    )


def method(data: Row, words: Wording) -> dict[str, Any]:
    """What the reader must know before trusting a figure, and what each figure means."""
    head = data["headline"]
    lines = [words.text("method_machine"), words.text("method_quote")]
    if head["insights"]:
        lines.append(
            words.text(
                "method_confidence",
                mean=words.percent(head["mean_confidence"], 1),
                n=words.number(head["unsure"]),
                total=words.number(head["insights"]),
                least=words.percent(UNSURE, 1),
                unsure=words.text("unsure"),
            )
        )
    keys = ("method_errors", "method_blind", "method_bias", "method_impact", "method_counts")
    lines += [words.text(key) for key in keys]
    terms = (
        ("tile_negative", "def_negative"),
        ("tile_effort", "def_effort"),
        ("tile_churn", "def_churn"),
        ("tile_urgent", "def_urgent"),
        ("tile_base", "def_base"),
        ("col_intensity", "def_intensity"),
    )
    return {
        "lines": lines,
        "measured": _measured(data["quality"]["measured"], words),
        "terms": [(words.text(term), words.text(meaning)) for term, meaning in terms],
        "analyses": _table(
            words,
            "analyses_title",
            ("col_analyzer", "col_plugin", "col_version", "col_model"),
            (
                [row["name"], row["plugin"], row["version"], row["model"] or "–"]
                for row in data["quality"]["analyses"]
            ),
            words_in=4,
        ),
    }


def _measured(found: Row | None, words: Wording) -> dict[str, Any]:
    """The model that gave the labels, and how well it reads each of them."""
    if found is None:
        return {"line": words.text("method_model_unknown"), "note": "", "table": None}
    seed = "–" if found["seed"] is None else found["seed"]
    line = words.text("method_model", name=found["name"], version=found["version"], seed=seed)
    if not found["tasks"] or not found["date"]:
        return {"line": line, "note": "", "table": None}
    table = _table(
        words,
        "measured_title",
        ("col_label", "col_accuracy", "col_f1", "col_f1_range", "col_cases"),
        (
            [
                _task(row["task"], words),
                words.percent(row["accuracy"], 1),
                words.number(row["f1"], 2),
                words.text(
                    "date_range",
                    first=words.number(row["low"], 2),
                    last=words.number(row["high"], 2),
                ),
                words.number(row["n"]),
            ]
            for row in found["tasks"]
        ),
    )
    note = words.text(
        "measured_note",
        date=words.day(found["date"]),
        messages=words.number(found["messages"]),
        insights=words.number(found["insights"]),
    )
    return {"line": line, "note": note, "table": table}


def _task(task: str, words: Wording) -> str:
    """Name of what is told apart: a label set, or one that has no set."""
    own = {
        "insight": "task_insight",
        "polarity_sign": "task_polarity_sign",
        "churn": "tile_churn",
        "urgent": "tile_urgent",
    }
    if task in own:
        return words.text(own[task])
    name = label_set(task.removesuffix("s") if task == "emotions" else task).names[words.lang]
    return name[:1].upper() + name[1:]


def _table(
    words: Wording,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    none: str = "",
    words_in: int = 1,
) -> dict[str, Any]:
    return {
        "title": words.text(title),
        "heads": [words.text(head) for head in heads],
        "rows": [list(row) for row in rows],
        "words_in": words_in,
        "none": words.text(none) if none else "",
        "after": "",
    }

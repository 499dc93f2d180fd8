"""What the page's script reads: charts, messages, labels to count, and the words to say it with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from vocmine.catalogue import label_set
from vocmine.clock.words import words as clock_words
from vocmine.report.chapters.draft import LEAST, STEPS
from vocmine.report.data import UNSURE
from vocmine.report.section_clock import kind_name

if TYPE_CHECKING:
    from vocmine.report.chapters.draft import Draft
    from vocmine.report.data import Row
    from vocmine.report.wording import Wording

FILTERS = ("since", "until", "channel", "area", "stage")
"""Of the whole page; in its address each is written `in.NAME`."""
LOOKED_UP = ("tone", "friction", "stage", "touchpoint", "pyramid", "pqrs", "emotion")
"""Criteria of the list of messages that have a field of their own."""
_NAMED = ("friction", "stage", "pyramid", "touchpoint", "pqrs", "sentiment", "emotion")
_CHIPS = ("mood", "phase", "flag", "due", "case", "period", "channel", "area", "topic")


def payload(draft: Draft) -> Row:
    """Everything that the script needs, as plain values."""
    messages = draft.data["verbatims"]["messages"]
    areas = _areas(draft)
    return {
        "lang": draft.words.lang,
        "charts": draft.charts,
        "cube": draft.data["cube"],
        "areas": areas,
        "messages": [_message(row, areas, draft) for row in messages],
        "unsure": UNSURE,
        "least": LEAST,
        "steps": STEPS,
        "names": _names(draft),
        "days": {row["day"]: draft.words.day(row["day"]) for row in messages if "day" in row},
        "words": _words(draft.words),
    }


def _areas(draft: Draft) -> dict[str, str]:
    """The area that owns each obstacle at each touchpoint, by `friction/touchpoint`."""
    points = draft.decisions.points if draft.decisions else ()
    return {f"{p.friction}/{p.touchpoint}": p.owner for p in points if p.owner}


def _message(row: Row, areas: dict[str, str], draft: Draft) -> Row:
    shown = {key: value for key, value in row.items() if key != "key"}
    insights = []
    for insight in row["insights"]:
        area = areas.get(f"{insight['friction']}/{insight['touchpoint']}", "")
        owned = {"area": area} if area and insight["tone"] == "negative" else {}
        insights.append(insight | owned)
    shown["insights"] = insights
    for name, known in (("due", "states"), ("case", "cases")):
        if said := draft.data[known].get(row["key"]):
            shown[name] = said
    return shown


def _names(draft: Draft) -> dict[str, dict[str, str]]:
    words = draft.words
    topics = {str(row["id"]): row["name"] for row in draft.data["topics"]["topics"]}
    tones = {tone: words.text(f"tone_{tone}") for tone in ("negative", "neutral", "positive")}
    grain, said = draft.timeline.grain, clock_words(words.lang)
    kinds = draft.decisions.kinds if draft.decisions else ()
    return {
        **{name: {c: words.label(name, c) for c in label_set(name).codes} for name in _NAMED},
        "tone": tones,
        "mood": tones | {"unjudged": words.text("unjudged")},
        "phase": {code: words.text(code) for code in ("before", "during", "after", "unknown")},
        "flag": {flag: words.text(f"flag_{flag}") for flag in ("urgent", "churn", "effort")},
        "due": {state: said[f"state_{state}"] for state in ("red", "amber", "green", "grey")},
        "case": {kind.kind_name: kind_name(words, kind) for kind in kinds if kind.kind},
        "period": {key: words.period(key, grain) for key in draft.timeline.periods},
        "topic": topics,
    }


def _words(words: Wording) -> dict[str, Any]:
    keys = (
        "thousands",
        "decimal",
        "percent",
        "no_insight",
        "cut",
        "unsure",
        "found_none",
        "found_nowhere",
        "filter_off",
        "of_all",
        "theme_light",
        "theme_dark",
    )
    pairs = ("found", "found_all", "found_some", "filtered")
    return {
        **{key: words.text(key) for key in keys},
        **{key: words.pair(key) for key in pairs},
        "confidence": words.text("confidence", share=words.text("percent")),
        "criteria": {name: words.text(f"filter_{name}") for name in LOOKED_UP}
        | {name: words.text(f"criterion_{name}") for name in _CHIPS}
        | {name: words.text(f"page_{name}") for name in ("since", "until")},
    }


def page_filters(draft: Draft) -> list[Row]:
    """Fields of the filters of the page: `name`, `title`, `any` and `options`."""
    words, cube = draft.words, draft.data["cube"]
    if cube is None:
        return []
    grain, values = draft.timeline.grain, cube["values"]
    periods = [(key, words.period(key, grain)) for key in draft.timeline.periods]
    areas = sorted(set(_areas(draft).values()))
    used = {row["stage"] for row in draft.data["journey"]["stages"] if row["insights"]}
    options = {
        "since": periods,
        "until": periods,
        "channel": [(name, name) for name in values["channel"]],
        "area": [(area, area) for area in areas],
        "stage": [
            (code, words.label("stage", code)) for code in label_set("stage").codes if code in used
        ],
    }
    fields = [
        {
            "name": name,
            "title": words.text(f"page_{name}"),
            "any": words.text(f"page_any_{name}"),
            "options": options[name],
        }
        for name in FILTERS
    ]
    return [field for field in fields if len(field["options"]) > 1]


def look_up_fields(draft: Draft) -> list[Row]:
    """Fields that look up messages, with the codes that the embedded ones have."""
    words, messages, names = draft.words, draft.data["verbatims"]["messages"], _names(draft)
    fields = []
    for name in LOOKED_UP:
        used = {code for message in messages for code in _codes(message, name)}
        if name in ("friction", "pyramid"):
            used.discard("none")
        fields.append(
            {
                "name": name,
                "title": words.text(f"filter_{name}"),
                "any": words.text("any_level" if name == "pyramid" else f"any_{name}"),
                "options": [(code, title) for code, title in names[name].items() if code in used],
            }
        )
    return [field for field in fields if field["options"]]


def _codes(message: Row, name: str) -> set[str]:
    if name == "emotion":
        return set(message.get(name, ()))
    rows = [message] if name == "pqrs" else message["insights"]
    return {row[name] for row in rows if row.get(name)}


def embed_json(value: object) -> Markup:
    """JSON that can stand inside a `<script>` element whatever its strings hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped above

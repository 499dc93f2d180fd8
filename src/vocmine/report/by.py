"""The section of the report that compares the values of a column (`--by`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from vocmine.display import heading, name_of
from vocmine.report.sections import DrawnSection
from vocmine.report.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TITLES = {"es": "Por {}", "pt": "Por {}", "en": "By {}"}
_FIGURES = ("messages", "share_negative", "claims", "grievances", "urgent", "high_effort")


def part_section(
    rows: Sequence[Mapping[str, Any]], column: str, named: str, lang: str
) -> DrawnSection:
    """A table with a line for each value, and the friction point of most of its messages.

    Args:
        rows: As of `vocmine.store.overview.overview_row`, with `value` as people read it.
        column: Name of the column.
        named: Heading of the column of friction points.
        lang: `es`, `pt` or `en`.
    """
    words = Wording(lang)
    heads = Markup("").join(
        Markup('<th scope="col" class="figure">{}</th>').format(heading(name, lang))
        for name in _FIGURES
    )
    lines = Markup("").join(_line(row, words) for row in rows)
    title = _TITLES[lang].format(column)
    html = Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table>'
        '<caption class="unseen">{}</caption><thead><tr><th scope="col">{}</th>{}'
        '<th scope="col">{}</th></tr></thead><tbody>{}</tbody></table></div>'
    ).format(title, title, column, heads, named, lines)
    return DrawnSection(title, html)


def _line(row: Mapping[str, Any], words: Wording) -> Markup:
    figures = Markup("").join(
        Markup('<td class="figure">{}</td>').format(_figure(row, name, words)) for name in _FIGURES
    )
    worst = "–"
    if row["friction"]:
        point = [
            name_of(name, row[name], words.lang) for name in ("friction", "stage", "touchpoint")
        ]
        worst = f"{' · '.join(point)} ({words.number(row['friction_messages'])})"
    return Markup('<tr><th scope="row">{}</th>{}<td>{}</td></tr>').format(
        row["value"], figures, worst
    )


def _figure(row: Mapping[str, Any], name: str, words: Wording) -> str:
    if row[name] is None:
        return "–"
    if name == "share_negative":
        return words.percent(row["negative"], row["messages"])
    return words.number(row[name])

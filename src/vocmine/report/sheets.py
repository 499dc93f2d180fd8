"""The sheets of the workbook as plain tables: one question each, words in the reader's language."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.journey.rows import StageFigures
    from vocmine.priorities.rows import FrictionPoint
    from vocmine.report.decisions import Decisions
    from vocmine.report.wording import Wording

Kind = Literal["text", "long", "int", "decimal", "signed", "share", "change", "date", "p"]
"""How a cell is written: `share` as a percentage, `change` as a signed one, `signed` with its sign,
`date` from an ISO day, `long` wrapped, `p` as a p-value."""

FEW_NAMES = 3


@dataclass(frozen=True, slots=True)
class Value:
    """A cell that is written otherwise than its column."""

    value: Any
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table.

    Args:
        name: Of the sheet.
        question: That it answers.
        columns: Pairs of heading and how the cells below it are written.
        rows: Cells in the order of the columns; None is an empty cell.
        none: Said in place of rows when there are none.
        state: Position of the column that a traffic light colours; -1 without one.
    """

    name: str
    question: str
    columns: tuple[tuple[str, Kind], ...]
    rows: Sequence[Sequence[Any]]
    none: str = ""
    state: int = -1


@cache
def _phrases(lang: str) -> dict[str, str]:
    raw = json.loads(files("vocmine.report").joinpath("sheets.json").read_text("utf-8"))
    position = raw["langs"].index(lang)
    return {key: values[position] for key, values in raw["words"].items()}


@dataclass(frozen=True, slots=True)
class Said:
    """Words of sheets and of the Markdown report in one language, with labels and numbers."""

    words: Wording
    phrases: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "phrases", _phrases(self.words.lang))

    def __call__(self, key: str, **values: object) -> str:
        """A phrase with its gaps filled in."""
        return self.phrases[key].format(**values) if values else self.phrases[key]

    def code(self, group: str, code: str) -> str:
        """A code of a small set, such as `state` or `verdict`; an unknown one stays as it is."""
        if not code:
            return ""
        return self.phrases.get(f"{group}_{code}") or self.words.named(group, code)

    def flag(self, value: bool) -> str:
        """Yes or no."""
        return self.phrases["yes" if value else "no"]

    def label(self, labels: str, code: str) -> str:
        """Display name of a code of the catalogue; `unknown` and `none` are empty cells."""
        return "" if code in ("", "unknown", "none") else self.words.label(labels, code)

    def columns(self, *keys: tuple[str, Kind]) -> tuple[tuple[str, Kind], ...]:
        """Headings of columns by their keys."""
        return tuple((self.phrases[key], kind) for key, kind in keys)


def impact_words(point: FrictionPoint, said: Said) -> list[Any]:
    """Six cells of what a point costs; empty where no score exists, no cost where none is shown."""
    from vocmine.priorities.points import shows_loss

    impact = point.impact
    if impact is None:
        return [None] * 6
    return [
        said.code("metric", impact.metric),
        impact.effect,
        impact.low,
        impact.high,
        impact.messages,
        impact.cost if shows_loss(impact) else None,
    ]


def warning_words(point: FrictionPoint, said: Said) -> str:
    """What to beware of in the figures of a point."""
    from vocmine.priorities.points import shows_loss

    if point.warning:
        return said.code("warning", point.warning)
    if point.impact is None or shows_loss(point.impact):
        return ""
    return said("warning_chance" if point.impact.enough else "warning_impact")


def points_sheet(d: Decisions, said: Said, *, owner: str = "") -> Sheet:
    """Friction points in order, of all areas or of one."""
    points = [p for p in d.points if p.owner == owner or not owner]
    place: tuple[tuple[str, Kind], ...] = (
        *(("rank", "int"), ("friction", "text"), ("stage", "text"), ("touchpoint", "text")),
        *(("topic", "text"), ("messages", "int"), ("share", "share"), ("customers", "int")),
        *(("customer_share", "share"), ("severity", "decimal"), ("impact_on", "text")),
        *(("impact", "signed"), ("impact_low", "signed"), ("impact_high", "signed")),
        *(("impact_messages", "int"), ("cost", "decimal"), ("trend", "text")),
        *(("trend_change", "change"), ("p_value", "p"), ("hits", "long")),
        *(("owner", "text"), ("warning", "text")),
    )
    most = max((len(p.quotes) for p in points), default=0)
    quotes: list[tuple[str, Kind]] = [(said("quote_n", n=n), "long") for n in range(1, most + 1)]
    return Sheet(
        owner or said("sheet_points"),
        said("ask_area", owner=owner) if owner else said("ask_points"),
        (*said.columns(*place), *quotes),
        [_point(point, said, most) for point in points],
        said("none_points"),
    )


def _point(point: FrictionPoint, said: Said, quotes: int) -> list[Any]:
    from vocmine.comparison.wording import column_name

    texts = [quote.text for quote in point.quotes]
    hits = (
        f"{column_name(s.column, said.words)} {s.value}: {said.words.percent(s.share, 1)} "
        f"({said.words.percent(s.rest, 1)})"
        for s in point.segments
    )
    return [
        point.rank,
        *(said.label(n, getattr(point, n)) for n in ("friction", "stage", "touchpoint")),
        point.topic,
        point.messages,
        point.share,
        point.customers,
        point.customer_share,
        point.severity,
        *impact_words(point, said),
        said.code("trend", point.trend.direction),
        None if point.trend.direction == "unknown" else point.trend.change,
        point.trend.p_value,
        "; ".join(hits),
        point.owner or said("no_owner"),
        warning_words(point, said),
        *texts,
        *[None] * (quotes - len(texts)),
    ]


def areas_sheet(d: Decisions, said: Said) -> Sheet:
    """Each area with how much it has to mend and how much is overdue."""
    # The export may write the area in capitals, or without its accents.
    late = Counter(plain(row.area) for row in d.due if row.state == "red")
    named = {plain(row.area) for row in d.due}
    rows = []
    for owner in dict.fromkeys(point.owner for point in d.points):
        own = [point for point in d.points if point.owner == owner]
        # One message may be in several points of an area, so messages are not added up.
        first = said.words.point(own[0].friction, own[0].stage, own[0].touchpoint)
        # Where no case names the area, nothing is known; that is not none.
        overdue = late[plain(owner)] if owner and plain(owner) in named else None
        rows.append([owner or said("no_owner"), len(own), first, own[0].messages, overdue])
    columns = said.columns(
        ("owner", "text"), ("points", "int"), ("worst", "long"), ("messages", "int")
    )
    return Sheet(
        said("sheet_areas"),
        said("ask_areas"),
        (*columns, (said("total_red"), "int")),
        rows,
        said("none_points"),
    )


def journey_sheet(d: Decisions, said: Said) -> Sheet:
    """The stages in order, with volume, balance, emotions and hand-offs."""
    keys: tuple[tuple[str, Kind], ...] = (
        *(("phase", "text"), ("stage", "text"), ("insights", "int"), ("messages", "int")),
        *(("negative", "int"), ("neutral", "int"), ("positive", "int"), ("net", "change")),
        *(("mean_polarity", "signed"), ("load", "share"), ("emotions", "long")),
        *(("moment", "text"), ("handoffs", "int")),
    )
    rows = [
        [
            said.label("phase", stage.phase),
            said.label("stage", stage.stage) or stage.stage,
            *(stage.insights, stage.messages, stage.negative, stage.neutral, stage.positive),
            *(stage.net, stage.mean_polarity, stage.load),
            emotion_words(stage, said),
            said.code("moment", stage.moment),
            stage.handoffs,
        ]
        for stage in d.stages
    ]
    return Sheet(said("sheet_journey"), said("ask_journey"), said.columns(*keys), rows)


def emotion_words(stage: StageFigures, said: Said) -> str:
    """The most frequent emotions of a stage with their shares."""
    ranked = sorted(stage.emotions.items(), key=lambda item: -item[1])
    return ", ".join(
        f"{said.words.label('emotion', code, capital=False)} {said.words.percent(share, 1)}"
        for code, share in ranked[:FEW_NAMES]
        if share
    )


def touchpoints_sheet(d: Decisions, said: Said) -> Sheet:
    """Every touchpoint of every stage, with who controls it."""
    keys: tuple[tuple[str, Kind], ...] = (
        *(("stage", "text"), ("touchpoint", "text"), ("control", "text"), ("insights", "int")),
        *(("negative", "int"), ("positive", "int")),
    )
    rows = [
        [
            said.label("stage", stage.stage) or stage.stage,
            said.label("touchpoint", use.touchpoint) or use.touchpoint,
            said.code("control", use.control),
            *(use.insights, use.negative, use.positive),
        ]
        for stage in d.stages
        for use in stage.touchpoints
    ]
    return Sheet(said("sheet_touchpoints"), said("ask_touchpoints"), said.columns(*keys), rows)


def pyramid_sheet(d: Decisions, said: Said) -> Sheet:
    """The levels from the base up, in all and at each stage."""
    keys: tuple[tuple[str, Kind], ...] = (
        *(("level", "text"), ("stage", "text"), ("met", "int"), ("missed", "int")),
        *(("share_met", "share"), ("low", "share"), ("high", "share"), ("verdict", "text")),
    )
    rows = [
        [
            said.label("pyramid", level.level),
            said.label("stage", level.stage) or level.stage or said("every_stage"),
            *(level.met, level.missed, level.share_met, level.low, level.high),
            said.code("verdict", level.verdict),
        ]
        for level in d.levels
    ]
    return Sheet(said("sheet_pyramid"), said("ask_pyramid"), said.columns(*keys), rows)


def promises_sheet(d: Decisions, said: Said) -> Sheet:
    """Promises with what customers say of them."""
    keys: tuple[tuple[str, Kind], ...] = (
        *(("promise", "long"), ("origin", "text"), ("kept", "int"), ("broken", "int")),
        *(("share_broken", "share"), ("quote", "long")),
    )
    rows = [
        [
            gap.promise,
            said("promise_given" if gap.given else "promise_found"),
            *(gap.kept, gap.broken, gap.share_broken),
            "\n".join(f"«{d.proof[key].text}»" for key in gap.quotes if key in d.proof),
        ]
        for gap in d.promises
    ]
    return Sheet(said("sheet_promises"), said("ask_promises"), said.columns(*keys), rows)


def quotes_sheet(d: Decisions, said: Said) -> Sheet:
    """Quotes to read and to filter, complaints first."""
    keys: tuple[tuple[str, Kind], ...] = (
        *(("quote", "long"), ("friction", "text"), ("stage", "text"), ("touchpoint", "text")),
        *(("owner", "text"), ("polarity", "int"), ("confidence", "share"), ("day", "date")),
        *(("channel", "text"), ("file_number", "text")),
    )
    owners = {(p.friction, p.stage, p.touchpoint): p.owner for p in d.points}
    rows = [
        [
            v.text,
            *(said.label(n, getattr(v, n)) for n in ("friction", "stage", "touchpoint")),
            owners.get((v.friction, v.stage, v.touchpoint), ""),
            *(v.polarity, v.confidence, v.day, v.channel, v.external_id),
        ]
        for v in d.verbatims
    ]
    return Sheet(said("sheet_quotes"), said("ask_quotes"), said.columns(*keys), rows)


def with_rows(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Those that have something to show, or to say in place of it."""
    return [sheet for sheet in sheets if sheet.rows or sheet.none]

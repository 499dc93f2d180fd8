"""The year itself: who writes, of what, how they answer, and when they get an answer."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from .points import (
    BRAND,
    BRANDS,
    CHANNELS,
    CHAT,
    CITIES,
    CITY,
    COSTLY,
    DRIFT_WEEK,
    GONE,
    GONE_WEEK,
    HARMLESS,
    LOW_CHANNEL,
    LOW_CHANNEL_NPS,
    LOW_CHANNEL_SCORE,
    NEW,
    NEW_WEEK,
    NPS_BASE,
    POINTS,
    PRAISED,
    SCORE_BASE,
    SEGMENTS,
    SPIKE,
    SPIKE_WEEK,
    WEEKS,
    Point,
)  # fmt: skip
from .stores import record
from .truths import CASES, FIRST_DAY, TODAY, Hit, Planted, Truths, business_day
from .writing import compose, phrase

SEED = 2025
EVENT = ("Caída de la plataforma en la nube", "2025-07-29")
PROMISES = ("entrega en 24 horas", "precio congelado")
_DAYS = (1.25, 1.15, 1.1, 1.05, 1.0, 0.6, 0.35)
"""Of a week, Monday first: how much is written."""
_TERM = 15
_KINDS_WITH_TERM = ("claim", "grievance")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Year:
    """A year of messages with their labels, as `made_stores.build_store` takes them.

    Args:
        records: By day.
        truths: What has to be found in them.
    """

    records: list[Record]
    truths: Truths


def synthetic_year(seed: int = SEED) -> Year:
    """Make the year; the same seed gives the same year."""
    rng = random.Random(seed)
    records = [_message(day, week, rng) for week in range(1, WEEKS + 1) for day in _days(week, rng)]
    records.sort(key=lambda row: row["created_at"])
    for number, row in enumerate(records, start=1):
        row["external_id"] = f"AA-2025-{number:05d}"
    repeaters = _plant_repeaters(records, rng)
    taken = {row["external_id"]: row.pop("days") for row in records}
    records += [_case(case, rng) for case in CASES]
    return Year(records, _truths(records, taken, repeaters))


def answer_nps(mean: float, rng: random.Random) -> int:
    """An answer of 0 to 10 of somebody whose answers give this NPS, -100 to 100."""
    passive = min(0.2, (100 - abs(mean)) / 100)
    promoter = (1 - passive + mean / 100) / 2
    drawn = rng.random()
    if drawn < promoter:
        return rng.choice((9, 10))
    return rng.choice((7, 8)) if drawn < promoter + passive else rng.randrange(7)


def nps_of(answer: float) -> int:
    """What an answer counts for: 100 a promoter, -100 a detractor."""
    return 100 if answer >= 9 else -100 if answer <= 6 else 0


def _days(week: int, rng: random.Random) -> list[date]:
    growth = 1 + 0.4 * (week - 1) / (WEEKS - 1)
    count = round(rng.gauss(100 * growth, 1.3 * math.sqrt(100 * growth)))  # wider than Poisson
    first = FIRST_DAY + timedelta(weeks=week - 1)
    return [first + timedelta(days=day) for day in rng.choices(range(7), _DAYS, k=count)]


def _pick(shares: dict[str, float], rng: random.Random) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _message(day: date, week: int, rng: random.Random) -> Record:
    who = {
        "channel": _pick(CHANNELS, rng),
        "Ciudad": _pick(CITIES, rng),
        "Segmento": _pick(SEGMENTS, rng),
        "Marca": _pick(BRANDS, rng),
    }
    points = [point for point in POINTS if rng.random() < point.chance(week, who)]
    if len(points) > 3:
        points = rng.sample(points, 3)
    kind, insights = _said(points, who["Ciudad"], rng)
    text, quotes = compose([words for words, *_ in insights], who["Ciudad"], rng)
    labelled = [(quote, *labels) for quote, (_, *labels) in zip(quotes, insights, strict=True)]
    days = _days_taken(rng)
    extra = {
        "area": points[0].area if points else "Servicio al cliente",
        **{name: value for name, value in who.items() if name != "channel"},
        **_closed(day, days),
    }
    if rng.random() < 0.65:
        extra["nps"] = str(answer_nps(expected_nps(points, who["channel"]), rng))
    scored = rng.random() < 0.7
    return record(
        text=text,
        quotes=labelled,
        created_at=f"{day}T{rng.randrange(7, 19):02d}:{rng.randrange(60):02d}:00",
        channel=who["channel"],
        author=_author(rng),
        pqrs=kind,
        score=_score(points, who["channel"], rng) if scored else None,
        confidence=round(rng.uniform(0.5, 0.98), 3),
        extra=extra,
        days=days,
        **_labels(points, [labels[0] for _, *labels in insights], rng),
    )


def expected_nps(points: list[Point], channel: str) -> float:
    """Mean NPS of messages with these points: what each takes adds up, so that it is known."""
    return NPS_BASE + LOW_CHANNEL_NPS * (channel == LOW_CHANNEL) + sum(p.nps for p in points)


def _score(points: list[Point], channel: str, rng: random.Random) -> float:
    chance = SCORE_BASE + LOW_CHANNEL_SCORE * (channel == LOW_CHANNEL) + sum(
        point.score for point in points
    )  # fmt: skip
    return 1.0 + sum(rng.random() < chance for _ in range(4))


def _said(
    points: list[Point], city: str, rng: random.Random
) -> tuple[str, list[tuple[str, int, str, str, str, str]]]:
    """Kind of a message; words, polarity, friction, stage, level, touchpoint of each point."""
    if not points:
        asks = rng.random() < 0.6
        words = phrase("questions" if asks else "petitions", city, rng)
        stage = "consideration" if asks else "support"
        kind = "inquiry" if asks else "petition"
        return kind, [(words, 0, "none", stage, "none", "unknown")]
    insights = []
    for point in points:
        polarity = rng.choices(*zip(*point.polarity, strict=True))[0]
        labels = (point.friction, point.stage, point.pyramid, point.touchpoint)
        insights.append((phrase(point.key, city, rng), polarity, *labels))
    worst = min(insights, key=lambda insight: insight[1])
    if worst[1] >= 0:
        return ("compliment" if any(i[1] > 0 for i in insights) else "none"), insights
    about_people = worst[2] in ("staff_attitude", "no_response")
    return ("grievance" if about_people else "claim"), insights


def _labels(points: list[Point], polarities: list[int], rng: random.Random) -> dict[str, Any]:
    low, high = min(polarities), max(polarities)
    tone = "mixed" if low < 0 < high else "neutral"
    if high <= 0 and low < 0:
        tone = "very_negative" if low == -2 and len(points) > 1 else "negative"
    if low >= 0 and high > 0:
        tone = "very_positive" if high == 2 else "positive"
    chances = {
        emotion: chance
        for point in points
        for emotion, chance in point.labels.get("emotions", {}).items()
    }
    return {
        "sentiment": tone,
        "emotions": tuple(sorted(name for name, p in chances.items() if rng.random() < p)),
        "effort": max((point.labels.get("effort", 0) for point in points), default=0),
        **{
            name: int(any(rng.random() < point.labels.get(name, 0) for point in points))
            for name in ("churn", "urgent")
        },
    }


def _author(rng: random.Random) -> str:
    """Most write once; the rest are of a few hundred, some of whom write often."""
    if rng.random() < 0.7:
        return f"C-{rng.randrange(10_000, 90_000)}"
    return f"C-{int(400 * rng.random() ** 2):05d}"


def _days_taken(rng: random.Random) -> int:
    return rng.randrange(16, 26) if rng.random() < 0.08 else rng.randrange(2, 15)


def _closed(day: date, days: int) -> dict[str, str]:
    closed = business_day(day, days)
    if closed >= TODAY:
        return {"status": "Abierto"}
    return {"status": "Cerrado", "closed_at": closed.isoformat()}


def _plant_repeaters(records: list[Record], rng: random.Random) -> dict[str, tuple[str, ...]]:
    """Four claims of one customer within eight days, each answered after twelve business days."""
    found = {}
    for number in range(6):
        first = FIRST_DAY + timedelta(weeks=8 + 6 * number)
        inside = [
            row for row in records
            if row["pqrs"] == "claim"
            and 0 <= (date.fromisoformat(row["created_at"][:10]) - first).days < 8
        ]  # fmt: skip
        chosen = sorted(rng.sample(inside, 4), key=lambda row: row["created_at"])
        for row in chosen:
            row["author"] = f"C-9900{number}"
            row["days"] = 12
            row["extra"] |= _closed(date.fromisoformat(row["created_at"][:10]), 12)
        found[f"C-9900{number}"] = tuple(row["external_id"] for row in chosen)
    return found


def _case(case: Any, rng: random.Random) -> Record:
    """An open case; it says nothing that would weigh in a figure but the clock's."""
    words = phrase("billing" if case.kind == "claim" else "attitude", "Bogotá", rng)
    labels = (-1, "billing", "use", "utility", "billing")
    if case.kind == "inquiry":
        words, labels = phrase("questions", "Bogotá", rng), (0, "none", "use", "none", "unknown")
    elif case.kind == "grievance":
        labels = (-1, "staff_attitude", "purchase", "enjoyable", "staff")
    text, (quote,) = compose([words], "Bogotá", rng)
    return record(
        text=text,
        quotes=[(quote, *labels)],
        external_id=case.external_id,
        created_at=f"{case.received}T10:00:00",
        channel="Correo",
        pqrs=case.kind,
        author=f"C-{case.external_id}",
        sentiment="neutral" if case.kind == "inquiry" else "negative",
        extra={"area": "Servicio al cliente", "status": "Abierto", "Ciudad": "Bogotá",
               "Segmento": "Hogar", "Marca": "Andina"},
    )  # fmt: skip


def says(row: Record, point: Point) -> bool:
    """Whether a message speaks of a point."""
    name = (point.friction, point.stage, point.touchpoint)
    return any(
        (i["friction"], i["stage"], i["touchpoint"]) == name and i["polarity"] < 0
        for i in row["insights"]
    )


def _truths(
    records: list[Record], taken: dict[str, int], repeaters: dict[str, tuple[str, ...]]
) -> Truths:
    answers = [
        (nps_of(int(row["extra"]["nps"])), says(row, COSTLY))
        for row in records
        if "nps" in row["extra"]
    ]
    with_it = [value for value, has in answers if has]
    without = [value for value, has in answers if not has]
    quotes = [
        (insight["quote"], insight["polarity"]) for row in records for insight in row["insights"]
    ]
    counts = {
        sign: {
            promise: sum(promise in quote and polarity * sign > 0 for quote, polarity in quotes)
            for promise in PROMISES
        }
        for sign in (-1, 1)
    }
    days = {row["external_id"]: row["created_at"][:10] for row in records}
    return Truths(
        costly=COSTLY,
        costly_effect=COSTLY.nps,
        costly_cost=-COSTLY.nps * len(with_it) / len(answers),
        naive_effect=float(np.mean(with_it) - np.mean(without)),
        harmless=HARMLESS,
        spike=Planted(SPIKE, SPIKE_WEEK),
        new=Planted(NEW, NEW_WEEK),
        gone=Planted(GONE, GONE_WEEK),
        drift=Planted(PRAISED, DRIFT_WEEK),
        hits=(Hit(CITY, "Ciudad", "Barranquilla"), Hit(CHAT, "channel", "WhatsApp"),
              Hit(BRAND, "Marca", "Nevado"), Hit(COSTLY, "channel", LOW_CHANNEL)),
        low_channel=LOW_CHANNEL,
        missed_level="utility",
        met_level="enjoyable",
        broken=counts[-1],
        kept=counts[1],
        event=EVENT,
        cases=CASES,
        overdue=frozenset(
            row["external_id"]
            for row in records
            if row["pqrs"] in _KINDS_WITH_TERM
            and "closed_at" not in row["extra"]
            and business_day(date.fromisoformat(days[row["external_id"]]), _TERM) < TODAY
        ),
        days_taken={
            row["external_id"]: taken[row["external_id"]]
            for row in records
            if "closed_at" in row["extra"]
        },
        repeaters=repeaters,
    )  # fmt: skip

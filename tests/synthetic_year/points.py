"""What customers of the synthetic year speak of: how often, where, when, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WEEKS = 52
SPIKE_WEEK, NEW_WEEK, GONE_WEEK, DRIFT_WEEK = 31, 40, 20, 26
"""Counted from 1: the week of the spike, the first of the new point, the last of the one that
vanishes, and the last in which fast delivery is praised."""

CHANNELS = {
    "Línea telefónica": 0.25, "WhatsApp": 0.2, "Página web": 0.2, "App": 0.15, "Correo": 0.1,
    "Tienda": 0.1,
}  # fmt: skip
CITIES = {
    "Bogotá": 0.4, "Medellín": 0.2, "Cali": 0.14, "Barranquilla": 0.12, "Bucaramanga": 0.08,
    "Pereira": 0.06,
}  # fmt: skip
SEGMENTS = {"Hogar": 0.7, "Empresas": 0.2, "Mayorista": 0.1}
"""Nothing depends on it: a difference between segments is a false discovery."""
BRANDS = {"Andina": 0.45, "Nevado": 0.2, "Sierra": 0.2, "Litoral": 0.15}

NPS_BASE, SCORE_BASE = 70.0, 0.85
LOW_CHANNEL, LOW_CHANNEL_NPS, LOW_CHANNEL_SCORE = "Línea telefónica", -45.0, -0.2
"""The channel where answers are low whatever happened, and by how much."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something that customers say.

    Args:
        key: Of its phrases.
        friction: Code; `none` for praise and mentions.
        stage: Code.
        touchpoint: Code.
        pyramid: Code.
        share: Of the messages, where and when nothing else is said.
        polarity: Values and their weights.
        nps: Points of NPS that a message with it lies below the same one without, additive.
        score: The same for the score's scale of 0 to 1.
        only: Column to value to the share there, in place of `share`.
        weeks: First and last week, counted from 1.
        spike: Week to the share in it.
        area: That has to act.
        labels: Probabilities of churn, urgency and emotions, and the effort it takes.
    """

    key: str
    friction: str
    stage: str
    touchpoint: str
    pyramid: str
    share: float
    polarity: tuple[tuple[int, float], ...] = ((-1, 0.5), (-2, 0.5))
    nps: float = 0.0
    score: float = 0.0
    only: dict[str, dict[str, float]] = field(default_factory=dict)
    weeks: tuple[int, int] = (1, WEEKS)
    spike: dict[int, float] = field(default_factory=dict)
    area: str = "Servicio al cliente"
    labels: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`friction/stage/touchpoint`, as figures of a point are called."""
        return f"{self.friction}/{self.stage}/{self.touchpoint}"

    def chance(self, week: int, who: dict[str, str]) -> float:
        """Probability that a message of this week, written by these people, speaks of it."""
        if not self.weeks[0] <= week <= self.weeks[1]:
            return 0.0
        here = [shares[who[name]] for name, shares in self.only.items() if who[name] in shares]
        return self.spike.get(week, here[0] if here else self.share)


_MILD = ((-1, 0.9), (-2, 0.1))
_HARD = ((-1, 0.2), (-2, 0.8))
_HAPPY = ((1, 0.3), (2, 0.7))
_CALM = {"emotions": {"frustration": 0.08}, "effort": 1}
_ANGRY = {
    "emotions": {"anger": 0.45, "frustration": 0.6},
    "effort": 3,
    "churn": 0.35,
    "urgent": 0.1,
}
_UPSET = {"emotions": {"frustration": 0.3, "disappointment": 0.25}, "effort": 2, "churn": 0.05}
_GLAD = {"emotions": {"joy": 0.6, "gratitude": 0.35}, "effort": 0}

COSTLY = Point(
    "refund", "refund", "support", "phone", "utility", 0.064, _HARD, -100.0, -0.45,
    only={"channel": {LOW_CHANNEL: 0.3}}, area="Devoluciones", labels=_ANGRY,
)  # fmt: skip
"""Costs 12 points of NPS: 12 in 100 messages have it, and each lies 100 points below its like.
It sits in the channel that is low anyway, so that the naive difference of means says more."""

HARMLESS = Point(
    "search", "usability", "use", "app", "usability", 0.16, _MILD,
    only={"channel": {"App": 0.42}}, area="Canales digitales", labels=_CALM,
)  # fmt: skip
"""The most frequent one, in 20 of 100 messages, which costs nothing."""

SPIKE = Point(
    "outage", "outage", "use", "app", "utility", 0.04, nps=-12, score=-0.06,
    spike={SPIKE_WEEK: 0.3}, area="Tecnología", labels=_UPSET,
)  # fmt: skip
NEW = Point(
    "access", "access", "purchase", "web", "utility", 0.09, nps=-12, score=-0.06,
    weeks=(NEW_WEEK, WEEKS), area="Tecnología", labels=_UPSET,
)  # fmt: skip
GONE = Point(
    "works", "facilities", "purchase", "store", "utility", 0.07, nps=-6, score=-0.03,
    weeks=(1, GONE_WEEK), area="Tiendas", labels=_CALM,
)  # fmt: skip
CITY = Point(
    "wrong_delivery", "wrong_delivery", "delivery", "delivery", "utility", 0.05, nps=-12,
    score=-0.06, only={"Ciudad": {"Barranquilla": 0.22}}, area="Logística", labels=_UPSET,
)  # fmt: skip
CHAT = Point(
    "no_response", "no_response", "support", "chat", "utility", 0.02, nps=-12, score=-0.06,
    only={"channel": {"WhatsApp": 0.2}}, labels=_UPSET,
)  # fmt: skip
BRAND = Point(
    "quality", "product_quality", "use", "product", "utility", 0.035, nps=-12, score=-0.06,
    only={"Marca": {"Nevado": 0.15}}, area="Calidad", labels=_UPSET,
)  # fmt: skip
BROKEN = Point(
    "broken", "promise", "purchase", "advertising", "utility", 0.045, nps=-12, score=-0.06,
    area="Mercadeo", labels=_UPSET,
)  # fmt: skip
KEPT = Point(
    "kept", "none", "purchase", "advertising", "utility", 0.02, _HAPPY, area="Mercadeo",
    labels=_GLAD,
)  # fmt: skip
DELIGHT = Point(
    "delight", "none", "purchase", "staff", "enjoyable", 0.22, _HAPPY, area="Tiendas",
    labels=_GLAD,
)  # fmt: skip
EASY = Point(
    "easy", "none", "purchase", "web", "usability", 0.07, _HAPPY, area="Canales digitales",
    labels=_GLAD,
)  # fmt: skip
PRAISED = Point(
    "fast_praise", "none", "delivery", "delivery", "utility", 0.1, _HAPPY,
    weeks=(1, DRIFT_WEEK), area="Logística", labels=_GLAD,
)  # fmt: skip
MENTIONED = Point(
    "fast_mention", "none", "delivery", "delivery", "utility", 0.08, ((0, 1.0),),
    weeks=(DRIFT_WEEK + 1, WEEKS), area="Logística",
)  # fmt: skip
STILL_PRAISED = Point(
    "fast_praise", "none", "delivery", "delivery", "utility", 0.02, _HAPPY,
    weeks=(DRIFT_WEEK + 1, WEEKS), area="Logística", labels=_GLAD,
)  # fmt: skip

POINTS = (
    COSTLY, HARMLESS, SPIKE, NEW, GONE, CITY, CHAT, BRAND, BROKEN, KEPT, DELIGHT, EASY, PRAISED,
    MENTIONED, STILL_PRAISED,
    Point("attitude", "staff_attitude", "purchase", "staff", "enjoyable", 0.02, nps=-10,
          score=-0.05, area="Tiendas", labels=_UPSET),
    Point("price", "price", "consideration", "product", "utility", 0.03, _MILD, area="Mercadeo",
          labels=_CALM),
    Point("billing", "billing", "use", "billing", "utility", 0.03, nps=-10, score=-0.05,
          area="Facturación", labels=_UPSET),
    Point("passed", "process", "support", "phone", "usability", 0.02, nps=-8, score=-0.04,
          labels=_UPSET),
    Point("information", "information", "consideration", "web", "usability", 0.03, _MILD,
          area="Canales digitales", labels=_CALM),
)  # fmt: skip
"""A message speaks of any of them, independently of the others; of none: a question or request."""

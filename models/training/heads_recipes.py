"""How each head is made: chosen on dev/, see the card for what was tried."""

from __future__ import annotations

from heads_fit import Recipe

PUBLIC_SETS = ("brighter-es", "brighter-pt", "brighter-en", "goemotions-en")
ALL = ("message", "segment_mean", "segment_max")
IN_CONTEXT = ("segment", "message")
ALONE = ("segment",)
MESSAGE_RECIPES = {
    "pqrs": Recipe(ALL, strength=0.003),
    "sentiment": Recipe(ALL, strength=0.003),
    "effort": Recipe(ALL, strength=0.003),
    "churn": Recipe(ALL, strength=0.003),
    "recommend": Recipe(ALL, strength=0.003),
    "urgent": Recipe(ALL, strength=0.003),
}
EMOTION_RECIPE = Recipe(ALL, strength=0.003)
SEGMENT_RECIPES = {
    "insight": Recipe(IN_CONTEXT, strength=0.003),
    "polarity": Recipe(ALONE, strength=0.001),
    "friction": Recipe(ALONE, strength=0.001),
    "stage": Recipe(IN_CONTEXT, strength=0.003),
    "pyramid": Recipe(IN_CONTEXT, strength=0.003),
    "touchpoint": Recipe(IN_CONTEXT, strength=0.003),
}

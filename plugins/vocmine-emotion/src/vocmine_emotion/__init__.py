"""Emotion analyzer for vocmine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine import hookimpl

if TYPE_CHECKING:
    from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"


@hookimpl
def register_analyzers(register: Register) -> None:
    """Register the analyzer `emotion`."""
    register(
        "emotion",
        "vocmine_emotion.analyzer:EmotionAnalyzer",
        summary="Emotions a message expresses, several or none",
    )

"""Emotions each message expresses: several, one or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.tables import Column, Table, TableColumns

if TYPE_CHECKING:
    from vocmine.batch import Batch
    from vocmine.models import Heads
    from vocmine.plugin import Context


class EmotionAnalyzer:
    """Reads the head `emotions`: a probability for each emotion, a threshold for each."""

    version = "1"
    requires = (
        "texts",
        "segment_texts",
        "message_vectors",
        "segment_vectors",
        "segment_message",
    )
    outputs = (
        Table(
            "emotions",
            per="message",
            columns=(
                Column("emotion", labels="emotion"),
                Column("confidence", type="real"),
            ),
            many=True,
        ),
    )

    _heads: Heads

    def open(self, context: Context) -> None:
        """Keep the run's heads."""
        self._heads = context.heads

    def analyze(self, batch: Batch) -> TableColumns:
        """One row of `emotions` for each emotion of each message; none is a real answer."""
        row, codes, confidence = self._heads.predict_many("emotions", batch)
        return {"emotions": {"row": row, "emotion": codes, "confidence": confidence}}

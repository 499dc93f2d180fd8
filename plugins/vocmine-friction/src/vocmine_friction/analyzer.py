"""Customer effort and churn of each message, obstacle of each segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.tables import Column, Table, TableColumns

if TYPE_CHECKING:
    from vocmine.batch import Batch
    from vocmine.models import Heads
    from vocmine.plugin import Context


class FrictionAnalyzer:
    """Reads the heads `effort`, `churn` (message) and `friction` (segment)."""

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
            "effort",
            per="message",
            columns=(
                Column("effort", type="integer", labels="effort"),
                Column("effort_confidence", type="real"),
                Column("churn", type="boolean"),
                Column("churn_confidence", type="real"),
            ),
        ),
        Table(
            "segment_friction",
            per="segment",
            columns=(
                Column("friction", labels="friction"),
                Column("friction_confidence", type="real"),
            ),
        ),
    )

    _heads: Heads

    def open(self, context: Context) -> None:
        """Keep the run's heads."""
        self._heads = context.heads

    def analyze(self, batch: Batch) -> TableColumns:
        """One row of `effort` per message, one of `segment_friction` per segment."""
        effort = self._heads.predict("effort", batch)
        churn = self._heads.predict("churn", batch)
        friction = self._heads.predict("friction", batch)
        return {
            "effort": {
                "effort": effort.codes,
                "effort_confidence": effort.confidence,
                "churn": churn.codes,
                "churn_confidence": churn.confidence,
            },
            "segment_friction": {
                "friction": friction.codes,
                "friction_confidence": friction.confidence,
            },
        }

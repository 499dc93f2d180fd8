"""PQRS kind and urgency of each message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.tables import Column, Table, TableColumns

if TYPE_CHECKING:
    from vocmine.batch import Batch
    from vocmine.models import Heads
    from vocmine.plugin import Context


class PqrsAnalyzer:
    """Reads the heads `pqrs` and `urgent`."""

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
            "pqrs",
            per="message",
            columns=(
                Column("pqrs", labels="pqrs"),
                Column("pqrs_confidence", type="real"),
                Column("urgent", type="boolean"),
                Column("urgent_confidence", type="real"),
            ),
        ),
    )

    _heads: Heads

    def open(self, context: Context) -> None:
        """Keep the run's heads."""
        self._heads = context.heads

    def analyze(self, batch: Batch) -> TableColumns:
        """One row of `pqrs` per message."""
        pqrs = self._heads.predict("pqrs", batch)
        urgent = self._heads.predict("urgent", batch)
        return {
            "pqrs": {
                "pqrs": pqrs.codes,
                "pqrs_confidence": pqrs.confidence,
                "urgent": urgent.codes,
                "urgent_confidence": urgent.confidence,
            }
        }

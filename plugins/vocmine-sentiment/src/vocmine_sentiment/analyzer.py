"""Sentiment and recommendation of each message, polarity of each segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.tables import Column, Table, TableColumns

if TYPE_CHECKING:
    from vocmine.batch import Batch
    from vocmine.models import Heads
    from vocmine.plugin import Context


class SentimentAnalyzer:
    """Reads the heads `sentiment`, `recommend` (message) and `polarity` (segment)."""

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
            "sentiment",
            per="message",
            columns=(
                Column("sentiment", labels="sentiment"),
                Column("sentiment_confidence", type="real"),
                Column("recommend", type="integer", labels="recommend"),
                Column("recommend_confidence", type="real"),
            ),
        ),
        Table(
            "segment_polarity",
            per="segment",
            columns=(
                Column("polarity", type="integer", labels="polarity"),
                Column("polarity_confidence", type="real"),
            ),
        ),
    )

    _heads: Heads

    def open(self, context: Context) -> None:
        """Keep the run's heads."""
        self._heads = context.heads

    def analyze(self, batch: Batch) -> TableColumns:
        """One row of `sentiment` per message, one of `segment_polarity` per segment."""
        sentiment = self._heads.predict("sentiment", batch)
        recommend = self._heads.predict("recommend", batch)
        polarity = self._heads.predict("polarity", batch)
        return {
            "sentiment": {
                "sentiment": sentiment.codes,
                "sentiment_confidence": sentiment.confidence,
                "recommend": recommend.codes,
                "recommend_confidence": recommend.confidence,
            },
            "segment_polarity": {
                "polarity": polarity.codes,
                "polarity_confidence": polarity.confidence,
            },
        }

"""What a report looks at: the chosen messages and their labels, as temporary tables.

Every query of the report reads `report_messages` and `report_insights` instead of the store's
own tables, so filters are written once, and an analyzer that did not run is an empty table
instead of an error.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlite_utils

ANALYZER_TABLES: dict[str, tuple[str, ...]] = {
    "sentiment": ("message_id", "sentiment", "sentiment_confidence"),
    "segment_polarity": ("segment_id", "polarity"),
    "emotions": ("message_id", "emotion", "confidence"),
    "effort": ("message_id", "effort", "churn"),
    "segment_friction": ("segment_id", "friction"),
    "pqrs": ("message_id", "pqrs", "pqrs_confidence", "urgent"),
    "topics": ("id", "name", "terms"),
    "segment_topics": ("segment_id", "topics_id", "weight"),
}
"""Tables of the built-in analyzers and the columns that the report reads; those of segments it
reads as part of the insights, which are there without polarity or obstacle when one is absent."""

_MESSAGES = """
CREATE TEMP TABLE report_messages AS
SELECT
    m.id, m.source_id, m.lang, m.channel, m.external_id,
    date(substr(m.created_at, 1, 10)) AS day, CAST(NULL AS TEXT) AS period,
    s.sentiment, p.pqrs, p.urgent, e.effort, e.churn,
    CASE WHEN s.sentiment IN ('very_negative', 'negative') THEN 'negative'
         WHEN s.sentiment IN ('very_positive', 'positive') THEN 'positive'
         WHEN s.sentiment IS NOT NULL THEN 'neutral' END AS tone
FROM main.messages AS m
JOIN main.sources AS f ON f.id = m.source_id
LEFT JOIN sentiment AS s ON s.message_id = m.id
LEFT JOIN pqrs AS p ON p.message_id = m.id
LEFT JOIN effort AS e ON e.message_id = m.id
WHERE m.skip_reason IS NULL
  AND (:since = '' OR date(substr(m.created_at, 1, 10)) >= :since)
  AND (:until = '' OR date(substr(m.created_at, 1, 10)) <= :until)
  AND (:source = '' OR f.name = :source)
  AND (:channel = '' OR m.channel = :channel)
  AND (:country = '' OR m.country = :country)
"""

# Of copies of a message the first that passes counts.
_COPIES = """
DELETE FROM report_messages
WHERE id IN (SELECT message_id FROM main.duplicates) AND id NOT IN (
    SELECT min(m.id) FROM report_messages AS m
    JOIN main.duplicates AS d ON d.message_id = m.id GROUP BY d.first_id
)
"""

_INSIGHTS = """
CREATE TEMP TABLE report_insights AS
SELECT
    i.id, i.message_id, i.confidence, length(i.quote) AS length,
    coalesce(i.polarity, 0) AS polarity,
    coalesce(i.friction, 'none') AS friction,
    coalesce(i.phase, 'unknown') AS phase,
    coalesce(i.stage, 'unknown') AS stage,
    coalesce(i.pyramid, 'none') AS pyramid,
    coalesce(i.touchpoint, 'unknown') AS touchpoint,
    CASE WHEN i.polarity < 0 THEN 'negative' WHEN i.polarity > 0 THEN 'positive'
         WHEN i.polarity = 0 THEN 'neutral' END AS tone
FROM main.insights AS i
JOIN report_messages AS m ON m.id = i.message_id
"""

_INDEXES = (
    "CREATE INDEX temp.report_insights_message ON report_insights(message_id, stage)",
    "CREATE INDEX temp.report_insights_point ON report_insights"
    "(tone, friction, stage, touchpoint, message_id, polarity)",
    "CREATE INDEX temp.report_insights_stage ON report_insights(tone, stage)",
)

# Reading a file again counts its skipped rows again, so only each source's newest run counts.
_NEWEST = """
CREATE TEMP TABLE report_newest AS
SELECT coalesce(source_id, 0) AS source_id, max(run_id) AS run_id FROM (
    SELECT source_id, run_id FROM main.messages
    UNION SELECT source_id, run_id FROM main.skips
    UNION SELECT source_id, run_id FROM main.failures WHERE source_id IS NOT NULL
) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which messages a report is about; empty means all.

    Args:
        since: First day, `YYYY-MM-DD`; messages without a date are then left out.
        until: Last day, `YYYY-MM-DD`, included.
        source: Name of the file that the messages were read from.
        channel: Channel as the export writes it.
        country: ISO 3166-1 alpha-2 code.
        keep_duplicates: Count every copy of a message, and not the first only.

    Raises:
        UsageError: When a date is not one, or `since` is after `until`.
    """

    since: str = ""
    until: str = ""
    source: str = ""
    channel: str = ""
    country: str = ""
    keep_duplicates: bool = False

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            value = getattr(self, name)
            try:
                valid = not value or date.fromisoformat(value).isoformat() == value
            except ValueError:
                valid = False
            if not valid:
                raise UsageError(f"'{value}' is not a date.", f"Write {name} as 2026-03-31.")
        if self.since and self.until and self.since > self.until:
            raise UsageError(
                f"The period ends on {self.until}, before it starts on {self.since}.",
                "Swap the two dates.",
            )

    def as_dict(self) -> dict[str, str]:
        """Filter name to its value, for the queries and the report's heading."""
        return {
            "since": self.since,
            "until": self.until,
            "source": self.source,
            "channel": self.channel,
            "country": self.country,
        }


@contextmanager
def report_scope(db: sqlite_utils.Database, filters: Filters) -> Iterator[frozenset[str]]:
    """One consistent reading of the store; yields the analyzer tables that exist.

    Inside, the temporary tables `report_messages` and `report_insights` hold what the filters
    let through, `report_newest` has each source's newest run, and an absent analyzer table is
    shadowed by an empty temporary one. The store itself is not written, and nothing is left
    behind.
    """
    with db.atomic():
        present = frozenset(
            name for name, columns in ANALYZER_TABLES.items() if _has_columns(db, name, columns)
        )
        shadows = [name for name in ANALYZER_TABLES if name not in present]
        try:
            for name in shadows:
                columns = ", ".join(ANALYZER_TABLES[name])
                db.execute(f"CREATE TEMP TABLE {name} ({columns})")
            db.execute(_MESSAGES, filters.as_dict())
            db.execute("CREATE UNIQUE INDEX temp.report_messages_id ON report_messages(id)")
            if not filters.keep_duplicates:
                db.execute(_COPIES)
            db.execute(_INSIGHTS)
            for index in _INDEXES:
                db.execute(index)
            db.execute(_NEWEST)
            yield present
        finally:
            for name in ("report_newest", "report_insights", "report_messages", *shadows):
                db.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _has_columns(db: sqlite_utils.Database, table: str, columns: tuple[str, ...]) -> bool:
    found = {row["name"] for row in db.query("SELECT name FROM pragma_table_info(?)", [table])}
    return found.issuperset(columns)

"""How far to trust the report: what was read, left out or failed, in what language, by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite_utils

    from vocmine.report.data import Row

MAX_SOURCES = 8


def data_quality(db: sqlite_utils.Database, *, keep_duplicates: bool = False) -> Row:
    """Sources, rows left out by reason, failures, languages and who analysed what.

    Reads the whole store, whatever the filters: it tells about the data, not about a selection.
    Must be called inside the scope.

    Args:
        db: The store.
        keep_duplicates: Whether the figures of this report count every copy.
    """
    sources = list(
        db.query(
            """
            SELECT s.name, s.format, s.plugin, count(m.id) AS messages,
                   coalesce(sum(m.skip_reason IS NULL), 0) AS analysed,
                   min(date(substr(m.created_at, 1, 10))) AS first_day,
                   max(date(substr(m.created_at, 1, 10))) AS last_day
            FROM main.sources AS s LEFT JOIN main.messages AS m ON m.source_id = s.id
            GROUP BY s.id ORDER BY messages DESC, s.name
            """
        )
    )
    skips = _skips(db)
    stored = sum(source["messages"] for source in sources)
    unread = sum(skip["records"] for skip in skips if not skip["stored"])
    failures = _failures(db)
    return {
        "sources": sources[:MAX_SOURCES],
        "more_sources": max(0, len(sources) - MAX_SOURCES),
        "stored": stored,
        "analysed": sum(source["analysed"] for source in sources),
        "records": stored + unread + sum(row["n"] for row in failures if not row["stored"]),
        "skips": skips,
        "skipped": sum(skip["records"] for skip in skips),
        "failures": failures,
        "failed": sum(row["n"] for row in failures),
        "langs": list(
            db.query(
                "SELECT lang, count(*) AS messages FROM main.messages "
                "GROUP BY lang ORDER BY messages DESC, lang"
            )
        ),
        "duplicates": _duplicates(db),
        "keep_duplicates": keep_duplicates,
        "analyses": _analyses(db),
        "models": _models(db),
        "run": next(
            iter(
                db.query(
                    "SELECT name, started_at, finished_at, status, version FROM main.runs "
                    "ORDER BY id DESC LIMIT 1"
                )
            ),
            None,
        ),
    }


def _models(db: sqlite_utils.Database) -> list[str]:
    """Hashes of the models that gave the newest labels."""
    rows = db.query(
        "SELECT DISTINCT model_sha256 AS model FROM main.analyses WHERE id IN "
        "(SELECT max(id) FROM main.analyses WHERE status = 'ok' GROUP BY name)"
    )
    return [row["model"] for row in rows if row["model"]]


def _skips(db: sqlite_utils.Database) -> list[Row]:
    # Some reasons are found after storing (no words, a foreign language); those are counted on
    # the messages themselves and not a second time from `skips`.
    return list(
        db.query(
            """
            SELECT reason, sum(records) AS records, max(stored) AS stored FROM (
                SELECT skip_reason AS reason, count(*) AS records, 1 AS stored
                FROM main.messages WHERE skip_reason IS NOT NULL GROUP BY skip_reason
                UNION ALL
                SELECT k.reason, sum(k.records), 0
                FROM main.skips AS k
                JOIN report_newest AS n
                  ON n.source_id = coalesce(k.source_id, 0) AND n.run_id = k.run_id
                WHERE k.reason NOT IN (
                    SELECT skip_reason FROM main.messages WHERE skip_reason IS NOT NULL
                )
                GROUP BY k.reason
            )
            GROUP BY reason ORDER BY records DESC, reason
            """
        )
    )


def _failures(db: sqlite_utils.Database) -> list[Row]:
    return list(
        db.query(
            """
            SELECT f.plugin, f.error, min(f.locator) AS locator, count(*) AS n,
                   f.message_id IS NOT NULL AS stored
            FROM main.failures AS f
            LEFT JOIN report_newest AS n ON n.source_id = f.source_id
            WHERE f.run_id = coalesce(n.run_id, (SELECT max(id) FROM main.runs))
            GROUP BY f.plugin, f.error, stored ORDER BY n DESC, f.plugin, f.error
            """
        )
    )


def _duplicates(db: sqlite_utils.Database) -> int:
    sql = "SELECT count(*) AS n FROM main.duplicates WHERE message_id <> first_id"
    return int(next(iter(db.query(sql)))["n"])


def _analyses(db: sqlite_utils.Database) -> list[Row]:
    return list(
        db.query(
            """
            SELECT a.name, a.plugin, a.version, substr(a.model_sha256, 1, 12) AS model
            FROM main.analyses AS a
            WHERE a.id IN (SELECT max(id) FROM main.analyses WHERE status = 'ok' GROUP BY name)
            ORDER BY a.name
            """
        )
    )

"""vocmine analyzer: cues of risk to health, and a view that puts them beside their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine import hookimpl

if TYPE_CHECKING:
    import sqlite_utils

    from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"
ALERTS = """\
CREATE VIEW health_alerts AS
SELECT m.id, m.external_id, m.created_at, m.channel, group_concat(DISTINCT r.kind) AS kinds,
       group_concat(r.quote, ' | ') AS quotes, m.text
FROM health_risks AS r JOIN messages AS m ON m.id = r.message_id
GROUP BY m.id"""


@hookimpl
def register_analyzers(register: Register) -> None:
    """Register the analyzer `health-risk`."""
    register(
        "health-risk",
        "vocmine_health_risk.analyzer:HealthRiskAnalyzer",
        summary="Cues of risk to health: urgent symptoms, medicines and care denied or late",
    )


@hookimpl
def prepare_store(db: sqlite_utils.Database) -> None:
    """Make the view `health_alerts` once its table is there, before later runs and reports."""
    if "health_risks" in db.table_names() and "health_alerts" not in db.view_names():
        db.execute(ALERTS)

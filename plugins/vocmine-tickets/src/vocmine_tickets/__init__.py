"""vocmine source plugin: tickets, PQRS, social posts and any table with a column of text."""

from vocmine import hookimpl
from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"


@hookimpl
def register_sources(register: Register) -> None:
    """Register the source `tickets`."""
    register(
        "tickets",
        "vocmine_tickets.source:TicketSource",
        summary="PQRS, help-desk tickets, posts and other tables: CSV, XLSX, JSON, JSONL",
    )

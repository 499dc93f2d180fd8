"""The store: one SQLite file with typed tables, full-text search and views."""

from vocmine.store.database import Store

__all__ = ["Store"]

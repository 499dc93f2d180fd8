"""A team's own categories in the store, so that whoever opens it reads their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vocmine.store.database import Store
    from vocmine.taxonomy import Taxonomy

_COLUMNS = {"es": "name", "pt": "name_pt", "en": "name_en"}


def write_categories(store: Store, taxonomy: Taxonomy | None) -> None:
    """Note the categories of a model; those of other models stay, insights may refer to them."""
    if taxonomy is None:
        return
    with store.transaction() as conn:
        conn.executemany(
            "INSERT INTO categories (code, friction, name, name_pt, name_en, position) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET "
            "friction = excluded.friction, name = excluded.name, name_pt = excluded.name_pt, "
            "name_en = excluded.name_en, position = excluded.position",
            [
                (c.code, c.friction, c.es, c.pt, c.en, position)
                for position, c in enumerate(taxonomy.categories)
            ],
        )


def category_names(store: Store, lang: str = "es") -> dict[str, str]:
    """Code to name of the own categories that the store knows, in order."""
    rows = store.conn.execute(f"SELECT code, {_COLUMNS[lang]} FROM categories ORDER BY position")
    return dict(rows.fetchall())

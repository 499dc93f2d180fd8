"""Reviews of a shop as its analyst keeps them: a workbook with real dates and numbers."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

Entry = dict[str, Any]
SECTORS = {
    "ecommerce", "fashion", "electronics", "home", "beauty", "furniture", "appliances", "toys",
    "phones", "kitchen", "tools", "books", "shoes", "computers", "sports", "garden", "baby",
    "clothing", "pets", "marketplace", "laptops", "retail",
}  # fmt: skip
HEADER = [
    "ID reseña", "Fecha", "Producto", "Categoría", "Estrellas", "Título", "Reseña", "Ciudad",
    "País", "Compra verificada", "Respuesta",
]  # fmt: skip
WIDTHS = [12, 17, 28, 16, 10, 24, 80, 18, 8, 12, 40]
FIRST, DAYS = datetime(2026, 2, 1), 285
RATING_ONLY = 12
OPENING = 75
STARS = {
    "very_negative": 1, "negative": 2, "mixed": 3, "neutral": 3, "positive": 4, "very_positive": 5,
}  # fmt: skip
ELSEWHERE = re.compile(
    r"\b(?:local|sucursal|cajera|mercado|fila|probador\w*|visit\w*)\b|@\w+", re.I
)


def write_shop(path: Path, corpus: list[Entry], material: Entry, chance: random.Random) -> int:
    """Write the workbook; returns its number of records."""
    shop = material["shop"]
    rows = [
        _row(entry, product, shop, chance)
        for entry in corpus
        if entry["channel"] == "review"
        and entry["sector"] in SECTORS
        and entry["country"] in shop["cities"]
        and not ELSEWHERE.search(entry["text"])
        and (product := _product(entry["text"], shop["products"]))
    ]
    rows += [_rating_only(shop, chance) for _ in range(RATING_ONLY)]
    rows.sort(key=lambda row: row[1])
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
        # The time of writing would make every run another file.
        book.set_properties({"title": shop["name"], "created": FIRST + timedelta(DAYS)})
        sheet = book.add_worksheet("Reseñas")
        bold = book.add_format({"bold": True})
        date_format = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write_row(0, 0, HEADER, bold)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            sheet.write_number(number, 0, 50_000 + number)
            sheet.write_datetime(number, 1, row[1], date_format)
            sheet.write_row(number, 2, row[2:])
    return len(rows)


def _product(text: str, products: list[list[str]]) -> list[str]:
    """The product whose word comes first in the opening of the text, where reviews name it."""
    opening = text[:OPENING]
    found = [
        (match.start(), [name, category])
        for word, name, category in products
        if (match := re.search(rf"\b(?:{word})", opening, re.IGNORECASE))
    ]
    return min(found)[1] if found else []


def _row(entry: Entry, product: list[str], shop: Entry, chance: random.Random) -> list[Any]:
    stars = entry.get("stars") or STARS[entry["sentiment"]]
    if "stars" not in entry and chance.random() < 0.25:
        stars = min(5, max(1, stars + chance.choice([-1, 1])))
    title, text = _title(entry["text"], stars, shop, chance)
    unhappy = stars <= 2
    reply = ""
    if chance.random() < (0.35 if unhappy else 0.08):
        reply = chance.choice(shop["reply"][:2] if unhappy else shop["reply"][2:])
    return [
        None, _date(chance), *product, stars, title, text,
        chance.choice(shop["cities"][entry["country"]]), entry["country"],
        chance.choice(["Sí", "Sí", "Sí", "No"]), reply,
    ]  # fmt: skip


def _title(text: str, stars: int, shop: Entry, chance: random.Random) -> tuple[str, str]:
    """A first line of its own is the title; others have one of the usual titles, or none."""
    head, _, rest = text.partition("\n")
    if rest.strip() and len(head) <= 60:
        return head.strip(), rest.strip()
    return (chance.choice(shop["titles"][stars]) if chance.random() < 0.5 else ""), text


def _rating_only(shop: Entry, chance: random.Random) -> list[Any]:
    country = chance.choice(sorted(shop["cities"]))
    _, name, category = chance.choice(shop["products"])
    stars = chance.choice([5, 5, 5, 4, 4, 3, 1, 1])
    city = chance.choice(shop["cities"][country])
    return [None, _date(chance), name, category, stars, "", "", city, country, "Sí", ""]


def _date(chance: random.Random) -> datetime:
    day = FIRST + timedelta(days=int(chance.triangular(0, DAYS, DAYS * 0.8)))
    return day + timedelta(hours=chance.randint(7, 23), minutes=chance.randint(0, 59))

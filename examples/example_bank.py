"""A bank's PQRS as its core system exports them: `;`, latin-1, Colombian column names."""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
SECTORS = {
    "banking", "insurance", "wallets", "cards", "fintech", "pensions", "banking_app",
    "credit_bureau", "cooperative", "wallet_app", "atm",
}  # fmt: skip
HEADER = [
    "Radicado", "Fecha de radicación", "Canal", "Tipo", "Dependencia", "País", "Ciudad", "Asunto",
    "Descripción", "Estado", "Fecha de respuesta",
]  # fmt: skip
FIRST, LAST = datetime(2026, 1, 5), datetime(2026, 11, 13)
EXPORTED = datetime(2026, 11, 18)
MONTHS = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()
DAY = re.compile(rf"(?:(\d{{1,2}}) de |\ben |\bde )({'|'.join(MONTHS)})\b", re.IGNORECASE)
BANK = re.compile(
    r"(?<!\w)@\w+|\b[Bb]anco (?:de la |de los |del? )?(?!República|Central)[A-ZÁÉÍÓÚ][a-záéíóúñ]+"
    r"(?: [A-Z][a-z]+)?",
)
ASCII_FOR = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})


def write_bank(path: Path, corpus: list[Entry], material: Entry, chance: random.Random) -> int:
    """Write the CSV; returns its number of records."""
    bank = material["bank"]
    chosen = [
        entry
        for entry in corpus
        if entry["sector"] in SECTORS
        and entry["country"] in bank["countries"]
        # Jokes, news and talk between customers are no PQRS of a bank.
        and (entry["pqrs"] != "none" or entry["channel"] not in {"tweet", "review"})
        and not (entry["channel"] == "review" and entry["id"].startswith("pld"))
    ]
    dated = sorted(((_date(entry, chance), entry) for entry in chosen), key=lambda pair: pair[0])
    with path.open("w", encoding="latin-1", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(HEADER)
        for number, (date, entry) in enumerate(dated, start=1):
            writer.writerow(_row(number, date, entry, bank, chance))
    return len(dated)


def _row(
    number: int, date: datetime, entry: Entry, bank: Entry, chance: random.Random
) -> list[str]:
    first = entry["insights"][0] if entry["insights"] else {}
    text = _latin1(_one_bank(entry["text"], bank))
    answered = _answered(date, entry, chance)
    state = "Cerrado" if answered else chance.choice(["En trámite", "En trámite", "Abierto"])
    return [
        f"BC-{date:%Y%m}-{number:06d}",
        date.strftime("%d/%m/%Y %H:%M"),
        bank["channels"].get(entry["channel"], "Otro"),
        _kind(entry, bank, chance),
        bank["areas"].get(first.get("touchpoint", "unknown"), "Servicio al cliente"),
        bank["countries"][entry["country"]],
        _city(text, bank["cities"][entry["country"]], chance),
        _subject(entry, first, bank, chance),
        text,
        state,
        answered.strftime("%d/%m/%Y") if answered else "",
    ]


def _date(entry: Entry, chance: random.Random) -> datetime:
    """A working hour of the year, soon after the date the text itself tells, if it tells one."""
    told = DAY.search(entry["text"])
    if told:
        month = MONTHS.index(told[2].lower()) + 1
        day = min(int(told[1]), 28) if told[1] else chance.randint(1, 28)
        date = datetime(2026, month, max(day, 1)) + timedelta(days=chance.randint(1, 25))
    else:
        date = FIRST + (LAST - FIRST) * chance.random()
        frictions = {insight["friction"] for insight in entry["insights"]}
        # The bank changed its app in September: from then on it fails more.
        if frictions & {"outage", "access", "usability"} and chance.random() < 0.55:
            date = datetime(2026, 9, 7) + timedelta(days=chance.triangular(0, 65, 10))
    date = min(max(date, FIRST), LAST)
    if date.weekday() == 6 and chance.random() < 0.7:
        date -= timedelta(days=chance.randint(1, 4))
    hour = int(chance.triangular(6, 22, 10))
    return date.replace(hour=hour, minute=chance.randint(0, 59), second=0, microsecond=0)


def _answered(date: datetime, entry: Entry, chance: random.Random) -> datetime | None:
    days = int(chance.lognormvariate(2.4, 0.6)) + 1
    if entry["urgent"]:
        days = max(1, days // 2)
    answered = date + timedelta(days=days)
    answered += timedelta(days=max(0, answered.weekday() - 4))  # nobody answers on a weekend
    return answered if answered < EXPORTED and chance.random() < 0.93 else None


def _kind(entry: Entry, bank: Entry, chance: random.Random) -> str:
    """The bank's own typing, which takes many complaints for claims and the other way round."""
    kind: str = entry["pqrs"]
    if kind in {"claim", "grievance"} and chance.random() < 0.12:
        kind = "grievance" if kind == "claim" else "claim"
    if chance.random() < 0.03:
        kind = "petition"
    name: str = bank["kinds"][kind]
    return name


def _city(text: str, cities: list[str], chance: random.Random) -> str:
    told = next((city for city in cities if city in text), "")
    return told or chance.choice(cities)


def _subject(entry: Entry, first: Entry, bank: Entry, chance: random.Random) -> str:
    if entry["pqrs"] in {"compliment", "suggestion", "inquiry"} and chance.random() < 0.6:
        name: str = bank["kinds"][entry["pqrs"]]
        return name
    subject: str = chance.choice(bank["subjects"][first.get("friction", "none")])
    return subject if chance.random() < 0.9 else ""


def _one_bank(text: str, bank: Entry) -> str:
    def name(match: re.Match[str]) -> str:
        found: str = bank["handle"] if match[0].startswith("@") else bank["name"]
        return found

    return BANK.sub(name, text)


def _latin1(text: str) -> str:
    """The text without what latin-1 cannot write: what the bank's form did to emoji."""
    plain = unicodedata.normalize("NFC", text).translate(ASCII_FOR)
    return re.sub(r" +", " ", plain.encode("latin-1", "ignore").decode("latin-1")).strip()

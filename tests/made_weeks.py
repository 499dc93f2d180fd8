"""Twenty weeks of a bank's messages, in the last of which the app fails."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from made_stores import record
from made_years import MONDAY

WEEKS, EACH = 20, 42
TODAY = date.fromisoformat(MONDAY) + timedelta(weeks=WEEKS)
LAST = (TODAY - timedelta(weeks=1)).isoformat()
"""Monday of the last week, in which the app fails."""
BILL = "Me cobraron dos veces"
SECRET = "La aplicación se cae al pagar"
CALM = TODAY - timedelta(weeks=1)
"""A Monday before anything happened."""


def records() -> list[dict[str, Any]]:
    """Weeks alike: half complain of the bill; in the last one, a third say that the app fails."""
    made = []
    for n in range(WEEKS * EACH):
        week, place = divmod(n, EACH)
        day = date.fromisoformat(MONDAY) + timedelta(weeks=week, days=place % 7)
        fails = place >= EACH - (14 if week == WEEKS - 1 else week % 3)
        words = SECRET if fails else BILL if place % 2 else "Gracias por todo"
        about = {
            SECRET: (SECRET, -2, "outage", "use", "utility", "app"),
            BILL: (BILL, -1, "billing", "use", "utility", "billing"),
        }.get(words)
        made.append(
            record(
                n,
                text=f"{words}. Caso {n}.",
                quotes=[about] if about else [],
                sentiment="negative" if about else "positive",
                created_at=f"{day}T10:00:00",
                extra={"type": "Reclamo"},
                pqrs="claim",
            )
        )
    return made

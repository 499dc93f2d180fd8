"""Public sets mapped to the project's labels: weak labels, weighted below the project's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heads_data import Code, Example, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

EKMAN = ("anger", "disgust", "fear", "joy", "sadness", "surprise")

GOEMOTIONS: Mapping[str, str] = {
    "anger": "anger",
    "annoyance": "frustration",
    "disappointment": "disappointment",
    "sadness": "sadness",
    "grief": "sadness",
    "fear": "fear",
    "nervousness": "fear",
    "disgust": "disgust",
    "confusion": "confusion",
    "surprise": "surprise",
    "realization": "surprise",
    "joy": "joy",
    "excitement": "joy",
    "admiration": "joy",
    "love": "joy",
    "relief": "joy",
    "gratitude": "gratitude",
}
"""GoEmotions to ours. `trust` has no counterpart and stays unknown; the rest (amusement,
approval, caring, curiosity, desire, disapproval, embarrassment, optimism, pride, remorse)
says nothing sure about ours, so a text with one of them keeps only the emotions it names."""

GOEMOTIONS_KNOWN = frozenset(GOEMOTIONS.values())

BITEXT: Mapping[str, str] = {
    "cancel_order": "petition",
    "change_order": "petition",
    "change_shipping_address": "petition",
    "check_cancellation_fee": "inquiry",
    "check_invoice": "petition",
    "check_invoices": "petition",
    "check_payment_methods": "inquiry",
    "check_refund_policy": "inquiry",
    "complaint": "claim",
    "contact_customer_service": "inquiry",
    "contact_human_agent": "petition",
    "create_account": "petition",
    "delete_account": "petition",
    "delivery_options": "inquiry",
    "delivery_period": "inquiry",
    "edit_account": "petition",
    "get_invoice": "petition",
    "get_refund": "petition",
    "newsletter_subscription": "petition",
    "payment_issue": "claim",
    "place_order": "petition",
    "recover_password": "petition",
    "registration_problems": "claim",
    "set_up_shipping_address": "petition",
    "switch_account": "petition",
    "track_order": "inquiry",
    "track_refund": "inquiry",
}
"""Intents of the Bitext support set to PQRS kinds."""


def brighter_example(row: Mapping[str, Any], weight: float) -> Example:
    """A BRIGHTER row: the Ekman six, of which English lacks disgust."""
    known = [e for e in EKMAN if not (row["lang"] == "en" and e == "disgust")]
    return Example(
        text=str(row["text"]),
        lang=str(row["lang"]),
        source=f"brighter-{row['lang']}",
        emotions={emotion: emotion in row["label"] for emotion in known},
        weight=weight,
    )


def goemotions_example(row: Mapping[str, Any], weight: float) -> Example:
    """A GoEmotions row; emotions that its labels neither name nor rule out are absent."""
    named = {GOEMOTIONS[label] for label in row["label"] if label in GOEMOTIONS}
    clear = all(label in GOEMOTIONS or label == "neutral" for label in row["label"])
    return Example(
        text=str(row["text"]),
        lang="en",
        source="goemotions-en",
        emotions={e: e in named for e in sorted(GOEMOTIONS_KNOWN) if clear or e in named},
        weight=weight,
    )


def bitext_example(row: Mapping[str, Any], weight: float) -> Example | None:
    """A Bitext row as a PQRS kind, or None when its intent has no counterpart."""
    kind = BITEXT.get(str(row["label"]))
    if kind is None:
        return None
    labels: dict[str, Code] = {"pqrs": kind}
    return Example(
        text=str(row["text"]), lang="en", source="bitext-support-en", labels=labels, weight=weight
    )


def banking77_example(row: Mapping[str, Any], weight: float) -> Example:
    """A Banking77 question: an inquiry, whatever its intent."""
    return Example(
        text=str(row["text"]),
        lang="en",
        source="banking77-en",
        labels={"pqrs": "inquiry"},
        weight=weight,
    )


def xci_example(row: Mapping[str, Any], weight: float) -> Example | None:
    """A complaint of the XCI set as a claim; non-complaints may be anything else: None."""
    if row["label"] != "complaint":
        return None
    return Example(
        text=str(row["text"]),
        lang="en",
        source="xci-complaints-en",
        labels={"pqrs": "claim"},
        weight=weight,
    )


def read_public(
    path: Path, make: Callable[[Mapping[str, Any], float], Example | None], weight: float
) -> list[Example]:
    """Rows of one public set as examples; rows without a counterpart are left out."""
    made = (make(row, weight) for row in read_rows(path))
    return [example for example in made if example is not None]

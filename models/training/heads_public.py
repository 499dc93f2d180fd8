"""Public sets mapped to the project's labels: weak labels, weighted below the project's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heads_data import Code, Example, GoldInsight, read_rows

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

QUESTIONS: frozenset[Code] = frozenset(("inquiry", "petition"))
BANKING77: Mapping[str, str] = {
    "Refund_not_showing_up": "refund",
    "balance_not_updated_after_bank_transfer": "delay",
    "balance_not_updated_after_cheque_or_cash_deposit": "delay",
    "card_not_working": "outage",
    "card_payment_fee_charged": "billing",
    "card_payment_not_recognised": "security",
    "card_payment_wrong_exchange_rate": "billing",
    "card_swallowed": "outage",
    "cash_withdrawal_charge": "billing",
    "cash_withdrawal_not_recognised": "security",
    "compromised_card": "security",
    "contactless_not_working": "outage",
    "declined_card_payment": "access",
    "declined_cash_withdrawal": "access",
    "direct_debit_payment_not_recognised": "security",
    "extra_charge_on_statement": "billing",
    "pin_blocked": "access",
    "top_up_by_card_charge": "billing",
    "transaction_charged_twice": "billing",
    "transfer_fee_charged": "billing",
    "unable_to_verify_identity": "access",
    "virtual_card_not_working": "outage",
    "wrong_amount_of_cash_received": "billing",
    "wrong_exchange_rate_for_cash_withdrawal": "billing",
}
"""Intents of Banking77 that are a failure, and its friction; the others are questions."""

COMPLAINTS: frozenset[Code] = frozenset(("claim", "grievance", "report"))
NO_COMPLAINTS: frozenset[Code] = frozenset(
    ("petition", "inquiry", "suggestion", "compliment", "none")
)
PLEASED: frozenset[Code] = frozenset(("positive", "very_positive"))
DISPLEASED: frozenset[Code] = frozenset(("negative", "very_negative"))
GOOD = frozenset("admiration approval excitement gratitude joy love optimism pride relief".split())
BAD = frozenset("anger annoyance disappointment disapproval disgust fear grief sadness".split())
"""GoEmotions whose sign is sure; a text with emotions of one sign only takes it as sentiment."""

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
    felt = frozenset(row["label"])
    sign = PLEASED if felt and felt <= GOOD else DISPLEASED if felt and felt <= BAD else None
    return Example(
        text=str(row["text"]),
        lang="en",
        source="goemotions-en",
        labels={"sentiment": sign} if sign else {},
        emotions={e: e in named for e in sorted(GOEMOTIONS_KNOWN) if clear or e in named},
        weight=weight,
    )


def bitext_example(row: Mapping[str, Any], weight: float) -> Example | None:
    """A Bitext row as a PQRS kind, or None when its intent has no counterpart."""
    kind = BITEXT.get(str(row["label"]))
    if kind is None:
        return None
    labels: dict[str, Code | frozenset[Code]] = {"pqrs": kind}
    return Example(
        text=str(row["text"]), lang="en", source="bitext-support-en", labels=labels, weight=weight
    )


def banking77_example(row: Mapping[str, Any], weight: float) -> Example:
    """A bank customer's question; where its intent is a failure, a claim with that friction."""
    text, friction = str(row["text"]), BANKING77.get(str(row["label"]))
    labels: dict[str, Code | frozenset[Code]] = {"pqrs": QUESTIONS}
    insights = None
    if friction:
        labels["pqrs"] = frozenset(("claim", "inquiry", "report"))
        insights = (GoldInsight(0, len(text), {"friction": friction}),)
    return Example(
        text=text, lang="en", source="banking77-en", labels=labels, insights=insights, weight=weight
    )


def xci_example(row: Mapping[str, Any], weight: float) -> Example:
    """A tweet to a company: a complaint, of one of three kinds, or anything else.

    A severe complaint (3 or 4 of 4) is very negative, a mild one negative or so.
    """
    complains = row["label"] == "complaint"
    labels: dict[str, Code | frozenset[Code]] = {"pqrs": COMPLAINTS if complains else NO_COMPLAINTS}
    if complains:
        severe = int(row["severity"]) >= 3
        labels["sentiment"] = frozenset(
            ("very_negative", "negative") if severe else ("negative", "neutral", "mixed")
        )
    return Example(
        text=str(row["text"]), lang="en", source="xci-complaints-en", labels=labels, weight=weight
    )


def read_public(
    path: Path, make: Callable[[Mapping[str, Any], float], Example | None], weight: float
) -> list[Example]:
    """Rows of one public set as examples; rows without a counterpart are left out."""
    made = (make(row, weight) for row in read_rows(path))
    return [example for example in made if example is not None]

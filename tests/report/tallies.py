"""Figures of the page counted from labels that SQL read, with nothing of the page."""

from __future__ import annotations

from urllib.parse import parse_qs

OF_INSIGHT = ("friction", "stage", "touchpoint", "pyramid", "phase", "tone")


def tally(labels, find, inside):
    """Messages and insights that meet criteria inside filters; nothing of the page is used."""
    wanted, within = parse_qs(find), dict(inside)
    since, until = within.pop("since", ""), within.pop("until", "9")
    channel = within.pop("channel", "")

    def fits(insight):
        if any(insight[name] != value for name, value in within.items()):
            return False
        asked = [name for name in wanted if name in OF_INSIGHT]
        if any(insight[name] not in wanted[name] for name in asked):
            return False
        return "friction" not in wanted or "tone" in wanted or insight["tone"] == "negative"

    messages, insights = 0, []
    for message in labels.values():
        (week,) = message["period"]
        if not since <= week <= until or (channel and channel not in message["channel"]):
            continue
        held = [insight for insight in message["insights"] if fits(insight)]
        of_message = [name for name in wanted if name not in OF_INSIGHT]
        if any(message[name].isdisjoint(wanted[name]) for name in of_message):
            continue
        insights += held
        messages += bool(held or not (within or set(wanted) & set(OF_INSIGHT)))
    return messages, insights

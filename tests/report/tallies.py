"""Figures of the page counted from labels that SQL read, with nothing of the page."""

from __future__ import annotations

from urllib.parse import parse_qs

from vocmine.report.wording import Wording

WORDS = Wording("es")
OF_INSIGHT = ("friction", "stage", "touchpoint", "pyramid", "phase", "tone")


def labels_of(bank):
    """Messages of the store with their labels and insights, read with SQL."""
    topics = {}
    for message, topic in bank.conn.execute(
        "SELECT DISTINCT g.message_id, s.topics_id FROM segment_topics AS s "
        "JOIN segments AS g ON g.id = s.segment_id"
    ):
        topics.setdefault(message, set()).add(str(topic))
    emotions = {}
    for message, emotion in bank.conn.execute("SELECT message_id, emotion FROM emotions"):
        emotions.setdefault(message, set()).add(emotion)
    messages = {}
    for key, channel, week, sentiment, pqrs, urgent, effort, churn in bank.conn.execute(
        "SELECT m.id, m.channel, date(substr(m.created_at, 1, 10), 'weekday 0', '-6 days'), "
        "s.sentiment, p.pqrs, p.urgent, e.effort, e.churn FROM messages AS m "
        "JOIN sentiment AS s ON s.message_id = m.id JOIN pqrs AS p ON p.message_id = m.id "
        "JOIN effort AS e ON e.message_id = m.id"
    ):
        mood = sentiment.removeprefix("very_")
        flags = {"urgent": urgent, "churn": churn, "effort": effort == 3}
        messages[key] = {
            "channel": {channel},
            "period": {week},
            "pqrs": {pqrs},
            "mood": {"neutral" if mood == "mixed" else mood},
            "flag": {flag for flag, raised in flags.items() if raised},
            "emotion": emotions.get(key, set()),
            "topic": topics.get(key, set()),
            "insights": [],
        }
    for key, polarity, *codes in bank.conn.execute(
        "SELECT message_id, polarity, friction, stage, touchpoint, pyramid, phase FROM insights"
    ):
        tone = ("neutral", "positive", "negative")[(polarity > 0) + 2 * (polarity < 0)]
        insight = dict(zip(OF_INSIGHT, (*codes, tone), strict=True))
        messages[key]["insights"].append(insight | {"polarity": polarity})
    return messages


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


def written(figure, labels, inside):
    """What a figure of the page should say."""
    messages, insights = tally(labels, figure["find"], inside)
    signs = [(i["polarity"] > 0) - (i["polarity"] < 0) for i in insights]
    decimals = int(figure.get("decimals", 0))
    if figure["unit"] == "messages":
        return WORDS.number(messages)
    if figure["unit"] == "insights":
        return WORDS.number(len(insights))
    if figure["unit"] in ("share", "insight_share"):
        whole, all_of = tally(labels, figure["of"], inside)
        if figure["unit"] == "insight_share":
            messages, whole = len(insights), len(all_of)
        return WORDS.percent(messages, whole, decimals=decimals) if whole else "–"
    if not insights:
        return "–"
    if figure["unit"] == "net":
        return WORDS.signed(sum(signs) / len(signs))
    return WORDS.number(sum(i["polarity"] for i in insights) / len(insights), decimals)

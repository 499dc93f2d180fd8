"""`vocmine watch`, `trends` and `changes`: what is said, to whom, and what never leaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from made_weeks import CALM, EACH, LAST, SECRET, TODAY, records

from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame
from vocmine.trends import attention
from vocmine.trends.webhook import WebhookError, check_url, post

Run = Callable[..., Any]


@pytest.fixture
def watch(vocmine: Run, weeks: Path) -> Run:
    def run(*arguments: object, until: date = TODAY) -> Any:
        return vocmine("watch", "--db", weeks, "--until", until, "--no-clock", *arguments)

    return run


@pytest.fixture
def hook() -> Iterator[SimpleNamespace]:
    """A server on this machine that keeps what it is sent, and answers as it is told."""
    kept = SimpleNamespace(received=[], answer=204, location="", wait=None)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.received.append((self.path, dict(self.headers), json.loads(body)))
            if kept.wait:
                kept.wait.wait(10)
            self.send_response(kept.answer)
            if kept.location:
                self.send_header("Location", kept.location)
            self.end_headers()

        def do_GET(self) -> None:
            kept.received.append((self.path, {}, None))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on stderr."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/services/s3cr3t"
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


class TestWhatNeedsAttention:
    def test_a_spike_of_the_newest_week_is_told_in_words(self, watch: Run) -> None:
        ran = watch()
        assert ran.code == 0
        first, *alerts = ran.out.replace("\N{NO-BREAK SPACE}", " ").splitlines()
        assert first == f"Semana del {date.fromisoformat(LAST).day} may 2025: 42 mensajes"
        assert any(
            line.startswith("• Pico de falla técnica (uso · aplicación): 33 % de los mensajes (14)")
            for line in alerts
        )
        assert SECRET not in ran.out

    def test_the_week_before_was_calm(self, watch: Run) -> None:
        ran = watch(until=CALM)
        assert ran.out.splitlines()[1:] == ["Nada que atender."]
        assert watch("--format", "json", until=CALM).out == "[]\n"

    def test_a_week_that_is_not_over_is_not_looked_at(self, watch: Run) -> None:
        on_sunday = watch("--format", "json", until=TODAY - timedelta(days=1))
        assert json.loads(on_sunday.out) == []

    def test_rows_for_programs_hold_codes(self, watch: Run) -> None:
        (row,) = [r for r in watch("--format", "jsonl").objects if r["what"] == "friction"]
        assert row["schema"] == 1
        assert (row["kind"], row["period"]) == ("spike", LAST)
        assert (row["friction"], row["stage"], row["touchpoint"]) == ("outage", "use", "app")
        assert row["messages"] == 14
        assert row["value"] == pytest.approx(14 / 42)
        assert 0 < row["p_value"] <= 0.05
        assert "quotes" not in row

    def test_csv_has_one_header(self, watch: Run) -> None:
        lines = watch("--format", "csv").out.splitlines()
        assert lines[0].startswith("schema,what,period,kind,friction")
        assert len(lines) == 1 + len(watch("--format", "jsonl").objects)

    @pytest.mark.parametrize(("lang", "said"), [("pt", "Pico de falha"), ("en", "Spike of")])
    def test_in_other_languages(self, watch: Run, lang: str, said: str) -> None:
        assert said in watch("--lang", lang).out

    def test_an_event_beside_it_is_named(self, watch: Run, tmp_path: Path) -> None:
        events = tmp_path / "fechas.csv"
        events.write_text(f"fecha,evento\n{LAST},Nueva versión de la app\n", "utf-8")
        assert "Coincide con: Nueva versión de la app." in watch("--events", events).out

    def test_quotes_are_shown_only_when_asked_for(self, watch: Run) -> None:
        (row,) = [
            r
            for r in watch("--with-quotes", "--format", "jsonl").objects
            if r["what"] == "friction"
        ]
        assert row["quotes"] == [SECRET]
        assert f"«{SECRET}»" in watch("--with-quotes").out

    def test_months_are_compared_where_there_are_enough(self, watch: Run) -> None:
        ran = watch("--period", "month")
        assert "Hay 3 periodos completos; hacen falta 8" in ran.err
        assert ran.code == 0

    def test_a_store_without_messages_says_so(self, vocmine: Run, empty_store: Path) -> None:
        ran = vocmine("watch", "--db", empty_store, "--fail-on-alert")
        assert ran.code == 0
        assert "Hay 0 periodos completos" in ran.err

    def test_a_change_that_stays_is_told_once(self, build_store: Any) -> None:
        rows = records()
        more = [
            {
                **row,
                "external_id": f"M-{n}",
                "text": f"{row['text']} Otra vez.",
                "created_at": f"{date.fromisoformat(row['created_at'][:10]) + timedelta(weeks=k)}",
            }
            for k in range(1, 9)
            for n, row in enumerate(rows[-EACH:], 100 * k)
        ]
        with build_store([*rows, *more]) as store:
            told = []
            for later in range(1, 9):
                until = TODAY + timedelta(weeks=later)
                frame = read_frame(store, Filter(until=until.isoformat()))
                found = attention.watch(frame, "week", until)
                told += [change.kind for change in found.changes if change.what == "friction"]
        # In its first weeks it stands out; then it is a new level, and after that it is known.
        assert told.count("level") == 1
        assert told[-1] == "level"

    def test_an_improvement_needs_nobody(self, build_store: Any) -> None:
        rows = records()
        better = [{**row, "sentiment": "positive"} for row in rows[-EACH:]]
        with build_store([*rows[:-EACH], *better]) as store:
            frame = read_frame(store, Filter())
            changes = attention.watch(frame, "week", TODAY).changes
        assert all(change.what != "negative" for change in changes)


class TestForCron:
    def test_exit_code_three_says_that_there_are_alerts(self, watch: Run) -> None:
        assert watch("--fail-on-alert").code == 3
        assert watch("--fail-on-alert", until=CALM).code == 0
        assert watch().code == 0

    def test_the_file_holds_what_was_found(self, watch: Run, tmp_path: Path) -> None:
        path = tmp_path / "alertas.json"
        watch("-o", path)
        content = json.loads(path.read_text("utf-8"))
        assert (content["schema"], content["grain"], content["period"]) == (1, "week", LAST)
        assert (content["until"], content["messages"]) == (TODAY.isoformat(), 42)
        assert content["alerts"] == watch("--format", "jsonl").objects
        assert SECRET not in path.read_text("utf-8")

    def test_it_is_written_anew_each_week_also_when_all_is_calm(
        self, watch: Run, tmp_path: Path
    ) -> None:
        path = tmp_path / "alertas.json"
        watch("-o", path)
        watch("-o", path, until=CALM)
        assert json.loads(path.read_text("utf-8"))["alerts"] == []

    @pytest.mark.parametrize("content", ['{"otra": 1}', "no es JSON", "[1]", "7"])
    def test_a_file_of_something_else_is_not_replaced(
        self, watch: Run, tmp_path: Path, content: str
    ) -> None:
        path = tmp_path / "otra.json"
        path.write_text(content, "utf-8")
        ran = watch("-o", path)
        assert ran.code == 2
        assert "not replaced" in ran.err
        assert path.read_text("utf-8") == content

    def test_a_folder_that_does_not_exist_is_told(self, watch: Run, tmp_path: Path) -> None:
        ran = watch("-o", tmp_path / "no" / "alertas.json")
        assert ran.code == 2
        assert "There is no folder" in ran.err

    def test_two_runs_say_the_same(self, watch: Run) -> None:
        assert watch("--format", "json").out == watch("--format", "json").out

    def test_today_is_another_name_of_until(self, watch: Run, vocmine: Run, weeks: Path) -> None:
        ran = vocmine("watch", "--db", weeks, "--today", TODAY, "--no-clock", "--format", "json")
        assert ran.out == watch("--format", "json").out

    def test_a_day_that_is_none_is_refused(self, vocmine: Run, weeks: Path) -> None:
        ran = vocmine("watch", "--db", weeks, "--until", "lunes")
        assert ran.code == 2
        assert "'lunes' is not a date" in ran.err


class TestWebhook:
    def test_alerts_are_sent_as_json(self, watch: Run, hook: Any, tmp_path: Path) -> None:
        ran = watch("--webhook", hook.url, "-o", tmp_path / "a.json")
        assert ran.code == 0
        ((path, headers, content),) = hook.received
        assert path == "/services/s3cr3t"
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        assert content == json.loads((tmp_path / "a.json").read_text("utf-8"))
        assert content["text"].splitlines()[1].startswith("• ")

    def test_words_of_customers_are_sent_only_when_asked_for(self, watch: Run, hook: Any) -> None:
        watch("--webhook", hook.url)
        assert SECRET not in json.dumps(hook.received[0][2], ensure_ascii=False)
        watch("--webhook", hook.url, "--with-quotes")
        assert SECRET in json.dumps(hook.received[1][2], ensure_ascii=False)

    def test_nothing_is_sent_when_all_is_calm(self, watch: Run, hook: Any) -> None:
        assert watch("--webhook", hook.url, until=CALM).code == 0
        assert hook.received == []

    def test_it_can_be_sent_and_fail_on_alert(self, watch: Run, hook: Any) -> None:
        assert watch("--webhook", hook.url, "--fail-on-alert").code == 3
        assert len(hook.received) == 1

    @pytest.mark.parametrize("answer", [400, 404, 500])
    def test_a_refusal_is_one_sentence_without_the_secret(
        self, watch: Run, hook: Any, answer: int
    ) -> None:
        hook.answer = answer
        ran = watch("--webhook", hook.url)
        assert ran.code == 1
        assert f"answered {answer}" in ran.err
        assert "s3cr3t" not in ran.err
        assert "Pico de" in ran.out

    @pytest.mark.parametrize("answer", [301, 302, 303, 307, 308])
    @pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://x/y", "http://127.0.0.1:9/otro"])
    def test_a_redirect_is_not_followed(self, hook: Any, answer: int, to: str) -> None:
        hook.answer, hook.location = answer, to
        with pytest.raises(WebhookError, match=r"redirects elsewhere|answered 30"):
            post(hook.url, {})
        assert len(hook.received) == 1

    def test_a_server_that_does_not_answer_is_given_up(self, hook: Any) -> None:
        hook.wait = Signal()
        with pytest.raises(WebhookError, match=r"did not answer in 0\.2 seconds"):
            post(hook.url, {}, timeout=0.2)
        hook.wait.set()

    def test_a_server_that_is_not_there_is_told(self, hook: Any, watch: Run) -> None:
        ran = watch("--webhook", "http://127.0.0.1:9/x")
        assert ran.code == 1
        assert "127.0.0.1:9 cannot be reached" in ran.err

    @pytest.mark.parametrize(
        "url",
        [
            "file:///etc/passwd",
            "ftp://example.com/x",
            "javascript:alert(1)",
            "example.com/hook",
            "http://",
            "https:///x",
            "http://host:puerto/",
            "http://[::1/x",
            "http://example.com/a b",
            "http://example.com/\r\nX: 1",
        ],
    )
    def test_what_is_no_http_address_is_refused_before_anything_is_read(
        self, vocmine: Run, url: str, tmp_path: Path
    ) -> None:
        ran = vocmine("watch", "--db", tmp_path / "no.db", "--webhook", url)
        assert ran.code == 2
        assert "no http or https address" in ran.err

    @pytest.mark.parametrize("url", ["http://localhost:8080/x", "https://example.com/a?b=c"])
    def test_whole_addresses_pass(self, url: str) -> None:
        check_url(url)


class TestTheClock:
    def test_overdue_and_nearly_due_cases_are_counted(
        self, monkeypatch: pytest.MonkeyPatch, build_store: Any, record: Any
    ) -> None:
        asked = []

        def case_rows(store: Any, chosen: Any, frame: Any, **law: Any) -> list[Any]:
            asked.append((len(frame.messages), law))
            return [SimpleNamespace(state=s) for s in ("red", "red", "amber", "green", "grey")]

        monkeypatch.setattr("vocmine.clock.cases.case_rows", case_rows)
        day, chosen = date(2026, 4, 1), Filter(until="2026-04-01")
        with build_store([record(1), record(2, created_at="2026-05-01T08:00:00")]) as store:
            frame = read_frame(store, chosen)
            overdue, due = attention.clock_rows(store, chosen, frame, day, "es", regime="telecom")
        assert asked == [(1, {"country": "CO", "regime": "telecom", "today": day})]
        assert (overdue["kind"], overdue["messages"], overdue["period"]) == (
            "overdue", 2, "2026-04-01",
        )  # fmt: skip
        assert overdue["text"].startswith("PQRS vencidas sin respuesta: 2.")
        assert (due["kind"], due["messages"], due["p_value"]) == ("due", 1, None)

    def test_no_case_is_no_alert(
        self, monkeypatch: pytest.MonkeyPatch, build_store: Any, record: Any
    ) -> None:
        monkeypatch.setattr("vocmine.clock.cases.case_rows", lambda *_, **__: [])
        with build_store([record(1)]) as store:
            frame = read_frame(store, Filter())
            found = attention.clock_rows(store, Filter(), frame, date(2026, 4, 1), "es")
            assert found == []

"""Names from a language model: what is sent, what is taken from an answer, and that nothing depends on it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from analysis.common.errors import BadInput, ServiceFailed
from analysis.inventory.inventory import inventory_of
from analysis.senses.ask_names import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_QUOTE,
    QUOTES,
    Endpoint,
    ask_names,
    endpoint,
    unnamed,
)

SENSES = {"sense-1": ["Willows on the [[bank]]."], "sense-2": ["The [[bank]] lends money."]}
TOLD = [
    {"id": "sense-1", "name": "river bank", "description": "The land beside a river."},
    {"id": "sense-2", "name": "financial bank", "description": "A company that lends money."},
]


def completion(content: str) -> dict[str, Any]:
    """The protocol's answer, as recorded from a server, with this content."""
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "small",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21},
    }  # fmt: skip


class Chat:
    """A local server of the protocol; ``answers`` are given one after the other, the last for good."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.silent = threading.Event()
        self.server = Endpoint("", "small", "")

    def says(self, senses: Any, status: int = 200) -> None:
        """Answer with these senses from now on."""
        self.answers = [(status, json.dumps(completion(json.dumps({"senses": senses}))))]


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    local = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            local.requests.append((self.path, dict(self.headers), json.loads(body)))
            if not local.answers:
                local.silent.wait(5)
                return
            status, text = local.answers[0] if len(local.answers) == 1 else local.answers.pop(0)
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    local.server = Endpoint(f"http://127.0.0.1:{http.server_port}/v1", "small", "secret-key")
    monkeypatch.setattr("analysis.senses.ask_names.FIRST_WAIT", 0.0)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield local
    local.silent.set()
    http.shutdown()
    http.server_close()


def test_only_the_term_and_quotes_are_sent_and_all_is_kept_but_the_key(chat, tmp_path):
    chat.says(TOLD)
    log = tmp_path / "bank.asked.jsonl"
    named = ask_names("bank", SENSES, chat.server, log)
    assert [(row["id"], row["name"], row["definition"]) for row in named] == [
        ("sense-1", "river bank", "The land beside a river."),
        ("sense-2", "financial bank", "A company that lends money."),
    ]
    path, headers, sent = chat.requests[0]
    assert path == "/v1/chat/completions" and headers["Authorization"] == "Bearer secret-key"
    assert set(sent) == {"model", "messages"} and sent["model"] == "small"
    asked = json.loads(sent["messages"][1]["content"])
    assert asked == {"term": "bank", "senses": [{"id": i, "quotes": quotes} for i, quotes in SENSES.items()]}
    line = json.loads(log.read_text("utf-8"))
    assert line["sent"] == sent and line["received"]["choices"] and "secret-key" not in log.read_text("utf-8")


def test_what_was_answered_is_not_asked_again(chat, tmp_path):
    chat.says(TOLD)
    log = tmp_path / "bank.asked.jsonl"
    log.write_text("no JSON\n[]\n", "utf-8")
    first, second = (ask_names("bank", SENSES, chat.server, log) for _ in range(2))
    assert first == second and len(chat.requests) == 1


def test_quotes_are_few_and_short_and_hold_the_mention():
    example = f"{'before ' * 60}[[bank]]{' after' * 60}"
    senses = [
        {"id": "sense-1", "definition": "found", "examples": [example] * 9},
        {"id": "riverside", "definition": "renamed by a person", "examples": ["The [[bank]]."]},
    ]
    quotes = unnamed(inventory_of({"term": "bank", "senses": senses}))
    assert set(quotes) == {"sense-1"} and len(quotes["sense-1"]) == QUOTES
    assert all(len(quote) == LONGEST_QUOTE and "[[bank]]" in quote for quote in quotes["sense-1"])


def test_an_answer_is_plain_words_of_limited_length(chat, tmp_path):
    chat.says([
        {"id": "sense-1", "name": "<b>river</b>\n`bank`", "description": "word " * 100},
        {"id": "sense-2", "name": "n" * 500, "description": "$x$ [a](http://evil)"},
        {"id": "sense-9", "name": "nobody asked", "description": "for this"},
    ])  # fmt: skip
    one, two = ask_names("bank", SENSES, chat.server, tmp_path / "log.jsonl")
    assert one["name"] == "b river /b bank" and len(two["name"]) == LONGEST_NAME
    assert len(one["definition"]) <= LONGEST_DESCRIPTION and one["definition"].endswith("word")
    assert not set(two["definition"]) & set("$[]<>`*|\\{}")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("I would say: a river.", "no names"),
        ('{"senses": {}}', "no names"),
        (json.dumps({"senses": TOLD[:1]}), "no names"),
        (json.dumps({"senses": [TOLD[0], {**TOLD[1], "name": 7}]}), "no names"),
        (json.dumps({"senses": [TOLD[0], {**TOLD[1], "name": "River bank"}]}), "the same"),
        (json.dumps({"senses": [TOLD[0], {**TOLD[1], "description": "<>"}]}), "empty"),
    ],
)
def test_an_answer_without_usable_names_is_a_failure_of_the_service(chat, tmp_path, content, reason):
    chat.answers = [(200, json.dumps(completion(content)))]
    with pytest.raises(ServiceFailed, match=reason):
        ask_names("bank", SENSES, chat.server, tmp_path / "log.jsonl")


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (500, "{}", ServiceFailed),
        (429, "{}", ServiceFailed),
        (200, "<html>", ServiceFailed),
        (200, "[]", ServiceFailed),
        (200, "", ServiceFailed),
        (200, '"' + "x" * 1_000_001 + '"', ServiceFailed),
        (307, "", ServiceFailed),
        (404, '{"error": "no such model"}', ServiceFailed),
        (401, "{}", BadInput),
        (400, "{}", BadInput),
    ],
)
def test_a_server_that_fails_is_told_and_the_failure_is_kept(chat, tmp_path, status, text, error):
    chat.answers = [(status, text)]
    log = tmp_path / "log.jsonl"
    with pytest.raises(error):
        ask_names("bank", SENSES, chat.server, log)
    line = json.loads(log.read_text("utf-8"))
    assert line["failed"] and "received" not in line and "secret-key" not in json.dumps(line)


def test_a_passing_fault_is_asked_again(chat, tmp_path):
    chat.says(TOLD)
    chat.answers.insert(0, (503, "{}"))
    assert len(ask_names("bank", SENSES, chat.server, tmp_path / "log.jsonl")) == 2 and len(chat.requests) == 2


def test_a_silent_server_and_an_absent_one_are_failures(chat, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.senses.ask_names.PATIENCE", 0.2)
    with pytest.raises(ServiceFailed, match="the connection failed"):
        ask_names("bank", SENSES, chat.server, tmp_path / "log.jsonl")
    with pytest.raises(ServiceFailed, match="check the network"):
        ask_names("bank", SENSES, Endpoint("http://127.0.0.1:9/v1", "small", ""), tmp_path / "log.jsonl")


def test_an_address_that_is_none_is_a_failure(tmp_path):
    with pytest.raises((ServiceFailed, BadInput)):
        ask_names("bank", SENSES, Endpoint("no address", "small", ""), tmp_path / "log.jsonl")


def test_the_environment_configures_it(monkeypatch):
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"BIAS_SENSES_LLM_{name}", raising=False)
    assert endpoint() is None
    monkeypatch.setenv("BIAS_SENSES_LLM_URL", "http://localhost:11434/v1/")
    assert endpoint() is None
    monkeypatch.setenv("BIAS_SENSES_LLM_MODEL", "small")
    found = endpoint()
    assert found is not None and found.key == ""
    assert found.address == "http://localhost:11434/v1/chat/completions"

"""Names from a language model in a study: kept with it, told in its methods, and never in the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis import findings, open_study, read_study
from analysis.common.errors import ServiceFailed
from analysis.report import render_report
from analysis.senses.ask_names import Endpoint

TEXTS = ["The bank of the river was flooded.", "A bank lends money.", "Willows grew on the bank of the stream."]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    rows = [{"id": f"b{n}", "title": "", "abstract": text} for n, text in enumerate(TEXTS)]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def test_a_failing_model_changes_nothing_and_a_later_answer_names_the_senses(papers, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("BIAS_SENSES_QUIET", raising=False)
    monkeypatch.setenv("BIAS_SENSES_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("BIAS_SENSES_LLM_MODEL", "small")
    answers: list[Any] = [ServiceFailed("small: no connection, 2 times in a row")]

    def post(address: str, body: Any, headers: Any, *, timeout: float) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("analysis.senses.ask_names.post_json", post)
    folder = tmp_path / "bank.study"
    own = open_study(papers, term="bank", folder=folder)
    warned = [line for line in capsys.readouterr().err.splitlines() if "keep the names" in line]
    assert len(warned) == 1 and "no connection" in warned[0]
    assert "named_by" not in own.manifest and "gave them their names" not in str(findings.methods(own))

    told = {"senses": [{"id": "sense-1", "name": "river bank", "description": "The land beside a river."}]}
    answers.append({"choices": [{"message": {"content": json.dumps(told)}}]})
    named = open_study(papers, term="bank", folder=folder)
    assert named.inventory["sense-1"].name == "river bank"
    assert named.inventory["sense-1"].definition == f"The land beside a river. {own.inventory['sense-1'].definition}"
    assert named.senses.equals(own.senses)
    methods = str(findings.methods(named))
    assert "The language model small gave" in methods and "3 quotes" in methods
    assert len((tmp_path / "bank.asked.jsonl").read_text("utf-8").splitlines()) == 2
    assert read_study(folder).inventory["sense-1"].name == "river bank"
    again = open_study(papers, term="bank", folder=folder)  # nothing is asked: no answer is left
    assert again.inventory["sense-1"].name == "river bank"


def test_the_address_may_name_the_protocols_path():
    assert Endpoint("http://h/v1/chat/completions", "m", "").address == "http://h/v1/chat/completions"


def test_the_key_of_the_model_is_in_no_file_no_page_and_no_message(papers, notebook, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("BIAS_SENSES_QUIET", raising=False)
    for name, value in (("URL", "http://127.0.0.1:9/v1"), ("MODEL", "small"), ("KEY", "sk-very-secret")):
        monkeypatch.setenv(f"BIAS_SENSES_LLM_{name}", value)
    sent = []

    def post(address: str, body: Any, headers: Any, *, timeout: float) -> Any:
        sent.append(headers["Authorization"])
        told = {"senses": [{"id": "sense-1", "name": "river bank", "description": "The land beside a river."}]}
        return {"choices": [{"message": {"content": json.dumps(told)}}]}

    monkeypatch.setattr("analysis.senses.ask_names.post_json", post)
    study = open_study(papers, term="bank", folder=tmp_path / "bank.study")
    mine = notebook("mine", "from analysis import findings, read_study; findings.methods(read_study(STUDY))")
    render_report(study, tmp_path / "out", notebooks=[mine])
    assert sent == ["Bearer sk-very-secret"]
    assert "sk-very-secret" not in "".join(capsys.readouterr())
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 30 and not [path for path in written if b"sk-very-secret" in path.read_bytes()]

"""Keys that the environment holds go to the service they are for, and nowhere else: no file, no page, no line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

KEYS = {
    name: f"key-that-nobody-may-see-{number}"
    for number, name in enumerate(["BIAS_SENSES_LLM_KEY", "OPENALEX_API_KEY", "HF_TOKEN"])
}
TEXTS = ["The bank of the river was flooded.", "A bank lends money.", "Willows grew on the bank of the stream."]


@pytest.fixture
def model() -> Iterator[tuple[str, list[str]]]:
    """A language model that gives each sense a name: its address, and what it was sent to be let in."""
    shown: list[str] = []

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            shown.append(self.headers["Authorization"])
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            ids = sorted(set(re.findall(r"sense-\d+", json.loads(asked)["messages"][-1]["content"])))
            named = [{"id": sense, "name": f"name of {sense}", "description": "A meaning."} for sense in ids]
            answer = {"choices": [{"message": {"content": json.dumps({"senses": named})}}]}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}/v1", shown
    http.shutdown()
    http.server_close()


def content(path: Path) -> Iterator[bytes]:
    """What a file holds, unpacked."""
    yield path.read_bytes()
    if path.suffix == ".parquet":
        import pyarrow.parquet

        yield str(pyarrow.parquet.read_table(path).to_pylist()).encode()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from map(packed.read, packed.namelist())


@pytest.mark.long
def test_a_report_holds_no_key(model: tuple[str, list[str]], tmp_path: Path) -> None:
    address, shown = model
    papers = tmp_path / "papers.jsonl"
    papers.write_text("\n".join(json.dumps({"title": "", "abstract": text}) for text in TEXTS), "utf-8")
    configured = {"BIAS_SENSES_LLM_URL": address, "BIAS_SENSES_LLM_MODEL": "small", "BIAS_SENSES_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "report", papers, "--term", "bank", "--out", tmp_path / "out", "--one-file"],
        env=os.environ | configured | KEYS, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(shown) == {f"Bearer {KEYS['BIAS_SENSES_LLM_KEY']}"}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any("name of sense-1" in path.read_text("utf-8") for path in files if path.suffix == ".html")
    for key in KEYS.values():
        assert key not in done.stdout + done.stderr
        assert [path for path in files if any(key.encode() in part for part in content(path))] == []

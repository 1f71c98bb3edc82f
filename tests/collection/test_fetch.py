"""Live sources, against a server on this machine that replays the services' answers and their failures."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from analysis.collection.fetch import fetch_papers, read_ids
from analysis.collection.fetch.page import arxiv_id, openalex_key
from analysis.collection.fetch.polite import Polite, Transient
from analysis.common.errors import BadInput, ServiceFailed

TITLES = [
    "Inductive bias\n  of deep networks",
    "Debiasing $x^2$ surveys",
    "Bias & variance",
    "Fair ranking",
    "Recall bias",
]
NUMBERS = [f"2502.1001{n}" for n in range(5)]
ABSTRACT = "We study bias.\n  It helps."
SECRET = "key-that-nobody-may-see"


# --- the services' answers, after their documentation ----------------------------------------------------------------


def arxiv_feed(numbers: list[str], total: int, start: int) -> str:
    entries = "".join(
        f"""<entry><id>http://arxiv.org/abs/{n}v2</id><updated>2025-03-01T10:00:00Z</updated>
        <published>2025-02-1{NUMBERS.index(n)}T10:00:00Z</published>
        <title>{TITLES[NUMBERS.index(n)].replace("&", "&amp;")}</title><summary>  {ABSTRACT}
        </summary><author><name>Anna Müller</name></author><author><name>Lee Kim</name></author>
        <arxiv:comment>9 pages</arxiv:comment><link href="http://arxiv.org/abs/{n}v2" rel="alternate" type="text/html"/>
        <arxiv:primary_category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
        <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
        <category term="stat.ML" scheme="http://arxiv.org/schemas/atom"/></entry>"""
        for n in numbers
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"
      xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
      <title>arXiv Query</title><id>http://arxiv.org/api/x</id><updated>2025-03-02T00:00:00Z</updated>
      <opensearch:totalResults>{total}</opensearch:totalResults><opensearch:startIndex>{start}</opensearch:startIndex>
      <opensearch:itemsPerPage>{len(numbers)}</opensearch:itemsPerPage>{entries}</feed>"""


def openalex_work(n: int) -> dict[str, Any]:
    return {
        "id": f"https://openalex.org/W{n}", "doi": f"https://doi.org/10.1000/Work.{n}", "title": f"Bias, part {n}",
        "ids": {
            "openalex": f"https://openalex.org/W{n}", "doi": f"https://doi.org/10.1000/Work.{n}",
            "pmid": f"https://pubmed.ncbi.nlm.nih.gov/90{n}",
        },
        "abstract_inverted_index": {"Bias": [0, 3], "helps": [1], "and": [2], "hurts.": [4]} if n != 2 else None,
        "authorships": [{"author": {"display_name": "Anna Müller"}}, {"author": None, "raw_author_name": "L. Kim"}],
        "publication_year": 2020 + n, "primary_location": {"landing_page_url": None, "source": None},
        "keywords": [{"display_name": "Bias"}], "topics": [{"display_name": "Statistics"}], "language": "en",
        "type": "article",
    }  # fmt: skip


def hf_paper(n: int) -> dict[str, Any]:
    return {
        "id": NUMBERS[n], "title": TITLES[n], "summary": ABSTRACT, "publishedAt": "2025-02-14T00:00:00.000Z",
        "authors": [{"_id": "1", "name": "Anna Müller", "hidden": False}], "upvotes": 7, "ai_keywords": ["bias"],
    }  # fmt: skip


class Server:
    """Answers like the three services; ``faults`` are served first, one a request."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.faults: list[str] = []
        self.requests: list[tuple[str, dict[str, list[str]], dict[str, str]]] = []
        self.page = 2

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if path == "/api/query":
            start, most = int(query["start"][0]), min(int(query["max_results"][0]), self.page)
            known = [i for i in query.get("id_list", [""])[0].split(",") if i]
            chosen = [n for n in NUMBERS if n in known] if known else NUMBERS
            most = len(chosen) if known else most
            return 200, arxiv_feed(chosen[start : start + most], len(chosen), start)
        if path == "/works":
            wanted = query.get("filter", [""])[0]
            works = [openalex_work(n) for n in range(1, 6)]
            if wanted:
                _, _, values = wanted.partition(":")
                works = [w for w in works if any(v in json.dumps(w["ids"]).lower() for v in values.lower().split("|"))]
                return 200, {"meta": {"count": len(works), "next_cursor": None}, "results": works}
            at = 0 if query["cursor"] == ["*"] else int(query["cursor"][0])
            following = str(at + self.page) if at + self.page < len(works) + self.page else None
            return 200, {"meta": {"count": 5, "next_cursor": following}, "results": works[at : at + self.page]}
        if path == "/api/papers/search":
            return 200, [{"paper": hf_paper(n), "title": TITLES[n]} for n in range(3)]
        number = path.rsplit("/", 1)[-1]
        if path.startswith("/api/papers/") and number in NUMBERS:
            return 200, hf_paper(NUMBERS.index(number))
        return 404, {"error": "not found"}


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            query = parse_qs(split.query)
            local.requests.append((split.path, query, dict(self.headers)))
            fault = local.faults.pop(0) if local.faults else ""
            status, body = local.answer(split.path, query)
            text = body if isinstance(body, str) else json.dumps(body)
            if fault == "empty":
                text = (
                    arxiv_feed([], 5, 0)
                    if split.path == "/api/query"
                    else '{"meta": {"count": 5, "next_cursor": "2"}, "results": []}'
                )
            if fault == "rubbish":
                text = "<html>we are down</html"
            if fault.isdigit():
                status, text = int(fault), '{"error": "no", "message": "no"}'
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/atom+xml" if text.startswith("<?xml") else "application/json")
            self.send_header("Content-Length", str(len(data)))
            if fault == "429":
                self.send_header("Retry-After", "17")
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if fault == "cut" else data)
            if fault == "cut":
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    local = Server(f"http://127.0.0.1:{http.server_port}")
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield local
    http.shutdown()
    http.server_close()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENALEX_API_KEY", "HF_TOKEN", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("analysis.collection.fetch.arxiv.PAUSE", 0.0)


def quick(waits: list[float] | None = None, tries: int = 4) -> Polite:
    """Manners without waiting; the waits asked for are noted."""
    noted = [] if waits is None else waits
    return Polite(0.0, tries=tries, first_wait=1.0, sleep=noted.append)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def provenance(path: Path) -> dict[str, Any]:
    return json.loads(path.with_name(path.name + ".provenance.json").read_text("utf-8"))


# --- what comes ------------------------------------------------------------------------------------------------------


def test_arxiv_pages_are_followed_to_the_end(server: Server, tmp_path: Path) -> None:
    fetched = fetch_papers("arxiv", tmp_path / "x.jsonl", query="all:bias", base_url=server.url, polite=quick())
    rows = lines(fetched.path)
    assert [row["paper_id"] for row in rows] == NUMBERS
    assert (fetched.new, fetched.total, fetched.missing) == (5, 5, {})
    assert rows[0] == {
        "paper_id": "2502.10010", "title": "Inductive bias of deep networks", "abstract": "We study bias. It helps.",
        "authors": ["Anna Müller", "Lee Kim"], "year": 2025, "venue": "arXiv cs.LG", "doi": "",
        "url": "https://arxiv.org/abs/2502.10010", "keywords": [], "subjects": ["cs.LG", "stat.ML"], "language": "",
        "source": "arxiv", "record": "", "extra": '{"comment": "9 pages", "version": "2502.10010v2"}',
    }  # fmt: skip
    assert server.requests[0][1]["sortBy"] == ["submittedDate"]


def test_openalex_cursors_are_followed_to_the_end(server: Server, tmp_path: Path) -> None:
    fetched = fetch_papers("openalex", tmp_path / "x.jsonl", query="bias", base_url=server.url, polite=quick())
    rows = lines(fetched.path)
    assert [row["paper_id"] for row in rows] == ["W1", "W2", "W3", "W4", "W5"]
    assert rows[0]["abstract"] == "Bias helps and Bias hurts."
    assert rows[1]["abstract"] == ""
    assert rows[0]["authors"] == ["Anna Müller", "L. Kim"]
    assert (rows[0]["doi"], rows[0]["year"], rows[0]["url"]) == ("10.1000/work.1", 2021, "https://openalex.org/W1")
    assert server.requests[0][1]["search"] == ["bias"]


def test_hugging_face_papers(server: Server, tmp_path: Path) -> None:
    fetched = fetch_papers("hf-papers", tmp_path / "x.jsonl", query="bias", base_url=server.url, polite=quick())
    rows = lines(fetched.path)
    assert [row["paper_id"] for row in rows] == NUMBERS[:3]
    assert rows[0]["title"] == "Inductive bias of deep networks"
    assert (rows[0]["year"], rows[0]["authors"], rows[0]["venue"]) == (2025, ["Anna Müller"], "arXiv")
    fetched = fetch_papers("hf-papers", tmp_path / "y.jsonl", ids=NUMBERS[:1], base_url=server.url, polite=quick())
    assert lines(fetched.path)[0]["keywords"] == ["bias"]


@pytest.mark.parametrize("service", ["arxiv", "openalex", "hf-papers"])
def test_what_was_fetched_is_loaded_with_its_ids(service: str, server: Server, tmp_path: Path) -> None:
    from analysis.collection.load import load_papers

    out = tmp_path / "x.jsonl"
    fetch_papers(service, out, query="bias", base_url=server.url, polite=quick())
    papers = load_papers(out, keep_duplicates=True).papers
    assert papers["paper_id"].tolist() == [row["paper_id"] for row in lines(out)]
    assert papers["abstract"].tolist() == [row["abstract"] for row in lines(out)]


@pytest.mark.parametrize(
    ("service", "ids"),
    [
        ("arxiv", ["robotics-2502.10012", "2502.10010v1", "2501.99999", "iclr2020-Hklr"]),
        ("hf-papers", ["2502.10012", "2502.10010v1", "2501.99999", "iclr2020-Hklr"]),
        ("openalex", ["pubmedqa-pmid903", "10.1000/WORK.1", "W77", "iclr2020-Hklr"]),
    ],
)  # fmt: skip
def test_ids_stay_as_they_were_given(service: str, ids: list[str], server: Server, tmp_path: Path) -> None:
    fetched = fetch_papers(service, tmp_path / "x.jsonl", ids=ids, base_url=server.url, polite=quick())
    assert sorted(row["paper_id"] for row in lines(fetched.path)) == sorted(ids[:2])
    assert set(fetched.missing) == set(ids[2:])
    assert provenance(fetched.path)["missing"] == fetched.missing
    assert all(fetched.missing.values())


def test_a_limit_is_kept_and_can_be_raised(server: Server, tmp_path: Path) -> None:
    for service in ("arxiv", "openalex"):
        out = tmp_path / f"{service}.jsonl"
        for limit in (1, 3, 3, 4, 1000):
            fetch_papers(service, out, query="bias", limit=limit, base_url=server.url, polite=quick())
            assert len(lines(out)) == min(limit, 5)
        assert len({row["paper_id"] for row in lines(out)}) == 5


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["arxiv", "openalex", "hf-papers"])
@pytest.mark.parametrize("fault", ["429", "500", "503", "403", "cut", "rubbish"])
def test_failures_that_pass_are_waited_out(service: str, fault: str, server: Server, tmp_path: Path) -> None:
    server.faults = [fault, fault]
    waits: list[float] = []
    fetched = fetch_papers(service, tmp_path / "x.jsonl", query="bias", base_url=server.url, polite=quick(waits))
    assert fetched.total == (3 if service == "hf-papers" else 5)
    assert waits[:2] == ([17.0, 17.0] if fault == "429" else [1.0, 2.0])


@pytest.mark.parametrize("service", ["arxiv", "openalex"])
def test_an_empty_page_is_not_taken_for_the_end(service: str, server: Server, tmp_path: Path) -> None:
    server.faults = ["empty"]
    assert fetch_papers(service, tmp_path / "a", query="bias", base_url=server.url, polite=quick()).total == 5


def test_an_empty_page_of_arxiv_in_the_middle(server: Server, tmp_path: Path) -> None:
    server.faults = ["", "", "empty", "empty"]
    assert fetch_papers("arxiv", tmp_path / "a", query="bias", base_url=server.url, polite=quick()).total == 5


@pytest.mark.parametrize("service", ["arxiv", "openalex", "hf-papers"])
def test_patience_ends_and_what_came_is_kept(service: str, server: Server, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    server.faults = ["500"] * 4
    with pytest.raises(
        ServiceFailed, match=f"{service}: the service answered 500, 4 times in a row; 0 papers are kept"
    ):
        fetch_papers(service, out, query="bias", base_url=server.url, polite=quick())
    assert fetch_papers(service, out, query="bias", base_url=server.url, polite=quick()).total >= 3


def test_a_broken_fetch_goes_on_where_it_ended(server: Server, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    server.faults = ["", *["cut"] * 4]
    with pytest.raises(ServiceFailed, match="2 papers are kept"):
        fetch_papers("openalex", out, query="bias", base_url=server.url, polite=quick())
    with out.open("a", encoding="utf-8") as file:  # killed while writing
        file.write('{"paper_id": "W3", "tit')
    server.requests.clear()
    fetched = fetch_papers("openalex", out, query="bias", base_url=server.url, polite=quick())
    assert [row["paper_id"] for row in lines(out)] == ["W1", "W2", "W3", "W4", "W5"]
    assert fetched.new == 3
    assert server.requests[0][1]["cursor"] == ["2"]
    server.requests.clear()
    assert fetch_papers("openalex", out, query="bias", base_url=server.url, polite=quick()).new == 0
    assert server.requests == []


def test_a_long_ban_is_not_waited_for(server: Server, tmp_path: Path) -> None:
    def banned() -> None:
        raise Transient("the service answered 429", 7200)

    waits: list[float] = []
    with pytest.raises(ServiceFailed, match="asks to wait 7200 s"):
        quick(waits).ask("openalex", banned)
    assert waits == []


def test_requests_keep_their_distance() -> None:
    now, waits = [100.0], []
    polite = Polite(3.0, sleep=waits.append, clock=lambda: now[0])
    polite.ask("arxiv", lambda: None)
    now[0] += 1.0
    polite.ask("arxiv", lambda: None)
    assert waits == [2.0]


@pytest.mark.parametrize("status", ["400", "401"])
@pytest.mark.parametrize("service", ["arxiv", "openalex", "hf-papers"])
def test_a_refusal_is_not_asked_again(service: str, status: str, server: Server, tmp_path: Path) -> None:
    server.faults = [status]
    with pytest.raises(BadInput, match="check"):
        fetch_papers(service, tmp_path / "x", query="bias", base_url=server.url, polite=quick())
    assert len(server.requests) == 1


def test_nothing_found_is_an_empty_file(server: Server, tmp_path: Path) -> None:
    server.faults = ["empty"] * 2
    server.answer = lambda path, query: (200, arxiv_feed([], 0, 0))  # type: ignore[method-assign]
    fetched = fetch_papers("arxiv", tmp_path / "x", query="bias", base_url=server.url, polite=quick())
    assert (fetched.total, lines(fetched.path)) == (0, [])


# --- keys, provenance, calls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("service", "name"), [("openalex", "OPENALEX_API_KEY"), ("hf-papers", "HF_TOKEN")])
def test_keys_are_sent_and_never_written(
    service: str,
    name: str,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, SECRET)
    fetch_papers(service, tmp_path / "x.jsonl", query="bias", base_url=server.url, polite=quick())
    headers = {key.lower(): value for key, value in server.requests[0][2].items()}
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in str(server.requests[0][1])
    assert not any(SECRET in file.read_text("utf-8") for file in tmp_path.iterdir())
    server.faults = ["500"] * 9
    with pytest.raises(ServiceFailed) as failure:
        fetch_papers(service, tmp_path / "y.jsonl", query="bias", base_url=server.url, polite=quick())
    assert SECRET not in str(failure.value)
    assert not any(SECRET in file.read_text("utf-8") for file in tmp_path.iterdir())
    assert SECRET not in "".join(capfd.readouterr())


def test_provenance_says_what_was_asked_when_and_with_what(server: Server, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    fetch_papers("arxiv", out, query="all:bias", base_url=server.url, polite=quick())
    told = provenance(out)
    assert (told["service"], told["query"], told["papers"], told["complete"]) == ("arxiv", "all:bias", 5, True)
    assert set(told["versions"]) == {"arxiv", "bias-senses"}
    assert told["started"][:2] == "20" and told["started"].endswith("+00:00")


def test_another_query_does_not_mix_in(server: Server, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    fetch_papers("arxiv", out, query="all:bias", base_url=server.url, polite=quick())
    with pytest.raises(BadInput, match="belongs to another query"):
        fetch_papers("arxiv", out, query="all:fair", base_url=server.url, polite=quick())
    (tmp_path / "mine.jsonl").write_text("my own notes\n", "utf-8")
    with pytest.raises(BadInput, match="no fetch of ours"):
        fetch_papers("arxiv", tmp_path / "mine.jsonl", query="all:bias", base_url=server.url, polite=quick())
    assert (tmp_path / "mine.jsonl").read_text("utf-8") == "my own notes\n"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"service": "scopus", "query": "x"}, "none of arxiv, openalex, hf-papers"),
        ({"service": "arxiv"}, "either a query or a file with ids"),
        ({"service": "arxiv", "query": "x", "ids": ["1"]}, "either a query or a file with ids"),
        ({"service": "arxiv", "query": "x", "limit": 0}, "1 or more"),
    ],
)
def test_wrong_calls(call: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=message):
        fetch_papers(out=tmp_path / "x", **call)
    assert list(tmp_path.iterdir()) == []


def test_ids_are_read_from_lists_and_from_annotations(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# mine\n2502.10010\n\n2502.10011  # second\n2502.10010\n", "utf-8")
    assert read_ids(tmp_path / "list.txt") == ["2502.10010", "2502.10011"]
    (tmp_path / "labels.csv").write_text("field,paper_id\ntitle,a1\nabstract,a1\ntitle,b2\n", "utf-8")
    assert read_ids(tmp_path / "labels.csv") == ["a1", "b2"]
    (tmp_path / "none.txt").write_text("\n", "utf-8")
    for name, message in (("none.txt", "holds no id"), ("absent.txt", "no readable file")):
        with pytest.raises(BadInput, match=message):
            read_ids(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "arxiv", "openalex"),
    [
        ("robotics-2312.00738", "2312.00738", ("doi", "10.48550/arxiv.2312.00738")),
        ("https://arxiv.org/abs/hep-th/9901001v2", "hep-th/9901001", ("doi", "10.48550/arxiv.hep-th/9901001")),
        ("pubmedqa-pmid19542542", "", ("pmid", "19542542")),
        ("https://openalex.org/W123", "", ("openalex_id", "W123")),
        ("reviews-Kitchenham_2010-12", "", ("", "")),
    ],
)
def test_ids_of_any_kind_are_understood(text: str, arxiv: str, openalex: tuple[str, str]) -> None:
    assert arxiv_id(text) == arxiv
    assert openalex_key(text) == openalex


def test_a_file_of_ids_and_a_server_from_the_environment(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAS_SENSES_HF_PAPERS_URL", server.url)
    (tmp_path / "ids.txt").write_text("2502.10010\nnonsense\n", "utf-8")
    fetched = fetch_papers("hf-papers", tmp_path / "x.jsonl", ids=tmp_path / "ids.txt", polite=quick())
    assert str(fetched) == (
        f"1 papers fetched, 1 in {tmp_path / 'x.jsonl'}; 1 ids without a paper (the first: nonsense, no arXiv id)"
    )


@pytest.mark.parametrize("service", ["arxiv", "openalex", "hf-papers"])
def test_without_a_network_patience_is_short_and_told(
    service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BIAS_SENSES_QUIET", raising=False)
    waits: list[float] = []
    with pytest.raises(ServiceFailed, match=r"no connection to the server .*, 3 times in a row; check the network"):
        fetch_papers(service, tmp_path / "x", query="bias", base_url="http://127.0.0.1:9", polite=quick(waits, tries=6))
    assert waits == [1.0, 2.0]
    told = capsys.readouterr().err.splitlines()
    assert [line.rpartition("; ")[2] for line in told] == [
        "asking again in 1 s (try 2 of 3)", "asking again in 2 s (try 3 of 3)",
    ]  # fmt: skip


def test_a_network_that_fails_on_the_way_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([None, *[Transient("no connection", reached=False)] * 4, "back"])

    def request() -> str | None:
        answer = next(answers)
        if isinstance(answer, Transient):
            raise answer
        return answer

    polite = quick(tries=6)
    polite.ask("arxiv", request)
    assert polite.ask("arxiv", request) == "back"

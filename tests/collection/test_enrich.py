"""Filling gaps, against a server on this machine that answers like OpenAlex, Crossref, arXiv and Europe PMC."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from analysis.cli import main
from analysis.collection import load_papers
from analysis.collection.enrich import enrich_papers, origins_of, undo
from analysis.collection.fetch.polite import Polite, pause_told
from analysis.common.errors import BadInput
from analysis.common.tables import make_table, read_table

MAILTO = "somebody@example.org"
DAY = "2026-01-31"
SOME = "Recall bias in surveys of diet"
OTHER = "Inductive bias of graph networks"
THIRD = "Selection bias after missing follow-up visits"


def work(doi: str = "", title: str = SOME, **facts: Any) -> dict[str, Any]:
    """What a service knows of a paper."""
    known = {"abstract": f"All about it: {title}.", "year": 2020, "venue": "Journal of Errors", "author": "Doe",
             "subjects": ["Epidemiology"], "cited": 7, "pmid": "", "arxiv": "", "retracted": False}  # fmt: skip
    return {"doi": doi, "title": title, **known, **facts}


# --- the services' answers, after their documentation ----------------------------------------------------------------


def openalex(number: int, known: dict[str, Any]) -> dict[str, Any]:
    words = known["abstract"].split()
    ids = {"openalex": f"https://openalex.org/W{number}", "doi": f"https://doi.org/{known['doi'].upper()}"}
    return {
        "id": f"https://openalex.org/W{number}", "doi": ids["doi"] if known["doi"] else None, "title": known["title"],
        "ids": ids | ({"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{known['pmid']}"} if known["pmid"] else {}),
        "abstract_inverted_index": {word: [i for i, w in enumerate(words) if w == word] for word in words} or None,
        "authorships": [{"author": {"display_name": f"Ann {known['author']}"}}], "publication_year": known["year"],
        "primary_location": {"landing_page_url": None, "source": {"display_name": known["venue"]}}, "keywords": [],
        "topics": [{"display_name": name} for name in known["subjects"]], "language": "en", "type": "article",
        "cited_by_count": known["cited"], "is_retracted": known["retracted"],
    }  # fmt: skip


def crossref(known: dict[str, Any]) -> dict[str, Any]:
    notice = {"type": "retraction", "label": "Retraction", "DOI": "10.1000/notice", "source": "retraction-watch"}
    return {
        "DOI": known["doi"].upper(), "type": "journal-article", "title": [known["title"]],
        "abstract": f"<jats:p>{known['abstract']}</jats:p>" if known["abstract"] else None,
        "author": [{"family": known["author"], "given": "Ann"}], "container-title": [known["venue"]],
        "issued": {"date-parts": [[known["year"], 3]]}, "is-referenced-by-count": known["cited"],
        "reference": [{"key": "1", "DOI": "10.1000/cited"}],
        **({"updated-by": [notice]} if known["retracted"] else {}),
    }  # fmt: skip


def europe_pmc(known: dict[str, Any]) -> dict[str, Any]:
    types = ["Journal Article", *(["Retracted Publication"] if known["retracted"] else [])]
    return {
        "id": known["pmid"] or "PPR1", "source": "MED" if known["pmid"] else "PPR", "pmid": known["pmid"],
        "doi": known["doi"], "title": f"{known['title']}.", "authorString": f"{known['author']} A.",
        "authorList": {"author": [{"fullName": f"{known['author']} A", "firstName": "A", "lastName": known["author"]}]},
        "journalInfo": {"volume": "1", "journal": {"title": known["venue"]}, "yearOfPublication": known["year"]},
        "pubYear": str(known["year"]), "abstractText": known["abstract"], "pubTypeList": {"pubType": types},
        "meshHeadingList": {"meshHeading": [{"descriptorName": name} for name in known["subjects"]]},
        "citedByCount": known["cited"],
    }  # fmt: skip


def arxiv_feed(found: list[dict[str, Any]]) -> str:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{k['arxiv']}v1</id><updated>{k['year']}-03-01T10:00:00Z</updated><published>"
        f"{k['year']}-03-01T10:00:00Z</published><title>{k['title']}</title><summary>{k['abstract']}</summary><author>"
        f'<name>Ann {k["author"]}</name></author><arxiv:primary_category term="cs.LG"/><category term="cs.LG"/></entry>'
        for k in found
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/'
        'schemas/atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><title>arXiv Query</title><id>x</id>'
        f"<updated>2026-01-01T00:00:00Z</updated><opensearch:totalResults>{len(found)}</opensearch:totalResults>"
        f"<opensearch:startIndex>0</opensearch:startIndex><opensearch:itemsPerPage>{len(found)}</opensearch:itemsPerPage>"
        f"{entries}</feed>"
    )


class Server:
    """Each service knows the works in ``knows[service]``; ``faults`` are served first, one a request."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.knows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("openalex", "crossref", "arxiv", "epmc")}
        self.faults: dict[str, list[str]] = {name: [] for name in self.knows}
        self.requests: list[tuple[str, dict[str, list[str]], dict[str, str]]] = []

    def asked(self, service: str) -> list[str]:
        return [str(query) for name, query, _ in self.requests if name == service]

    def answer(self, service: str, query: dict[str, list[str]]) -> Any:
        known = self.knows[service]
        text = " ".join(value for values in query.values() for value in values)

        def wanted(k: dict[str, Any]) -> bool:
            by_title = any(sign in text for sign in ("title.search", "TITLE:", "ti:")) or "query.bibliographic" in query
            doi = k["doi"] and k["doi"] in text.lower()
            return bool(by_title or doi or any(k[i] and k[i] in text for i in ("pmid", "arxiv")))

        found = [k for k in known if wanted(k)]
        if service == "openalex":
            works = [openalex(known.index(k) + 1, k) for k in found]
            return {"meta": {"count": len(works), "next_cursor": None}, "results": works}
        if service == "crossref":
            return {"status": "ok", "message-type": "work-list", "message": {"items": [crossref(k) for k in found]}}
        if service == "epmc":
            return {"hitCount": len(found), "resultList": {"result": [europe_pmc(k) for k in found]}}
        return arxiv_feed(found)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            service = split.path.split("/")[1]
            local.requests.append((service, parse_qs(split.query), dict(self.headers)))
            fault = local.faults[service].pop(0) if local.faults[service] else ""
            body = local.answer(service, parse_qs(split.query))
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(int(fault) if fault.isdigit() else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if service == "crossref":
                self.send_header("X-Rate-Limit-Limit", "5")
                self.send_header("X-Rate-Limit-Interval", "20s")
            if fault == "429":
                self.send_header("Retry-After", "17")
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if fault == "cut" else data)
            self.close_connection = fault == "cut"

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    local = Server(f"http://127.0.0.1:{http.server_port}")
    for name in ("OPENALEX_API_KEY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name, path in (("OPENALEX", "openalex"), ("CROSSREF", "crossref"), ("ARXIV", "arxiv"), ("EUROPE_PMC", "epmc")):
        monkeypatch.setenv(f"BIAS_SENSES_{name}_URL", f"{local.url}/{path}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769817600")  # DAY
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield local
    http.shutdown()
    http.server_close()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fill(server: Server, tmp_path: Path, waits: list[float]) -> Any:
    """Enrich rows of a papers table without waiting; the waits asked for are noted."""

    def enrich(*rows: dict[str, Any], **options: Any) -> Any:
        def quick(pause: float) -> Polite:
            return Polite(0.0, tries=3, first_wait=1.0, sleep=waits.append, clock=lambda: 0.0)

        papers = make_table("papers", [{"paper_id": f"p{n}", **row} for n, row in enumerate(rows)])
        return enrich_papers(papers, tmp_path / "x.answers", **{"polite": quick, **options})

    return enrich


def extra(enriched: Any, row: int = 0) -> dict[str, Any]:
    return json.loads(enriched.papers.loc[row, "extra"] or "{}")


# --- what is filled --------------------------------------------------------------------------------------------------


def test_empty_cells_are_filled_and_given_ones_stay(server: Server, fill: Any) -> None:
    server.knows["openalex"] = [work("10.1000/a")]
    found = fill({"doi": "10.1000/a", "title": SOME, "year": 2018, "venue": "Mine", "extra": '{"note": "mine"}'})
    row = found.papers.loc[0]
    assert (row["abstract"], row["subjects"]) == (f"All about it: {SOME}.", ["Epidemiology"])
    assert (row["year"], row["venue"], row["doi"]) == (2018, "Mine", "10.1000/a")
    assert (extra(found)["citations"], extra(found)["retracted"], extra(found)["note"]) == (7, False, "mine")
    assert found.failed == {}


def test_each_cell_has_its_origin(server: Server, fill: Any) -> None:
    server.knows["openalex"] = [work("10.1000/a", abstract="")]
    server.knows["crossref"] = [work("10.1000/a", cited=9, year=1999)]
    origins = fill({"doi": "10.1000/a", "title": SOME}).origins
    where = {row.cell: (row.service, row.record, row.date, row.matched, row.guess) for row in origins.itertuples()}
    assert where["year"] == ("openalex", "W1", DAY, "doi", False)
    assert where["abstract"] == ("crossref", "10.1000/a", DAY, "doi", False)
    assert where["citations"][0] == "openalex"  # the first service that knows a value fills the cell
    assert set(origins["status"]) == {"filled"}


def test_papers_are_found_by_pmid_and_by_arxiv_id(server: Server, fill: Any) -> None:
    server.knows["epmc"] = [work("10.1000/a", pmid="123456")]
    server.knows["arxiv"] = [work("", OTHER, arxiv="2502.10010", year=2025)]
    found = fill(
        {"title": SOME, "url": "https://pubmed.ncbi.nlm.nih.gov/123456/"}, {"paper_id": "2502.10010", "title": OTHER}
    )
    papers, origins = found.papers, found.origins
    assert papers["abstract"].tolist() == [f"All about it: {SOME}.", f"All about it: {OTHER}."]
    assert (papers.loc[0, "doi"], papers.loc[1, "year"], papers.loc[1, "subjects"]) == ("10.1000/a", 2025, ["cs.LG"])
    by = {(row.paper_id, row.service, row.record, row.matched) for row in origins.itertuples()}
    assert by == {("p0", "europe-pmc", "MED:123456", "pmid"), ("2502.10010", "arxiv", "2502.10010v1"[:-2], "arxiv")}


def test_a_title_is_a_guess_and_says_so(server: Server, fill: Any) -> None:
    server.knows["openalex"] = [work("10.1000/x", OTHER), work("10.1000/a", abstract="", retracted=True)]
    server.knows["crossref"] = [work("10.1000/a")]
    found = fill({"title": "Recall bias in surveys of diets", "year": 2019, "authors": ["Doe, Ann"]})
    assert found.papers.loc[0, "doi"] == "10.1000/a"
    assert found.origins["guess"].all()
    # 26 letters and digits against 25: indel similarity is 2 * 25 / 51 = 0.98
    matched = dict(zip(found.origins["cell"], found.origins["matched"], strict=True))
    assert (matched["doi"], matched["abstract"]) == ("title 0.98", "title 0.98, doi")
    assert "by title alone, a guess" in str(found)


@pytest.mark.parametrize(
    ("title", "known", "reason"),
    [
        (SOME, {"year": 2016}, "it is of 2016"),
        (SOME, {"author": "Roe"}, "its first author is roe"),
        (f"{SOME}: part 2", {"title": f"{SOME}: part 3"}, "another part"),
        (SOME, {"title": "Recall bias in surveys of smoking"}, "its title is not ours (likeness 0.8"),
        (SOME, {"title": f"Erratum: {SOME}"}, "its title is not ours (likeness 0.8"),
    ],
)
def test_a_title_that_may_be_another_papers_is_refused(
    title: str, known: dict[str, Any], reason: str, server: Server, fill: Any
) -> None:
    server.knows["openalex"] = [work("10.1000/a", **known)]
    found = fill({"title": title, "year": 2019, "authors": ["Ann Doe"]}, services=["openalex"])
    assert found.papers.loc[0, ["abstract", "doi", "extra"]].tolist() == ["", "", ""]
    (row,) = found.origins.to_dict("records")
    assert (row["status"], row["guess"]) == ("refused", True)
    assert reason in row["reason"]


def test_an_id_that_leads_to_another_paper_is_refused(server: Server, fill: Any) -> None:
    server.knows["crossref"] = [work("10.1000/a", OTHER)]
    found = fill({"doi": "10.1000/a", "title": SOME})
    assert found.papers.loc[0, ["abstract", "extra"]].tolist() == ["", ""]
    (row,) = found.origins.to_dict("records")
    assert (row["status"], row["service"], row["matched"]) == ("refused", "crossref", "doi")
    assert "another title" in row["reason"] and OTHER.lower() in row["reason"]


def test_a_pmid_whose_record_has_another_doi_is_refused(server: Server, fill: Any) -> None:
    server.knows["epmc"] = [work("10.1000/b", pmid="123456")]
    mine = {"doi": "10.1000/a", "title": SOME, "url": "https://pubmed.ncbi.nlm.nih.gov/123456/"}
    found = fill(mine, services=["europe-pmc"])
    assert found.papers.loc[0, ["doi", "abstract", "extra"]].tolist() == ["10.1000/a", "", ""]
    assert found.origins.loc[0, "reason"] == "it has another DOI or PMID: 10.1000/b"


def test_a_service_that_answers_with_another_doi_fills_nothing(server: Server, fill: Any) -> None:
    server.answer = lambda service, query: (  # type: ignore[method-assign]
        {"status": "ok", "message": {"items": [crossref(work("10.1000/b"))]}}
    )
    found = fill({"doi": "10.1000/a", "title": SOME}, services=["crossref"])
    assert found.papers.loc[0, "abstract"] == ""
    assert found.origins.empty


def test_a_doi_with_a_comma_is_no_part_of_a_list(server: Server, fill: Any) -> None:
    server.knows["crossref"] = [work("10.1000/a")]
    fill({"doi": "10.1000/a,b", "title": SOME}, services=["crossref"])
    assert server.requests == []


def test_every_service_is_asked_whether_a_paper_is_retracted(server: Server, fill: Any) -> None:
    server.knows["openalex"] = [work("10.1000/a"), work("10.1000/b", OTHER), work("10.1000/c", THIRD)]
    server.knows["crossref"] = [work("10.1000/a", retracted=True), work("10.1000/b", OTHER)]
    server.knows["epmc"] = [work("10.1000/a"), work("10.1000/b", OTHER, retracted=True), work("10.1000/c", THIRD)]
    rows = [{"doi": f"10.1000/{i}", "title": title} for i, title in zip("abc", (SOME, OTHER, THIRD), strict=True)]
    found = fill(*rows)
    assert [extra(found, n)["retracted"] for n in range(3)] == [True, True, False]
    told = found.origins[found.origins["cell"] == "retracted"]
    assert told["service"].tolist() == ["crossref", "europe-pmc", "openalex"]


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["openalex", "crossref", "arxiv", "europe-pmc"])
@pytest.mark.parametrize("fault", ["429", "500", "cut"])
def test_failures_that_pass_are_waited_out(
    service: str, fault: str, server: Server, fill: Any, waits: list[float]
) -> None:
    name = service.replace("europe-pmc", "epmc")
    server.knows[name] = [work("" if name == "arxiv" else "10.1000/a", arxiv="2502.10010")]
    server.faults[name] = [fault, fault]
    found = fill({"doi": "" if name == "arxiv" else "10.1000/a", "url": "https://arxiv.org/abs/2502.10010",
                  "title": SOME}, services=[service])  # fmt: skip
    assert found.papers.loc[0, "abstract"] == f"All about it: {SOME}."
    assert waits == ([17.0, 17.0] if fault == "429" else [1.0, 2.0])


def test_one_service_fails_and_the_others_fill(server: Server, fill: Any) -> None:
    server.knows["crossref"] = [work("10.1000/a")]
    server.faults["openalex"] = ["500"] * 3
    found = fill({"doi": "10.1000/a", "title": SOME})
    assert found.papers.loc[0, "abstract"] != ""
    assert found.failed == {"openalex": "the service answered 500, 3 times in a row; 1 paper not asked for"}


def test_a_broken_run_goes_on_where_it_stopped(
    server: Server, fill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.collection.fetch.crossref.BATCH", 1)
    titles = (SOME, OTHER, THIRD)
    server.knows["crossref"] = [work(f"10.1000/{i}", title) for i, title in zip("abc", titles, strict=True)]
    rows = [{"doi": f"10.1000/{i}", "title": title} for i, title in zip("abc", titles, strict=True)]
    server.faults["crossref"] = ["", "500", "500", "500"]
    found = fill(*rows, services=["crossref"])
    assert [bool(text) for text in found.papers["abstract"]] == [True, False, False]
    assert "2 papers not asked for" in found.failed["crossref"]
    with (tmp_path / "x.answers" / "crossref.jsonl").open("a", encoding="utf-8") as file:  # killed while writing
        file.write('{"asked": "10.1000/b", "da')
    server.requests.clear()
    found = fill(*rows, services=["crossref"])
    assert all(found.papers["abstract"])
    assert [("10.1000/a" in q, "10.1000/b" in q, "10.1000/c" in q) for q in server.asked("crossref")] == [
        (False, True, False), (False, False, True),
    ]  # fmt: skip
    server.requests.clear()
    again = fill(*rows, services=["crossref"])
    assert server.requests == []
    pd.testing.assert_frame_equal(again.papers, found.papers)


def test_without_a_services_client_its_extra_is_named_and_the_others_fill(
    server: Server, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyalex", None)
    server.knows["crossref"] = [work("10.1000/a")]
    found = fill({"doi": "10.1000/a", "title": SOME})
    assert found.papers.loc[0, "abstract"] != ""
    assert "asking openalex needs pyalex" in found.failed["openalex"]
    assert "pip install 'bias-senses[live]'" in found.failed["openalex"]


def test_what_a_service_does_not_know_is_not_asked_twice(server: Server, fill: Any) -> None:
    fill({"doi": "10.1000/a", "title": SOME}, {"title": OTHER})
    before = len(server.requests)
    fill({"doi": "10.1000/a", "title": SOME}, {"title": OTHER})
    assert len(server.requests) == before > 0


def test_ids_are_asked_for_in_batches_and_the_pause_is_the_services(
    server: Server, fill: Any, waits: list[float]
) -> None:
    made: list[Polite] = []

    def noted(pause: float) -> Polite:
        made.append(Polite(pause, sleep=waits.append, clock=lambda: 0.0))
        return made[-1]

    fill(*[{"doi": f"10.1000/{n}", "title": SOME} for n in range(50)], services=["crossref"], polite=noted)
    assert len(server.asked("crossref")) == 3  # 20, 20 and 10
    # X-Rate-Limit says 5 requests in 20 s
    assert (made[0].pause, waits) == (4.0, [4.0, 4.0])
    assert pause_told({"X-Rate-Limit-Limit": "50", "X-Rate-Limit-Interval": "1s"}) == 0.02
    assert pause_told({}) == 0


def test_the_address_is_told_to_services_and_written_nowhere(
    server: Server, fill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAS_SENSES_MAILTO", MAILTO)
    server.knows["openalex"] = [work("10.1000/a")]
    fill({"doi": "10.1000/a", "title": SOME}, {"paper_id": "2502.10010", "title": OTHER})
    assert {name for name, _, _ in server.requests} == {"openalex", "crossref", "arxiv", "epmc"}
    for _, _, headers in server.requests:
        agent = next(value for name, value in headers.items() if name.lower() == "user-agent")
        assert agent.startswith("bias-senses/") and f"mailto:{MAILTO}" in agent
    assert not any(MAILTO in file.read_text("utf-8") for file in (tmp_path / "x.answers").iterdir())
    monkeypatch.setenv("BIAS_SENSES_MAILTO", "no address\r\nX-Evil: 1")
    with pytest.raises(BadInput, match="no e-mail address"):
        fill({"doi": "10.1000/a"})


@pytest.mark.parametrize(
    ("options", "message"),
    [({"services": ["scopus"]}, "none of openalex, crossref"), ({"least": 0.2}, "from 0.8 to 1")],
)
def test_wrong_calls(options: dict[str, Any], message: str, fill: Any) -> None:
    with pytest.raises(BadInput, match=message):
        fill({"title": SOME}, **options)


def test_a_folder_of_something_else_is_refused(fill: Any, tmp_path: Path) -> None:
    (tmp_path / "x.answers").mkdir()
    (tmp_path / "x.answers" / "openalex.jsonl").write_text("my notes\n", "utf-8")
    with pytest.raises(BadInput, match="holds no answers of a service"):
        fill({"title": SOME})
    assert (tmp_path / "x.answers" / "openalex.jsonl").read_text("utf-8") == "my notes\n"


# --- undone ----------------------------------------------------------------------------------------------------------


def test_what_was_filled_can_be_emptied(server: Server, fill: Any) -> None:
    server.knows["openalex"] = [work("10.1000/a", abstract=""), work("10.1000/b", OTHER)]
    server.knows["crossref"] = [work("10.1000/a")]
    rows = {"doi": "10.1000/a", "title": SOME, "venue": "Mine"}, {"title": OTHER}
    filled = fill(*rows).papers
    before = make_table("papers", [{"paper_id": f"p{n}", **row} for n, row in enumerate(rows)])
    everything, n = undo(filled)
    pd.testing.assert_frame_equal(everything, before)
    assert n == len(origins_of(filled))
    guessed, _ = undo(filled, "guesses")
    assert (guessed.loc[0, "abstract"], guessed.loc[1, "abstract"]) == (f"All about it: {SOME}.", "")
    of_one, _ = undo(filled, "crossref")
    assert (of_one.loc[0, "abstract"], of_one.loc[0, "year"]) == ("", 2020)
    with pytest.raises(BadInput, match="none of all, guesses"):
        undo(filled, "scopus")


def test_a_cell_that_a_person_changed_afterwards_stays(server: Server, fill: Any) -> None:
    server.knows["openalex"] = [work("10.1000/a")]
    filled = fill({"doi": "10.1000/a", "title": SOME}).papers
    filled.loc[0, "abstract"] = "My own words."
    left, _ = undo(filled)
    assert (left.loc[0, "abstract"], left.loc[0, "venue"], left.loc[0, "extra"]) == ("My own words.", "", "")


def test_origins_survive_the_merging_of_duplicates(server: Server, fill: Any, tmp_path: Path) -> None:
    from analysis.collection import merge_duplicates

    server.knows["openalex"] = [work("10.1000/a", retracted=True)]
    filled = fill({"doi": "10.1000/a", "title": SOME}).papers
    fuller = make_table("papers", [{
        "paper_id": "mine", "doi": "10.1000/a", "title": SOME, "abstract": "Mine.", "authors": ["Ann Doe"],
        "keywords": ["bias"], "url": "https://x.org", "language": "en", "source": "mine.ris",
    }])  # fmt: skip
    merged, _ = merge_duplicates(pd.concat([filled, fuller], ignore_index=True))
    assert (merged.loc[0, "paper_id"], merged.loc[0, "abstract"], merged.loc[0, "year"]) == ("mine", "Mine.", 2020)
    assert json.loads(merged.loc[0, "extra"])["retracted"] is True
    assert set(origins_of(merged)["cell"]) == {"year", "venue", "subjects", "citations", "retracted"}


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_the_command_writes_papers_that_load_with_their_origins(
    ending: str, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.knows["crossref"] = [work("10.1000/a", retracted=True, subjects=[])]
    source, out = tmp_path / "my.ris", tmp_path / f"papers.{ending}"
    source.write_text(f"TY  - JOUR\nTI  - {SOME}\nDO  - 10.1000/a\nER  - \n", "utf-8")
    assert main(["enrich", str(source), "--out", str(out), "--service", "crossref", "--mailto", MAILTO]) == 0
    assert capsys.readouterr().out.startswith(
        "1 abstract, 1 year, 1 venue, 1 citation count and 1 retraction status from services; 1 paper retracted: "
    )
    origins = read_table(tmp_path / "papers.origins.csv", "origins")
    papers = load_papers(out).papers
    pd.testing.assert_frame_equal(origins_of(papers), origins)
    assert papers.loc[0, "abstract"] == f"All about it: {SOME}."
    assert main(["enrich", str(out), "--undo", "all", "--out", str(tmp_path / f"before.{ending}")]) == 0
    assert load_papers(tmp_path / f"before.{ending}").papers.loc[0, ["abstract", "venue", "extra"]].tolist()[:2] == [
        "", "",
    ]  # fmt: skip
    texts = [f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()]
    assert not any(MAILTO.encode() in text for text in texts)


def test_a_service_that_refuses_us_is_exit_code_3(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.knows["crossref"] = [work("10.1000/a")]
    server.faults["openalex"] = ["401"]
    source, out = tmp_path / "my.ris", tmp_path / "papers.csv"
    source.write_text(f"TY  - JOUR\nTI  - {SOME}\nDO  - 10.1000/a\nER  - \n", "utf-8")
    assert main(["enrich", str(source), "--out", str(out), "--service", "openalex", "--service", "crossref"]) == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "openalex: the service refused us (401)" in told and "1 paper not asked for; what came is in" in told
    assert load_papers(out).papers.loc[0, "abstract"] == f"All about it: {SOME}."


def test_the_users_own_file_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("title,doi\nA title of mine,10.1000/a\n", "utf-8")
    assert main(["enrich", str(mine), "--out", str(mine)]) == 2
    assert "is one of the sources" in capsys.readouterr().err
    assert mine.read_text("utf-8") == "title,doi\nA title of mine,10.1000/a\n"

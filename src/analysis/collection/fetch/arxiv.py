"""arXiv, through the client of that name. Texts are kept to the letter, line breaks become blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from analysis.collection.fetch.page import Page, arxiv_id, matched, year_of
from analysis.collection.fetch.polite import Session, Transient
from analysis.collection.identity import normal_doi
from analysis.common.errors import BadInput

if TYPE_CHECKING:
    import arxiv

CLIENT = "arxiv"
PAUSE = 3.0  # seconds; arXiv's terms of use ask for no more than one request in three seconds
BATCH = 100


def search(query: str, cursor: str, limit: int, base_url: str) -> Page:
    """The next papers of a query, the oldest first so that a later run goes on where this one ended."""
    import arxiv

    # arXiv now and then sends an empty page. Asking for the last known paper once more tells it from the end.
    start = max(int(cursor or 0) - 1, 0)
    wanted = arxiv.Search(
        query, max_results=start + min(BATCH, limit + 1), sort_by=arxiv.SortCriterion.SubmittedDate,
        sort_order=arxiv.SortOrder.Ascending,
    )  # fmt: skip
    found = _ask(wanted, start, base_url)
    if start and not found:
        raise Transient("the service sent an empty page")
    end = start + len(found)
    return Page([_row(paper) for paper in found], "" if len(found) <= (1 if start else 0) else str(end))


def lookup(ids: list[str], base_url: str) -> Page:
    """The papers with these ids."""
    import arxiv

    asked = {name: key for name in ids if (key := arxiv_id(name))}
    wanted = arxiv.Search(id_list=sorted(set(asked.values())), max_results=len(set(asked.values())))
    found = _ask(wanted, 0, base_url) if asked else []
    page = matched(asked, ((arxiv_id(paper.entry_id), _row(paper)) for paper in found), "arXiv has no such paper")
    page.missing |= {name: "no arXiv id" for name in ids if name not in asked}
    return page


def titled(title: str, base_url: str) -> Page:
    """The papers whose titles are most like ``title``: words in lower case, without signs."""
    import arxiv

    return Page([_row(paper) for paper in _ask(arxiv.Search(f'ti:"{title}"', max_results=5), 0, base_url)])


def _ask(wanted: arxiv.Search, start: int, base_url: str) -> list[arxiv.Result]:
    import arxiv

    client = arxiv.Client(page_size=BATCH, delay_seconds=PAUSE, num_retries=0)
    client._session = _FeedSession()  # the client has no other place for a timeout
    if base_url:
        client.query_url_format = base_url.rstrip("/") + "/api/query?{}"
    try:
        return list(client.results(wanted, start))
    except BadInput:
        raise
    except (arxiv.ArxivError, ValueError, SyntaxError) as error:
        raise Transient(f"the service sent no usable page ({type(error).__name__})") from error


class _FeedSession(Session):
    """Lets only whole feeds through; the client would take half a feed, or a page of apologies, for an empty one."""

    def request(self, *args: Any, **options: Any) -> requests.Response:
        response = super().request(*args, **options)
        if not response.content.rstrip().endswith(b"</feed>"):
            raise Transient("the service sent something that is no whole feed")
        return response


def _row(paper: arxiv.Result) -> dict[str, Any]:
    identifier = arxiv_id(paper.entry_id)
    return {
        "paper_id": identifier, "title": " ".join(paper.title.split()), "abstract": " ".join(paper.summary.split()),
        "authors": [author.name for author in paper.authors], "year": year_of(paper.published),
        "venue": f"arXiv {paper.primary_category}".strip(), "doi": normal_doi(paper.doi or ""),
        "url": f"https://arxiv.org/abs/{identifier}", "keywords": [], "subjects": list(paper.categories),
        "extra": {"journal_ref": paper.journal_ref, "comment": paper.comment, "version": paper.get_short_id()},
    }  # fmt: skip

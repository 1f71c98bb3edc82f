"""The papers pages of Hugging Face, through huggingface_hub. A token is taken from HF_TOKEN and never written out."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from analysis.collection.fetch.page import Page, arxiv_id, matched, year_of
from analysis.collection.fetch.polite import CONNECT, TIMEOUT, check_status, connection_failed

T = TypeVar("T")

CLIENT = "huggingface_hub"
PAUSE = 0.5
BATCH = 1
_MOST = 120  # papers the search gives


def search(query: str, cursor: str, limit: int, base_url: str) -> Page:
    """The papers of a search, all in one page; the service offers no second one."""
    del cursor
    api = _api(base_url)
    found = _ask(lambda: list(api.list_papers(query=query, limit=min(limit, _MOST)))) or []
    return Page([_row(paper) for paper in found])


def lookup(ids: list[str], base_url: str) -> Page:
    """The papers with these arXiv ids."""
    api = _api(base_url)
    asked = {name: key for name in ids if (key := arxiv_id(name))}
    found = [(key, paper) for key in asked.values() if (paper := _ask(lambda: api.paper_info(key)))]  # noqa: B023
    page = matched(asked, ((key, _row(paper)) for key, paper in found), "Hugging Face has no such paper")
    page.missing |= {name: "no arXiv id" for name in ids if name not in asked}
    return page


def _api(base_url: str) -> Any:
    from huggingface_hub import HfApi

    # False: a token that lies about on this machine is not used, only one that was given.
    return HfApi(endpoint=base_url.rstrip("/") or None, token=os.environ.get("HF_TOKEN") or False)


def _ask(request: Callable[[], T]) -> T | None:
    """What the request returns, None where there is no such paper."""
    from huggingface_hub import get_session
    from huggingface_hub.errors import HfHubHTTPError

    session = get_session()
    before = session.timeout  # the client's own is none
    session.timeout = type(before)(TIMEOUT, connect=CONNECT)
    try:
        return request()
    except HfHubHTTPError as error:
        check_status(error.response.status_code, error.response.headers.get("Retry-After", ""))
        return None
    except Exception as error:
        # Its transport changed from requests to httpx to httpx2 and may again; a fault of ours is no network error.
        if type(error).__module__.startswith(("httpx", "httpcore", "requests", "json")) or isinstance(error, OSError):
            raise connection_failed(error) from error
        raise
    finally:
        session.timeout = before


def _row(paper: Any) -> dict[str, Any]:
    return {
        "paper_id": paper.id, "title": " ".join((paper.title or "").split()),
        "abstract": " ".join((paper.summary or "").split()), "authors": [a.name for a in paper.authors or []],
        "year": year_of(paper.published_at), "venue": "arXiv", "doi": "",
        "url": f"https://huggingface.co/papers/{paper.id}", "keywords": list(paper.ai_keywords or []), "subjects": [],
        "extra": {"upvotes": paper.upvotes},
    }  # fmt: skip

"""What a DOI is: one rule for every reader, for duplicates and for exports."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

from analysis.common.latex import decode_address

# Old DOIs of Wiley and of the AMS hold angle brackets ("17:15<1661::AID-SIM968>3.0.CO;2-2") and may end in "-#";
# elsewhere these, like "&" and "?" in a resolver's address, end the DOI.
_DOI = re.compile(r"(?<!\d)10\.\d{4,9}(?:\.\d+)*/(?:[^\s\"<>&?#]|<\d[^\s\"<>&]*>|(?<=-)#(?!\w))+")
_ENTITY = re.compile(r"&#?\w{1,31};")
_ANOTHER = re.compile(r"[;,|](?=10\.\d{4,9}/|https?:|doi:)", re.IGNORECASE)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
# Pages of one paper at its publisher's, in addresses other than the resolver's.
_PAGE = re.compile(r"(?:/(?:full|abstract|e?pdf|html|meta|summary|references))?/?$")
_RESOLVER = re.compile(r"\bdoi\.org/(?=10\.)", re.IGNORECASE)


def doi_of_address(url: str) -> str:
    """The DOI of the first address in ``url`` that is one of the resolver, or ""."""
    if "doi.org" not in url.lower():
        return ""
    url = decode_address(url)
    found = _RESOLVER.search(url)
    return find_doi(url[found.end() :]) if found else ""


def find_doi(text: str) -> str:
    """The first DOI in ``text``, without resolver, prefix and punctuation around it, or "".

    It is in lower case, as DOIs ignore case. LaTeX, braces, HTML entities and percent escapes are decoded first:
    ``{10.1007/978-3-319-46448-0{\\_}2}`` is ``10.1007/978-3-319-46448-0_2``.
    """
    if "10" not in text:
        return ""
    text = decode_address(text)
    for _ in range(2):  # "&amp;lt;", "%2528": escaped twice
        if "&" in text:
            text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
        text = unquote(text) if "%" in text else text
    found = _DOI.search(text)
    if not found:
        return ""
    doi = _ANOTHER.split(found[0].translate(_DASHES).lower())[0].rstrip(".,;:'’”")
    if "://" in text[: found.start()] and "doi.org/" not in text[: found.start()].lower():
        doi = _PAGE.sub("", doi)
    for opening, closing in ("()", "[]"):
        while doi.endswith(closing) and doi.count(closing) > doi.count(opening):
            doi = doi[:-1].rstrip(".,;:'’”")
    return doi.rstrip("/")

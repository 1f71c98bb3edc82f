"""PubMed XML: articles and book chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.xml_records import has_root, read_elements, text_of, texts_of

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_TAGS = ("PubmedArticle", "PubmedBookArticle")
_YEARS = (
    "MedlineCitation/Article/Journal/JournalIssue/PubDate/Year",
    "MedlineCitation/Article/Journal/JournalIssue/PubDate/MedlineDate",
    "MedlineCitation/Article/ArticleDate/Year",
    "BookDocument/Book/PubDate/Year",
    "MedlineCitation/DateCompleted/Year",
)


def recognises(head: Head) -> bool:
    """The root is a set of PubMed articles, or one of them."""
    return has_root(head, "PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet", *_TAGS)


def read(source: Source) -> Iterator[Item]:
    """A record for each article."""
    return read_elements(source, _TAGS, _record)


def _record(element: Any) -> Record:
    citation = element.find("MedlineCitation")
    document = citation if citation is not None else element.find("BookDocument")
    if document is None:
        document = element
    article = document.find("Article") if document.find("Article") is not None else document
    title = (
        text_of(article, "ArticleTitle") or text_of(article, "VernacularTitle") or text_of(article, "Book/BookTitle")
    )
    fields = {
        "title": title,
        "abstract": _abstract(article.find("Abstract")) or _abstract(document.find("OtherAbstract")),
        "authors": [name for a in article.iterfind("AuthorList/Author") if (name := _name(a))],
        "year": next((found[0] for path in _YEARS if (found := re.search(r"\d{4}", text_of(element, path)))), ""),
        "venue": text_of(article, "Journal/Title") or text_of(document, "Book/BookTitle"),
        "doi": _doi(element, article),
        "pmid": text_of(document, "PMID"),
        "keywords": texts_of(document, "KeywordList/Keyword"),
        "subjects": texts_of(document, "MeshHeadingList/MeshHeading/DescriptorName"),
        "language": text_of(article, "Language"),
    }
    extra = {"types": texts_of(article, "PublicationTypeList/PublicationType")}
    return Record(fields, {name: value for name, value in extra.items() if value})


def _abstract(element: Any) -> str:
    """The paragraphs, each with its label as PubMed's own text export prints it."""
    if element is None:
        return ""
    parts = []
    for paragraph in element.iterfind("AbstractText"):
        label, text = paragraph.get("Label", ""), text_of(paragraph)
        if text:
            parts.append(f"{label.upper()}: {text}" if label and label.upper() != "UNLABELLED" else text)
    return " ".join(parts)


def _name(author: Any) -> str:
    family, given = text_of(author, "LastName"), text_of(author, "ForeName") or text_of(author, "Initials")
    return ", ".join(part for part in (family, given) if part) or text_of(author, "CollectiveName")


def _doi(element: Any, article: Any) -> str:
    for found in article.iterfind("ELocationID[@EIdType='doi']"):
        return text_of(found)
    for path in ("PubmedData/ArticleIdList", "PubmedBookData/ArticleIdList"):
        for found in element.iterfind(f"{path}/ArticleId[@IdType='doi']"):
            return text_of(found)
    return ""


FORMAT = Format("PubMed XML", recognises, read)

"""The last pass over a rendered page: one h1, numbered figures and tables, references to them, contents, safe links."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from analysis.common.wording import size_of

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

LONG = 60  # characters of a cell from which on a narrow screen stacks a table's rows
_SAFE_SCHEMES = ("http:", "https:", "mailto:")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_TYPESET = (
    (re.compile(r'"([^"]*)"'), "\u201c\\1\u201d"),
    (re.compile(r"(?<!\w)'([^']*)'(?!\w)"), "\u2018\\1\u2019"),
    (re.compile(r"(?<=\w)'"), "\u2019"),
)
_OF_OTHERS = ["annotated", "quotes", "references"]
_INTERVAL = re.compile(r"\[(-?[\d.]+), (-?[\d.]+)\]")
_NOTEBOOK_LINK = re.compile(r"^(?!\w+:)([^?#]*?)([^/?#]+)\.ipynb(#.*)?$")


def polish(
    html: str,
    *,
    title: str = "",
    chapter: str = "",
    pages: Collection[str] = (),
    files: Mapping[str, Sequence[tuple[str, str, int]]] | None = None,
) -> str:
    """Finish a page's HTML (a whole document with ``main`` inside).

    - ``title`` replaces the first h1's text; further h1s become h2s; every heading gets an id.
    - ``figure`` elements are numbered, those with a picture as Figure, those with only a table as Table, within
      ``chapter`` ("3" gives Figure 3.1); a link to one without text of its own is given "Figure 3.1" as text.
    - The element ``nav.contents`` is filled from h2 and h3; the element ``.titleblock`` moves behind the h1.
    - Paragraphs whose every such reference leads to something that is not shown are left out.
    - Links to notebooks lead to their pages, and are plain text where the report's ``pages`` are named and theirs is
      none of them, or left out where they are all that a paragraph says; links with a scheme that could run something
      lose their target.
    - Figures whose id is among ``files`` end with links to them; each is (kind, address, size in bytes), of kinds CSV
      and XLSX the whole table.
    - Lines that several cells lead up to what is shown with are one piece of code.
    - Code stands behind what it shows, and behind everything where it only opens the notebook.
    - Quotes and apostrophes of our own text become curly ones, and an interval, ``[0.1, 0.2]``, stays in one line.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    main = soup.find("main")
    if main is None:
        return html
    _safe_links(soup, pages)
    for style in main.select("style[scoped]"):  # pandas' own look of a table
        style.decompose()
    for picture in main.find_all("img", src=False):  # what the sanitiser left of a picture from elsewhere
        picture.decompose()
    _drop_words_of_nothing(main)
    _lines_together(main)
    _code_last(main)
    _typeset(main)
    _headings(soup, main, title)
    _unique_ids(soup)
    _numbers(soup, main, chapter, files or {})
    _scrollable_tables(soup, main)
    _contents(soup, main)
    return str(soup)


def slug(text: str) -> str:
    """Letters and digits of ``text`` in lower case, joined by hyphens; "section" if there are none."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-_") or "section"


def _safe_links(soup: BeautifulSoup, pages: Collection[str]) -> None:
    for link in soup.find_all("a", href=True):
        href = re.sub(r"[\x00-\x20]", "", str(link["href"]))  # browsers skip these inside a scheme
        if _SCHEME.match(href) and not href.lower().startswith(_SAFE_SCHEMES):
            del link["href"]
        elif not link.has_attr("download") and (match := _NOTEBOOK_LINK.match(str(link["href"]))):
            stem = "index" if match[2] == "report" else match[2]
            link["href"] = f"{stem}.html{match[3] or ''}"
            if pages and f"{stem}.html" not in pages:  # a report of other notebooks
                whole = link.find_parent("p")
                if whole is not None and whole.get_text() == link.get_text():  # it says nothing without the page
                    whole.decompose()
                else:
                    link.unwrap()


def _lines_together(main: Tag) -> None:
    """A demonstration's lines, from all its cells, become one piece of code of the cell that shows what came out."""
    for cell in main.select(".code-cell:has(> details.lines:only-child)"):
        lines = cell.find("details")
        then = cell.find_next_sibling()
        if lines is None or then is None or "code-cell" not in (then.get("class") or ()):
            continue
        for more in then.select("details.lines"):
            lines.extend(more.select(".source"))
            more.decompose()
        then.insert(0, lines)
        cell.decompose()


def _code_last(main: Tag) -> None:
    """A cell's code stands behind what it shows; that of the cells that open a notebook and show nothing at the end."""
    for cell in main.select(".code-cell:has(> details.code)"):
        shown = [part for part in cell.find_all(True, recursive=False) if part.name != "details"]
        cell.extend([code.extract() for code in cell.find_all("details", class_="code", recursive=False)])
        if not shown and cell.find_previous("h2") is None:
            main.append(cell.extract())


def _typeset(main: Tag) -> None:
    from bs4 import NavigableString

    for text in main.find_all(string=re.compile("['\"[]")):
        if type(text) is not NavigableString or text.find_parent(
            ["pre", "code"]
        ):  # comments and scripts are strings, too
            continue
        typeset = _INTERVAL.sub("[\\1,\u00a0\\2]", text)
        # What others wrote is shown as they wrote it.
        if not (text.find_parent(["td", "blockquote"]) or text.find_parent(class_=_OF_OTHERS)):
            for straight, curly in _TYPESET:
                typeset = straight.sub(curly, typeset)
        text.replace_with(typeset)


def _headings(soup: BeautifulSoup, main: Tag, title: str) -> None:
    from bs4 import NavigableString

    for mark in main.select("a.anchor-link"):
        mark.decompose()
    first = main.find("h1")
    if first is None:
        first = soup.new_tag("h1")
        first.append(NavigableString(title or (soup.title.get_text() if soup.title else "Report")))
        main.insert(0, first)
    elif title:
        first.clear()
        first.append(NavigableString(title))
    for other in main.find_all("h1")[1:]:
        other.name = "h2"
    if soup.title is not None:
        site = soup.title.get("data-site", "")
        own = " ".join(first.get_text().split())
        soup.title.string = f"{own} · {site}" if site and site != own else own
        soup.title.attrs.pop("data-site", None)
    for heading in main.find_all(["h1", "h2", "h3", "h4"]):
        if not heading.get("id"):
            heading["id"] = slug(heading.get_text())
    block = soup.select_one(".titleblock")
    if block is not None:
        first.insert_after(block.extract())


def _unique_ids(soup: BeautifulSoup) -> None:
    seen: set[str] = set()
    for element in soup.find_all(id=True):
        name, number = str(element["id"]), 1
        while element["id"] in seen:
            number += 1
            element["id"] = f"{name}-{number}"
        seen.add(str(element["id"]))


def _numbers(soup: BeautifulSoup, main: Tag, chapter: str, files: Mapping[str, Sequence[tuple[str, str, int]]]) -> None:
    counts = {"Figure": 0, "Table": 0}
    names: dict[str, str] = {}
    for figure in main.find_all("figure"):
        drawn = "figure" in (figure.get("class") or ()) or figure.find(["img", "svg", "canvas"])
        kind = "Figure" if drawn else "Table"
        if figure.find_parent("figure") or (kind == "Table" and not figure.find("table")):
            continue
        counts[kind] += 1
        number = f"{chapter}.{counts[kind]}" if chapter else str(counts[kind])
        figure["id"] = figure.get("id") or f"{kind.lower()}-{number.replace('.', '-')}"
        names[str(figure["id"])] = f"{kind} {number}"
        caption = figure.find("figcaption")
        if caption is None:
            caption = soup.new_tag("figcaption")
            figure.insert(0 if kind == "Table" else len(figure.contents), caption)
        label = soup.new_tag("span", attrs={"class": "number"})
        label.string = f"{kind} {number}."
        (caption.select_one(".heading") or caption).insert(0, label)
        label.insert_after(" ")
        if offered := files.get(str(figure["id"])):
            figure.append(_downloads(soup, offered, f"{kind} {number}"))
    for link in _references(main):
        if name := names.get(_target(link)):
            link.string = name


def _downloads(soup: BeautifulSoup, files: Sequence[tuple[str, str, int]], name: str) -> Tag:
    """A line of links that name what each leads to, its format and its size."""
    line = soup.new_tag("p", attrs={"class": "downloads no-print"})
    line.append("Download: ")
    for number, (kind, address, size) in enumerate(files):
        what = f"table behind {name}" if kind in ("CSV", "XLSX") and name.startswith("Figure") else name
        link = soup.new_tag("a", attrs={"href": address, "download": ""})
        link.string = f"{what} ({kind}, {size_of(size)})"
        line.append(", " if number else "")
        line.append(link)
    return line


def _references(element: Tag) -> list[Tag]:
    """Links to a place of this page whose text leaves it to us to number what they lead to."""
    links = element.find_all("a", href=re.compile("^#"))
    return [link for link in links if link.get_text().strip().lower() in ("", "figure", "table", "fig.", "fig")]


def _target(link: Tag) -> str:
    return unquote(str(link["href"])[1:])


def _drop_words_of_nothing(main: Tag) -> None:
    """Leave out the paragraphs that only speak of figures and tables with nothing to show, or that failed."""
    failed = main.select_one(".failed") is not None

    def absent(link: Tag) -> bool:
        target = main.find(id=_target(link))
        return failed if target is None else "not-shown" in (target.get("class") or ())

    for paragraph in main.find_all("p"):
        references = _references(paragraph)
        if references and all(map(absent, references)):
            paragraph.decompose()


def _scrollable_tables(soup: BeautifulSoup, main: Tag) -> None:
    """Wide tables scroll in a box of their own that the keyboard can reach."""
    for count, table in enumerate(main.find_all("table"), 1):
        table.attrs.pop("border", None)
        for head in table.find_all("th"):
            if not head.get_text(strip=True):  # pandas' corner over the index heads nothing
                head.name = "td"
        if table.find_parent(class_="scroll"):
            continue
        _stack(table)
        box = soup.new_tag("div", attrs={"class": "scroll", "role": "group", "tabindex": "0"})
        box["aria-label"] = _table_name(table) or f"Table {count} of this page"
        table.wrap(box)


def _stack(table: Tag) -> None:
    """Where cells hold sentences, each tells its column's name: narrow screens show each row as a block."""
    names = [head.get_text() for head in table.select("thead tr:only-child > *")]
    rows = [row.find_all(["td", "th"]) for row in table.select("tbody tr")]
    if any(len(row) != len(names) for row in rows) or all(len(c.get_text()) <= LONG for row in rows for c in row):
        return
    table["class"] = " ".join([*(table.get("class") or ()), "stacked"])
    for row in rows:
        for name, cell in zip(names, row, strict=True):
            cell["data-label"] = name


def _table_name(table: Tag) -> str:
    own = table.find("caption")
    figure = table.find_parent("figure")
    caption = own or (figure.select_one("figcaption .heading, figcaption") if figure else None)
    if caption is None:
        return ""
    text = " ".join(caption.get_text(" ").split())
    return text if len(text) <= 90 else text[:89].rsplit(" ", 1)[0] + " …"


def _contents(soup: BeautifulSoup, main: Tag) -> None:
    nav = soup.select_one("nav.contents")
    headings = [h for h in main.find_all(["h2", "h3"]) if h.find_parent(["details", "figure", "article"]) is None]
    if nav is None:
        return
    if len(headings) < 2:
        script = nav.find_next_sibling("script")
        if script is not None:
            script.decompose()
        nav.decompose()
        return
    top = soup.new_tag("ol")
    inner: Tag | None = None
    for heading in headings:
        item = soup.new_tag("li")
        link = soup.new_tag("a", href=f"#{heading['id']}")
        link.string = " ".join(heading.get_text().split())
        item.append(link)
        if heading.name == "h2" or not top.contents:
            top.append(item)
            inner = None
        else:
            if inner is None:
                inner = soup.new_tag("ol")
                _last_item(top.find_all("li", recursive=False)).append(inner)
            inner.append(item)
    (nav.find("details") or nav).append(top)


def _last_item(items: Iterable[Tag]) -> Tag:
    return list(items)[-1]

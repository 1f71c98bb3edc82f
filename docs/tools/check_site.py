"""Is the built site whole? Every link and anchor within it leads somewhere, and nothing is loaded from elsewhere.

    python docs/tools/check_site.py site

Sphinx checks what authors write; this checks what readers get, the theme's and the charts' HTML among it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "srcset", "video": "src", "audio": "src"}
LOADING = {"stylesheet", "preload", "icon", "prefetch", "preconnect", "dns-prefetch", "modulepreload"}  # rel of a link
ELSEWHERE = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import\s+(?:url\()?['\"]?(?:https?:)?//")


def faults(site: Path) -> list[str]:
    """What is broken or loaded from elsewhere, one line each."""
    written = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    pages = {path: BeautifulSoup(path.read_text("utf-8"), "lxml") for path in written}
    anchors = {path: _anchors(soup) for path, soup in pages.items()}
    found = []
    for page, soup in pages.items():
        name = page.relative_to(site)
        for tag, address in _addresses(soup):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if _is_loaded(tag) and parts.scheme != "data":
                    found.append(f"{name}: loads {address}")
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file():
                found.append(f"{name}: leads nowhere: {address}")
            elif parts.fragment and unquote(parts.fragment) not in anchors.get(target, {parts.fragment}):
                found.append(f"{name}: no such place: {address}")
    styles = [*sorted(site.rglob("*.css")), *written]
    return found + [
        f"{style.relative_to(site)}: a style loads from elsewhere"
        for style in styles
        if ELSEWHERE.search(style.read_text("utf-8"))
    ]


def _anchors(soup: BeautifulSoup) -> set[str]:
    return {tag[key] for key in ("id", "name") for tag in soup.find_all(attrs={key: True})}


def _addresses(soup: BeautifulSoup) -> list[tuple[Tag, str]]:
    found = [(tag, tag["href"]) for tag in soup.find_all(["a", "link"], href=True)]
    for kind, key in LOADED.items():
        found += [(tag, tag[key].split()[0]) for tag in soup.find_all(kind, attrs={key: True}) if tag[key].strip()]
    return found


def _is_loaded(tag: Tag) -> bool:
    return tag.name in LOADED or (tag.name == "link" and not LOADING.isdisjoint(tag.get("rel", [])))


if __name__ == "__main__":
    broken = faults(Path(sys.argv[1]).resolve())
    told = broken or ["every link leads somewhere, and nothing is loaded from elsewhere"]
    sys.stdout.write("".join(f"{line}\n" for line in told))
    sys.exit(bool(broken))

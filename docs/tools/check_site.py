"""Is the built site whole? Every link and anchor within it leads somewhere, and nothing is loaded from elsewhere.

    python docs/tools/check_site.py site

Sphinx checks what authors write; this checks what readers get, the theme's and the charts' HTML among it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "srcset", "video": "src", "audio": "src"}
LOADING_LINKS = {
    "stylesheet",
    "preload",
    "icon",
    "shortcut icon",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "modulepreload",
}
ELSEWHERE = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import\s+(?:url\()?['\"]?(?:https?:)?//")


def faults(site: Path) -> list[str]:
    """What is broken or loaded from elsewhere, one line each."""
    pages = {
        page: BeautifulSoup(page.read_text("utf-8"), "lxml")
        for page in sorted(site.rglob("*.html"))
        if "_static" not in page.parts
    }
    anchors = {
        page: {tag[key] for key in ("id", "name") for tag in soup.find_all(attrs={key: True})}
        for page, soup in pages.items()
    }
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
            elif parts.fragment and target in anchors and unquote(parts.fragment) not in anchors[target]:
                found.append(f"{name}: no such place: {address}")
        found += [
            f"{name}: a style loads from elsewhere" for style in soup.find_all("style") if ELSEWHERE.search(style.text)
        ]
    found += [
        f"{style.relative_to(site)}: loads from elsewhere"
        for style in sorted(site.rglob("*.css"))
        if ELSEWHERE.search(style.read_text("utf-8"))
    ]
    return found


def _addresses(soup: BeautifulSoup) -> list[tuple[object, str]]:
    found = [(tag, tag["href"]) for tag in soup.find_all(["a", "link"], href=True)]
    for kind, key in LOADED.items():
        found += [(tag, tag[key].split()[0]) for tag in soup.find_all(kind, attrs={key: True}) if tag[key].strip()]
    return found


def _is_loaded(tag: object) -> bool:
    return tag.name in LOADED or (
        tag.name == "link" and bool(LOADING_LINKS & {" ".join(tag.get("rel", [])), *tag.get("rel", [])})
    )


if __name__ == "__main__":
    broken = faults(Path(sys.argv[1]).resolve())
    sys.stdout.write(
        "".join(f"{line}\n" for line in broken) or "every link leads somewhere; nothing is loaded from elsewhere\n"
    )
    sys.exit(bool(broken))

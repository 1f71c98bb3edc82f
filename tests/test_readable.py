"""What a page shows for LaTeX, and that the words as they stand are never lost."""

from __future__ import annotations

import re
from html import unescape

import pytest

from analysis.readable import readable, readable_html, readable_parts, snippets


@pytest.mark.parametrize(
    ("verbatim", "shown"),
    [
        ("no markup at all", "no markup at all"),
        ("a bias of $\\mathcal{O}(n^{2})$ and", "a bias of O(n²) and"),
        ("GR$_2$ and c$^+$", "GR₂ and c⁺"),
        ("$\\ell_1$ bias", "ℓ₁ bias"),
        ("\\textbf{bold} and \\emph{bias}", "bold and bias"),
        ("50\\% of R\\&D", "50% of R&D"),
        ("from $5-$10 a month", "from $5-$10 a month"),  # money
        ("a lone $ sign", "a lone $ sign"),
        ("\\unknown{bias} stays", "\\unknown{bias} stays"),
        ("\\(x_3\\) is", "x₃ is"),
        ("$x^{10}y$", "x^10y"),  # an exponent is raised only where nothing could be read into it
    ],
)
def test_shown(verbatim, shown):
    assert readable(verbatim) == shown
    assert "".join(kept or plain for plain, kept in readable_parts(verbatim)) == verbatim


def test_verbatim_words_are_the_tooltip_and_all_is_escaped():
    html = readable_html('<b> & $x^2$ "q"')
    assert html == '&lt;b&gt; &amp; <span class="tex" title="$x^2$">x²</span> &quot;q&quot;'
    back = re.sub(r'<span class="tex" title="([^"]*)">[^<]*</span>', r"\1", html)
    assert unescape(back) == '<b> & $x^2$ "q"'


def test_snippets_for_the_pages_scripts():
    assert snippets(["$x^2$ and $x^2$", "none", "\\%"]) == {"$x^2$": "x²", "\\%": "%"}

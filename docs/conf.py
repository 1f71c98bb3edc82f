"""How Sphinx builds the site; `make docs` calls it. CONTRIBUTING.md says how pages are written."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name("tools")))

project = "Senses of Bias"
author = "The Senses of Bias authors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "gallery", "options", "diagrams"]

# The source folder is the repository, so that the same relative links work here and on GitHub.
root_doc = "docs/index"
include_patterns = ["docs/**.md", "data/**.md", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
exclude_patterns = [".*", "site", "build", "dist", "src", "tests", "notebooks", "benchmarks", "reports", "*.study"]

myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid", "chart", "options"]
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "pydata_sphinx_theme"
html_title = "Senses of Bias"
html_extra_path = ["theme/index.html"]  # the front door: the site's own pages lie in docs/
html_static_path = ["theme/site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_search_summary = False  # a browser fetches no page of a folder, and the search is to work there
html_show_sphinx = False
html_show_copyright = False
html_sidebars = {page: [] for page in ("docs/index", "docs/start", "docs/trust", "docs/gallery", "docs/faq")}
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_theme_options = {
    "logo": {"text": "Senses of Bias"},
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 7,
    "show_prev_next": True,
    "show_nav_level": 1,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

"""Settings of the documentation's build."""

from __future__ import annotations

project = "leadcard"
author = "the leadcard maintainers"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["build"]
html_theme = "alabaster"
html_theme_options = {
    "description": "Lead scorecards as plain text",
    "fixed_sidebar": True,
    "page_width": "1060px",
}
html_show_sourcelink = False
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# Scorecards have no highlighter; other fences are read by theirs, strictly.
highlight_language = "none"
# Bad examples are bad on purpose.
suppress_warnings = ["misc.highlighting_failure"]


def setup(app: object) -> None:
    """Let fences name the languages of this project without a highlighter for them."""
    from pygments.lexers.data import YamlLexer
    from pygments.lexers.special import TextLexer
    from sphinx.highlighting import lexers

    for name in ("scorecard", "console"):
        lexers[name] = TextLexer()
    lexers["leads"] = YamlLexer()

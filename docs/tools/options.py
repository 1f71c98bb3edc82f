"""The fence ``options``: usage and options of a command, from the argument parser itself."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def commands() -> dict[str, argparse.ArgumentParser]:
    """Each command of ``bias-senses`` with its parser, in the parser's order."""
    from analysis.cli import _parser

    (found,) = (a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(found.choices)


def calls(action: argparse.Action) -> str:
    """How an option or argument is written: ``--out FILE``, ``SOURCES``."""
    name = action.option_strings[0] if action.option_strings else ""
    if action.nargs == 0:
        return name
    value = "{" + ",".join(action.choices) + "}" if action.choices else action.metavar or action.dest.upper()
    value = " ".join(value) if isinstance(value, tuple) else value  # a name for each of several values
    value = f"{value} ..." if action.nargs in ("*", "+") else value
    return f"{name} {value}".strip()


def says(action: argparse.Action) -> str:
    """What it does, and whether it must be there."""
    about = action.help or _COMMON.get(action.dest, "")
    about = about[:1].upper() + about[1:]
    needed = action.required and action.option_strings
    if isinstance(action.default, int) and not isinstance(action.default, bool) and "default" not in about.lower():
        about = f"{about} (default: {action.default})"
    return f"{about} (required)".strip() if needed else about


_COMMON = {
    "out": "Where the result is written; its ending says in which format",
    "seed": "Seed of everything that draws at random",
    "service": "Which service",
    "query": "What to search for, in the service's own syntax",
    "format": "Which format",
}


class Options(SphinxDirective):
    """A table of the arguments and options of one command."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """What the command does, and a list of its options."""
        parser = commands().get(self.arguments[0])
        if parser is None:
            raise self.error(f"bias-senses has no command {self.arguments[0]!r}")
        items = []
        for action in (a for a in parser._actions if a.dest != "help"):
            if not says(action):
                raise self.error(f"{self.arguments[0]}: nobody says what {calls(action)} does; give it a help text")
            term = nodes.term("", "", nodes.literal("", calls(action)))
            about = nodes.definition("", nodes.paragraph("", f"{says(action)}."))
            items.append(nodes.definition_list_item("", term, about))
        return [
            nodes.paragraph("", parser.description or ""),
            nodes.container("", nodes.definition_list("", *items), classes=["options"], support_smartquotes=False),
        ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the fence."""
    app.add_directive("options", Options)
    return {"parallel_read_safe": True}

"""Whether a notebook only asks questions of a study: then it leaves nothing behind, and others may share its kernel."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ROOMS = frozenset(("charts", "evaluation", "findings"))
_NAMES = _ROOMS | {"open_study", "read_study"}
_CALLED = _NAMES | {"len"}
# Whatever reads, compares and puts together; no definition, loop or block, and no part that is set or deleted.
_PLAIN = (
    ast.Module, ast.Expr, ast.Assign, ast.alias, ast.keyword, ast.expr_context, ast.operator, ast.cmpop, ast.boolop,
    ast.unaryop, ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Slice, ast.BinOp, ast.UnaryOp, ast.BoolOp,
    ast.Compare, ast.IfExp,
)  # fmt: skip


def only_asks(node: NotebookNode) -> bool:
    """Whether all code imports from ``analysis`` alone, calls nothing else, and sets nothing but names of its own.

    What is no plain Python, such as a magic, is taken for more than a question.
    """
    try:
        cells = [ast.parse(cell.source) for cell in node.cells if cell.cell_type == "code"]
    except SyntaxError:
        return False
    return all(_asks(part) for cell in cells for part in ast.walk(cell))


def _asks(part: ast.AST) -> bool:
    match part:
        case ast.ImportFrom(module="analysis", level=0):
            return all(alias.name in _NAMES and alias.asname is None for alias in part.names)
        case ast.Call(func=ast.Name(id=name)):
            return name in _CALLED
        case ast.Call(func=ast.Attribute(value=ast.Name(id=room))):
            return room in _ROOMS
        case ast.Name():
            return isinstance(part.ctx, ast.Load) or part.id not in _CALLED
        case ast.Attribute() | ast.Subscript():
            return isinstance(part.ctx, ast.Load)
    return isinstance(part, _PLAIN)

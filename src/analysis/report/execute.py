"""Execute notebooks for a report, with their parameters set, and keep what they made.

The cell tagged ``parameters`` is edited in place (papermill would add a cell and lose tags). The kernel is this very
interpreter, so a report never runs in whichever Python a globally installed kernelspec points to.
"""

from __future__ import annotations

import ast
import asyncio
import atexit
import hashlib
import json
import logging
import os
import re
import sys
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.common.display import IN_REPORT
from analysis.common.errors import BadInput
from analysis.common.kept import keep, read_kept
from analysis.report.failures import failures_of, first_line

if TYPE_CHECKING:
    from nbformat import NotebookNode

PARAMETERS = "parameters"
_AT_ONCE = 2
_PORT_TAKEN = "Address already in use"  # in a kernel's last words
_ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")


def execute_notebooks(
    notebooks: Sequence[Path],
    parameters: Mapping[str, Any],
    *,
    cache: Path,
    fingerprint: str = "",
) -> list[NotebookNode]:
    """Execute each notebook with ``parameters``, two at a time, and return them with their outputs, in order.

    ``parameters`` maps names that every notebook's parameters cell assigns to plain values (text, numbers, booleans,
    None, lists of these). A notebook whose source, parameters, ``fingerprint`` (say, the study's hash) and version of
    this package were seen before is read from the folder ``cache``. A cell that fails has its error among its outputs
    (see ``failures_of``), the cells after it run, and the notebook is not kept. Raises ``BadInput`` with one line that
    names the notebook for an unreadable notebook or an unknown parameter.
    """
    import nbformat

    nodes = [set_parameters(read_notebook(path), parameters, path) for path in notebooks]
    keys = [_key(node, fingerprint) for node in nodes]
    kept = [_kept(cache / f"{path.stem}.ipynb", key) for path, key in zip(notebooks, keys, strict=True)]
    todo = [i for i, node in enumerate(kept) if node is None]
    if todo:
        _run(_execute_all([nodes[i] for i in todo]))
    for i in todo:
        _hide_folders(nodes[i], parameters)
        if not any(failures_of([nodes[i]], [notebooks[i]])):
            keep(cache / f"{notebooks[i].stem}.ipynb", keys[i], nbformat.writes(nodes[i]).encode())
    return [made if old is None else old for made, old in zip(nodes, kept, strict=True)]


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file. Raises ``BadInput`` when it is absent or no notebook."""
    import nbformat

    if not path.is_file():
        raise BadInput(f"{path}: no such notebook")
    try:
        node = nbformat.read(path, as_version=4)
    except (ValueError, OSError, nbformat.ValidationError) as error:
        raise BadInput(f"{path}: not a readable notebook ({first_line(error)})") from error
    return node


def set_parameters(node: NotebookNode, parameters: Mapping[str, Any], path: Path) -> NotebookNode:
    """Put ``parameters`` into the notebook's cell tagged ``parameters``, keeping its comments; returns the notebook.

    Raises ``BadInput`` when there is no such cell or it does not assign one of the names.
    """
    if not parameters:
        return node
    cell = next((c for c in node.cells if PARAMETERS in c.metadata.get("tags", ()) and c.cell_type == "code"), None)
    if cell is None:
        raise BadInput(f"{path}: no code cell carries the tag 'parameters'; add one that assigns {_names(parameters)}")
    try:
        assigned = {
            target.id: statement.value
            for statement in ast.parse(cell.source).body
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None
            for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
            if isinstance(target, ast.Name)
        }
    except SyntaxError as error:
        raise BadInput(f"{path}: the parameters cell is no valid Python (line {error.lineno}: {error.msg})") from error
    unknown = [name for name in parameters if name not in assigned]
    if unknown:
        known = f"it has {_names(assigned)}" if assigned else "it assigns none"
        raise BadInput(f"{path}: no parameter {_names(unknown)}; {known}")
    lines = [line.encode() for line in cell.source.splitlines(keepends=True)]  # ast counts columns in UTF-8 bytes
    for name in sorted(parameters, key=lambda name: -_offset(lines, assigned[name], end=False)):
        start, end = (_offset(lines, assigned[name], end=end) for end in (False, True))
        source = b"".join(lines)
        source = source[:start] + _literal(name, parameters[name], path).encode() + source[end:]
        lines = source.splitlines(keepends=True)
    cell.source = b"".join(lines).decode()
    return node


def _offset(lines: list[bytes], value: ast.expr, *, end: bool) -> int:
    line, column = (value.end_lineno, value.end_col_offset) if end else (value.lineno, value.col_offset)
    assert line is not None and column is not None
    return sum(len(text) for text in lines[: line - 1]) + column


def _literal(name: str, value: Any, path: Path) -> str:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    elif isinstance(value, list | tuple):
        value = type(value)(os.fspath(v) if isinstance(v, os.PathLike) else v for v in value)
    text = repr(value)
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError) as error:
        raise BadInput(f"{path}: parameter {name} must be text, a number, true or false, none, or a list") from error
    return text


def _names(names: Mapping[str, Any] | Sequence[str]) -> str:
    return ", ".join(names)


# --- what was made before -------------------------------------------------------------------------------------------


def _kept(path: Path, key: str) -> NotebookNode | None:
    """The notebook that was kept under ``path`` and ``key``; None where there is none, or none that is whole."""
    import nbformat

    content = read_kept(path, key)
    return None if content is None else nbformat.reads(content.decode(), as_version=4)


def _key(node: NotebookNode, fingerprint: str) -> str:
    cells = [(c.cell_type, c.source, c.metadata.get("tags", [])) for c in node.cells]
    parts = json.dumps([cells, fingerprint, __version__, _code_hash(), sys.version], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


@cache
def _code_hash() -> str:
    """Hash of this package's source: a changed helper makes its notebooks run again."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


# --- running --------------------------------------------------------------------------------------------------------


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a thread with a loop of its own: works inside Jupyter, and Ctrl-C stops the kernels first."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)
    try:
        with ThreadPoolExecutor(1, "notebooks") as thread:
            running = thread.submit(loop.run_until_complete, task)
            try:
                running.result()
            except KeyboardInterrupt:
                loop.call_soon_threadsafe(task.cancel)
                raise  # leaving the block waits until the kernels have ended
    finally:
        if not loop.is_running():  # as it is when a second Ctrl-C does not wait for the kernels
            loop.close()


async def _execute_all(nodes: Sequence[NotebookNode]) -> None:
    # What a cancelled kernel leaves behind is no news to whoever cancelled it.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(node: NotebookNode) -> None:
        async with turns:
            await _execute(node)

    tasks = [asyncio.create_task(one(node)) for node in nodes]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def _execute(node: NotebookNode) -> None:
    while not await _run_cells(node):
        pass  # a port was taken while the kernel started; it gets other ones
    for cell in node.cells:
        for output in cell.get("outputs", ()):
            text = output.get("data", {}).get("text/plain")
            if text:  # addresses differ from run to run
                output["data"]["text/plain"] = _ADDRESS.sub("", text)


async def _run_cells(node: NotebookNode) -> bool:
    """Run the cells in a kernel of their own. False if it never began, as another program took a port meanwhile."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class ThisInterpreter(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
            return KernelSpec(argv=argv, display_name="Python 3", language="python")

    silent = logging.Logger("notebooks")  # a library's own words on a kernel that ends are not for our users
    silent.addHandler(logging.NullHandler())
    kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisInterpreter(), log=silent)
    begun = [cell for cell in node.cells if cell.cell_type == "code"][:1]
    client = NotebookClient(
        node, km=kernel, timeout=None, allow_errors=True, record_timing=False, store_widget_state=False, log=silent,
        on_cell_execute=lambda cell, cell_index: begun.append(cell),
    )  # fmt: skip
    client.owns_km = True  # so that the kernel ends with the notebook, failed or not
    environment = {
        **os.environ, IN_REPORT: "1",
        "PYTHONHASHSEED": "0", "BIAS_SENSES_QUIET": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }  # fmt: skip
    with TemporaryFile() as last_words:
        try:
            await client.async_execute(env=environment, cwd=os.getcwd(), stderr=last_words)
        except RuntimeError as error:  # the kernel did not start, or it died
            last_words.seek(0)
            stderr = last_words.read().decode(errors="replace")
            if len(begun) == 1 and _PORT_TAKEN in stderr:
                return False
            _mark_dead(begun[-1], error, stderr)
        finally:
            atexit.unregister(client._cleanup_kernel)  # if cancelled, nbclient leaves it there, to fail at exit
            if kernel.has_kernel:
                await kernel.shutdown_kernel(now=True)
    return True


def _hide_folders(node: NotebookNode, parameters: Mapping[str, Any]) -> None:
    """Absolute paths among the parameters become bare names: pages are the same wherever they were made."""
    values = [v for value in parameters.values() for v in (value if isinstance(value, list | tuple) else [value])]
    folders = {str(Path(v).parent) for v in values if isinstance(v, str | Path) and Path(v).is_absolute()}
    for folder in sorted(folders, key=len, reverse=True):
        pattern = re.compile(re.escape(folder) + r"[/\\]+")
        for cell in node.cells:
            cell.source = pattern.sub("", cell.source)
            for output in cell.get("outputs", ()):
                if "text" in output:
                    output["text"] = pattern.sub("", output["text"])
                for kind, value in output.get("data", {}).items():
                    if isinstance(value, str) and kind.startswith("text/"):
                        output["data"][kind] = pattern.sub("", value)


def _mark_dead(cell: NotebookNode, error: RuntimeError, last_words: str) -> None:
    """Give the cell that was running when its kernel ended an error; the cells after it stay without outputs."""
    from nbformat.v4 import new_output

    trace = [str(error), *last_words.splitlines()]
    cell.outputs.append(new_output("error", ename="KernelEnded", evalue="perhaps for want of memory", traceback=trace))

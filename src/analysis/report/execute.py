"""Execute notebooks for a report, with their parameters set, and keep what they made.

The cell tagged ``parameters`` is edited in place (papermill would add a cell and lose tags). The kernel is this very
interpreter, so a report never runs in whichever Python a globally installed kernelspec points to. To start one and to
import what charts need takes seconds, so notebooks that only ask of a study (``asking``) share a kernel for each of two
cores, one after another, each with no names but its own; there the study is read once, and what was worked out for one
notebook is there for the next. Any other notebook has a kernel to itself.
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
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from analysis import __version__
from analysis.common.cores import cores
from analysis.common.display import IN_REPORT
from analysis.common.errors import BadInput
from analysis.common.kept import keep, read_kept
from analysis.report.asking import only_asks
from analysis.report.failures import failures_of, first_line
from analysis.study.cache import code_hash

if TYPE_CHECKING:
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

PARAMETERS = "parameters"
_AT_ONCE = 2
_PORT_TAKEN = "Address already in use"  # in a kernel's last words
_STARTS_WITHIN = 60  # seconds
# What a kernel runs in silence: before notebooks that share it, and before each notebook.
_READ_ONCE = "import functools, analysis; analysis.read_study = functools.cache(analysis.read_study)"
_FORGET = "get_ipython().reset()"
_ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")


def execute_notebooks(
    notebooks: Sequence[Path],
    parameters: Mapping[str, Any],
    *,
    cache: Path,
    fingerprint: str = "",
    then: Callable[[int, NotebookNode], None] = lambda number, node: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[NotebookNode]:
    """Execute each notebook with ``parameters``, in two kernels at a time, and return them with outputs, in order.

    ``parameters`` maps names that every notebook's parameters cell assigns to plain values (text, numbers, booleans,
    None, lists of these). A notebook whose source, parameters, ``fingerprint`` (say, the study's hash) and version of
    this package were seen before is read from the folder ``cache``. A cell that fails has its error among its outputs
    (see ``failures_of``), the cells after it run, and the notebook is not kept. ``then`` is called with the number of
    each notebook, from 0, and its outputs as soon as they are there, while others run; ``meanwhile`` is called once,
    when the first ones run. Raises ``BadInput`` with one line that names the notebook for an unreadable notebook or an
    unknown parameter.
    """
    import nbformat

    nodes = [set_parameters(read_notebook(path), parameters, path) for path in notebooks]
    keys = [_key(node, fingerprint) for node in nodes]
    kept = [_kept(cache / f"{path.stem}.ipynb", key) for path, key in zip(notebooks, keys, strict=True)]
    todo = [number for number, node in enumerate(kept) if node is None]

    def finished(number: int) -> None:
        node, path = nodes[number], notebooks[number]
        _hide_addresses(node)
        _hide_folders(node, parameters)
        if not any(failures_of([node], [path])):
            keep(cache / f"{path.stem}.ipynb", keys[number], nbformat.writes(node).encode())
        then(number, node)

    with _running([nodes[number] for number in todo]) as places:
        meanwhile()
        for number, old in enumerate(kept):
            if old is not None:
                then(number, old)
        for place in places:
            finished(todo[place])
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
    # All code counts, as a notebook may use any of it.
    parts = json.dumps([cells, fingerprint, __version__, code_hash(""), sys.version], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


# --- running --------------------------------------------------------------------------------------------------------


@contextmanager
def _running(nodes: Sequence[NotebookNode]) -> Iterator[Iterator[int]]:
    """Run the notebooks, in a thread with a loop of its own, and yield the places of those that are done as they come.

    That works inside Jupyter. The kernels end with whatever happens here, such as Ctrl-C.
    """
    loop = asyncio.new_event_loop()
    done: SimpleQueue[int | None] = SimpleQueue()
    task = loop.create_task(_execute_all(nodes, done.put))
    try:
        with ThreadPoolExecutor(1, "notebooks") as thread:
            running = thread.submit(loop.run_until_complete, task)
            running.add_done_callback(lambda _: done.put(None))
            try:
                yield iter(done.get, None)
                running.result()
            except BaseException:
                if not running.done():
                    loop.call_soon_threadsafe(task.cancel)
                raise  # leaving the block waits until the kernels have ended
    finally:
        if not loop.is_running():  # as it is when a second Ctrl-C does not wait for the kernels
            loop.close()


async def _execute_all(nodes: Sequence[NotebookNode], done: Callable[[int], None]) -> None:
    # What a cancelled kernel leaves behind is no news to whoever cancelled it.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    at_once = min(_AT_ONCE, cores())
    turns = asyncio.Semaphore(at_once)
    # A report begins with what is short: the last ones go first, so that all end together.
    asking = deque(place for place in reversed(range(len(nodes))) if only_asks(nodes[place]))
    alone = [deque([place]) for place in range(len(nodes)) if place not in asking]

    async def run(places: deque[int]) -> None:
        async with turns:
            await _execute(nodes, places, done)

    tasks = [asyncio.create_task(run(places)) for places in (*[asking] * at_once, *alone)]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def _execute(nodes: Sequence[NotebookNode], places: deque[int], done: Callable[[int], None]) -> None:
    """Run the notebooks at ``places``, which others may empty, too, one after another in one kernel.

    Where the kernel ends too early, the next notebook has another one.
    """
    while places:
        place = places.popleft()
        kernel = _kernel()
        begun: list[NotebookNode] = []
        with TemporaryFile() as last_words, TemporaryDirectory() as home:
            try:
                client = await _started(kernel, last_words, home)
                if places:
                    client.execute(_READ_ONCE, silent=True)
                while True:
                    begun.clear()
                    client.execute(_FORGET, silent=True)
                    await _run_cells(nodes[place], kernel, client, begun)
                    done(place)
                    if not places:
                        break
                    place = places.popleft()
            except RuntimeError as error:  # the kernel did not start, or it died
                last_words.seek(0)
                stderr = last_words.read().decode(errors="replace")
                if not begun and _PORT_TAKEN in stderr:
                    places.appendleft(place)  # while the kernel started; it gets other ports
                    continue
                code = [cell for cell in nodes[place].cells if cell.cell_type == "code"]
                _mark_dead((begun or code)[-1 if begun else 0], error, stderr)
                done(place)
            finally:
                if kernel.has_kernel:
                    await kernel.shutdown_kernel(now=True)


def _kernel() -> AsyncKernelManager:
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisInterpreter(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
            return KernelSpec(argv=argv, display_name="Python 3", language="python")

    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisInterpreter(), log=_silent())


async def _started(kernel: AsyncKernelManager, stderr: IO[bytes], home: str) -> AsyncKernelClient:
    """Start a kernel and return its client; ``home`` is a folder for where there is no home.

    Raises ``RuntimeError`` when it ends before it answers.
    """
    environment = {
        **os.environ, IN_REPORT: "1",
        # Sums over more threads come out differently, and two kernels share the cores.
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0", "BIAS_SENSES_QUIET": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }  # fmt: skip
    if not _home_can_be_written():
        environment.setdefault("MPLCONFIGDIR", home)  # else matplotlib says on a page that it has no folder
    await kernel.start_kernel(env=environment, cwd=os.getcwd(), stderr=stderr)
    client = kernel.client()
    client.start_channels()
    await client.wait_for_ready(timeout=_STARTS_WITHIN)
    client.allow_stdin = False
    return client


def _home_can_be_written() -> bool:
    try:
        return os.access(Path.home(), os.W_OK)
    except RuntimeError:  # nobody knows where it is
        return False


async def _run_cells(
    node: NotebookNode, kernel: AsyncKernelManager, client: AsyncKernelClient, begun: list[NotebookNode]
) -> None:
    """Run the cells of a notebook and note each that has ``begun``. Raises ``RuntimeError`` when the kernel ends."""
    from nbclient import NotebookClient

    runner = NotebookClient(
        node, km=kernel, timeout=None, allow_errors=True, record_timing=False, store_widget_state=False, log=_silent(),
        on_cell_execute=lambda cell, cell_index: begun.append(cell),
    )  # fmt: skip
    runner.kc = client
    try:
        await runner.async_execute()
    finally:
        atexit.unregister(runner._cleanup_kernel)  # if cancelled, nbclient leaves it there, to fail at exit


def _silent() -> logging.Logger:
    """A logger for what a library says of a kernel that ends: that is not for our users."""
    logger = logging.Logger("notebooks")
    logger.addHandler(logging.NullHandler())
    return logger


def _hide_addresses(node: NotebookNode) -> None:
    """Take the addresses of objects in memory, which differ from run to run, out of what is shown as text."""
    for cell in node.cells:
        for output in cell.get("outputs", ()):
            text = output.get("data", {}).get("text/plain")
            if text:
                output["data"]["text/plain"] = _ADDRESS.sub("", text)


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

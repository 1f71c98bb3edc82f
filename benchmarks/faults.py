"""Whether crashes, full disks, damaged files and two runs at once leave folders whole: ``make faults``.

Commands run in forks of one process that has imported everything, so that a run takes a second or two. Each trial
begins with a copy of a folder that holds an older state: the papers changed since its study, its senses and its report
were made. Afterwards the study, the table and the report must each be, byte for byte, as they were or as a run without
faults leaves them. A next run must then end as the run without faults does, and say at most one line of mending.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from analysis.collection import load as loading
from analysis.common import dates
from analysis.common.kept import is_whole

OLD, NEW = "the old state", "the new state"
SENSES = ("senses", "papers.jsonl", "--out", "out.csv", "--study", "bias.study")
REPORT = ("report", "papers.jsonl", "--out", "pages", "--study", "bias.study", "--notebook", "short.ipynb")
PARTS = {"study": "bias.study", "table": "out.csv", "report": "pages"}
MENDING = ("interrupted run left", "was interrupted", "damaged")
WRITES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod", "tempfile.mkstemp", "shutil.rmtree")
HEAVY = ("pandas", "spacy", "onnxruntime", "bertopic", "sklearn.manifold", "nbconvert", "nbclient", "ipykernel", "bs4",
         "jupyter_client.manager", "safetensors.numpy", "analysis.report.site", "analysis.report.evidence_page",
         "analysis.report.map", "analysis.report.concordance", "analysis.topics.model", "analysis.senses.reading",
         "analysis.evidence.abstracts", "analysis.commands", "seaborn", "tokenizers")  # fmt: skip

State = dict[str, str]


class Ended(NamedTuple):
    """How a run ended: its exit code (negative: the signal), what it said on stderr, and how long it took."""

    code: int
    said: str
    seconds: float

    @property
    def lines(self) -> list[str]:
        """What it said, without the lines that tell how long a stage took."""
        return [line for line in self.said.splitlines() if not line.endswith(" s")]


# --- runs -------------------------------------------------------------------------------------------------------------


def begin(place: Path, call: tuple[str, ...], before: Callable[[], None] = lambda: None) -> tuple[int, Path, float]:
    """Fork a run in ``place``, in a process prepared by ``before``: its id, what it says on stderr, when it began."""
    said = Path(tempfile.mkstemp(prefix="said-")[1])
    began = time.monotonic()
    child = os.fork()
    if child:
        return child, said, began
    try:
        os.setsid()
        os.chdir(place)
        os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
        for stream, target in ((1, os.devnull), (2, said)):
            os.dup2(os.open(target, os.O_WRONLY), stream)
        sys.argv = ["bias-senses", *call]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        before()
        from analysis.cli import main

        code = main()
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 70
    sys.stderr.flush()
    os._exit(code)


def wait(run: tuple[int, Path, float]) -> Ended:
    """How a run ended."""
    child, said, began = run
    _, status = os.waitpid(child, 0)
    text = said.read_text("utf-8", errors="replace")
    said.unlink()
    return Ended(os.waitstatus_to_exitcode(status), text, time.monotonic() - began)


def done(place: Path, call: tuple[str, ...], before: Callable[[], None] = lambda: None) -> Ended:
    """A run from its begin to its end."""
    return wait(begin(place, call, before))


def at_write(number: int, act: Callable[[], None]) -> Callable[[], None]:
    """Prepares a process to ``act`` when it touches the disk for the ``number``-th time."""
    count = iter(range(1, sys.maxsize))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        written = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (written or event in WRITES) and next(count) == number:
            act()

    return lambda: sys.addaudithook(hook)


def writes_of(place: Path, call: tuple[str, ...]) -> int:
    """How often a run touches the disk."""
    count = place / "count"

    def prepare() -> None:
        seen = 0

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal seen
            if (event == "open" and isinstance(arguments[2], int) and arguments[2] & 3) or event in WRITES:
                seen += 1
                os.pwrite(handle, b"%9d" % seen, 0)

        handle = os.open(count, os.O_CREAT | os.O_WRONLY)
        sys.addaudithook(hook)

    done(place, call, prepare)
    return int(count.read_text())


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# --- states -----------------------------------------------------------------------------------------------------------


def state(place: Path, part: str) -> State:
    """SHA-256 by name of all files of a study, a table or a report; caches, which check themselves, are left out."""
    root = place / PARTS[part]
    paths = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
    found = {}
    for path in paths:
        name = path.relative_to(place).as_posix()
        kept = ("/notebooks/" in name and part == "study") or path.name.startswith("map-")
        if path.name != ".lock" and not (kept and is_whole(path, path.read_bytes())):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def states(place: Path) -> dict[str, State]:
    return {part: state(place, part) for part in PARTS}


def left_over(place: Path) -> list[str]:
    """Hidden files and folders that a run left beside what it made."""
    return [path.name for path in place.rglob(".*") if path.name != ".lock"]


class Bench:
    """The folders that trials begin with, and what came of them."""

    def __init__(self, work: Path, seed: int) -> None:
        self.work, self.seed = work, seed
        self.faults: list[str] = []
        self.figures: dict[str, Any] = {}
        self.old, self.new = work / "old", work / "new"
        place = work / "trial"  # all runs are there, as a kept notebook knows the paths that it was told
        place.mkdir()
        write_sources(place)
        for call in (SENSES, REPORT):
            self.check(done(place, call).code == 0, f"{call[0]} of the old papers failed")
        with (place / "papers.jsonl").open("a") as papers:
            papers.write('{"id": "9", "title": "A new bias", "abstract": "The bias term of a layer is new here."}\n')
        shutil.copytree(place, self.old)
        for call in (SENSES, REPORT):
            self.check(done(place, call).code == 0, f"{call[0]} of the new papers failed")
        place.rename(self.new)
        self.of = {OLD: states(self.old), NEW: states(self.new)}
        self.check(all(self.of[OLD][part] != self.of[NEW][part] for part in PARTS), "the states do not differ")

    @contextlib.contextmanager
    def trial(self, begin_with: Path | None = None, inside: Path | None = None) -> Iterator[Path]:
        """A copy of a folder, the old one unless told, to do harm to."""
        place = (inside or self.work) / "trial"
        shutil.copytree(begin_with or self.old, place)
        yield place
        shutil.rmtree(place)

    def check(self, fact: bool, otherwise: str) -> None:
        """Note a fault unless ``fact``."""
        if not fact:
            self.faults.append(otherwise)
            print(f"FAULT: {otherwise}", flush=True)

    def which(self, place: Path, what: str) -> dict[str, str]:
        """Which state each part is in; a fault where it is neither."""
        found = {}
        for part, now in states(place).items():
            found[part] = next((name for name, known in self.of.items() if known[part] == now), "a mixture")
            if found[part] == "a mixture":
                differs = [n for n in {*now, *self.of[OLD][part]} if now.get(n) != self.of[OLD][part].get(n)]
                self.check(False, f"{what}: the {part} is neither old nor new: {differs[:4]}")
        return found

    def mended(self, place: Path, call: tuple[str, ...], what: str) -> int:
        """Let the next run mend; how many lines it said of it."""
        ended = done(place, call)
        self.check(ended.code == 0, f"{what}: the next run ended with {ended.code}: {ended.said[-500:]}")
        parts = ("study", "table") if call == SENSES else ("study", "report")
        now = states(place)
        for part in parts:
            self.check(now[part] == self.of[NEW][part], f"{what}: after the next run the {part} is not the new one")
        self.check(not left_over(place), f"{what}: the next run leaves {left_over(place)}")
        lines = [line for line in ended.lines if any(word in line for word in MENDING)]
        self.check(len(lines) <= 1, f"{what}: the next run says more than one line: {lines}")
        return len(lines)


def write_sources(place: Path) -> None:
    """Six small papers, and a notebook that reads the study."""
    texts = [
        ("Gender bias in hiring", "We measure gender bias. Debiasing helps. The bias term stays."),
        ("Inductive bias of trees", "We study the inductive bias of trees, and their bias and variance."),
        ("Drones", "We estimate the gyroscope bias online and correct the sensor bias."),
        ("Sampling", "Sampling bias skews the estimate. Selection bias does, too."),
        ("Embeddings", "Social bias in word embeddings is reduced by 12% with a new method."),
        ("Confirmation", "Confirmation bias is a cognitive bias of people who annotate."),
    ]
    rows = [{"id": str(i), "title": title, "abstract": text} for i, (title, text) in enumerate(texts)]
    (place / "papers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    cell = nbformat.v4.new_code_cell(
        "SOURCES = ()\nTERM = 'bias'\nSTUDY = ''", metadata={"tags": ["parameters"]}, id="a"
    )
    read = "from analysis import read_study\nprint(len(read_study(STUDY).mentions))"
    book = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_code_cell(read, id="b")])
    nbformat.write(book, place / "short.ipynb")


# --- faults -----------------------------------------------------------------------------------------------------------


def kills(bench: Bench, number: int) -> None:
    """Kill -9: in turn at any write, at one of the last writes, where all takes its place, and at any moment."""
    random_ = random.Random(bench.seed)
    found: Counter[str] = Counter()
    lines: Counter[int] = Counter()
    lengths = {}
    for call in (SENSES, REPORT):
        with bench.trial() as place:
            seconds = done(place, call).seconds
        with bench.trial() as place:
            lengths[call] = writes_of(place, call), seconds
    for n in range(number):
        call = REPORT if n % 4 == 3 else SENSES
        writes, seconds = lengths[call]
        with bench.trial() as place:
            if n % 3 == 2:
                moment = random_.uniform(0, seconds)
                what = f"{call[0]} killed after {moment:.2f} s"
                run = begin(place, call)
                time.sleep(moment)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(run[0], signal.SIGKILL)
                wait(run)
            else:
                at = random_.randint(1 if n % 3 else writes - 60, writes)
                what = f"{call[0]} killed at write {at} of {writes}"
                wait(begin(place, call, at_write(at, kill)))
            found.update(f"{call[0]}: {part} in {which}" for part, which in bench.which(place, what).items())
            lines[bench.mended(place, call, what)] += 1
    bench.figures["kills"] = {
        "number": number, "writes of a run": {call[0]: writes for call, (writes, _) in lengths.items()},
        "found": dict(sorted(found.items())), "lines of mending": dict(sorted(lines.items())),
    }  # fmt: skip


def damage(bench: Bench, number: int) -> None:
    """Files of a study, a cache or a report cut short or with one bit flipped."""
    random_ = random.Random(bench.seed)
    said: Counter[str] = Counter()
    names = [p.relative_to(bench.new) for part in ("bias.study", "pages") for p in (bench.new / part).rglob("*")]
    names = sorted(name for name in names if (bench.new / name).is_file() and name.name != ".lock")
    for n in range(number):
        name, cut = names[n % len(names)], bool(n // len(names) % 2)
        what = f"{name} {'cut' if cut else 'with a bit flipped'}"
        with bench.trial(bench.new) as place:
            content = bytearray((place / name).read_bytes())
            at = random_.randrange(len(content))
            if cut:
                content = content[:at]
            else:
                content[at] ^= 1 << random_.randrange(8)
            (place / name).unlink()  # the copy's, whatever shares its content
            (place / name).write_bytes(content)
            verified = done(place, ("verify", name.parts[0]))
            bench.check(verified.code == 2, f"{what}: verify ends with {verified.code}")
            cached = "notebooks" in name.parts or name.name.startswith("map-")
            lines = bench.mended(place, REPORT if cached or name.parts[0] == "pages" else SENSES, what)
            if name.parts[0] == "bias.study":
                bench.check(lines == 1, f"{what}: the next run says {lines} lines")
            said[f"{name.parts[0]}: {lines} lines"] += 1
            bench.check(done(place, ("verify", name.parts[0])).code == 0, f"{what}: not mended for verify")
    bench.figures["damaged files"] = {"number": number, "files": len(names), "next run said": dict(said)}


@contextlib.contextmanager
def mounted(place: Path, *options: str) -> Iterator[bool]:
    """A small tmpfs at ``place``; False where this user may not mount."""
    place.mkdir(exist_ok=True)
    made = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", place]).returncode == 0
    try:
        yield made
    finally:
        if made:
            subprocess.run(["umount", "-l", place], check=True)


def _room(folder: Path) -> int:
    """Bytes that a copy of a folder takes on a tmpfs, which gives each file whole pages and counts folders, too."""
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(page * max(1, -(-path.stat().st_size // page)) for path in folder.rglob("*"))


def full_disk(bench: Bench, number: int) -> None:
    """More and more room on a tmpfs, from a little more than what lies there already."""
    size = max(_room(bench.old), _room(bench.new))
    codes: Counter[str] = Counter()
    for n in range(number):
        call = (SENSES, REPORT)[n % 2]
        room = int(size * (1.05 + 1.2 * n / number))
        with mounted(bench.work / "small", "-o", f"size={room}") as made:
            if not made:
                bench.figures["full disk"] = "skipped: mounting a tmpfs needs root"
                return
            with bench.trial(inside=bench.work / "small") as place:
                what = f"{call[0]} with {room:,} bytes of disk"
                ended = done(place, call)
                bench.which(place, what)
                bench.check(ended.code in (0, 2), f"{what}: ended with {ended.code}: {ended.said[-400:]}")
                if ended.code == 2:
                    bench.check("cannot be written" in ended.lines[-1], f"{what}: said {ended.lines}")
                codes[f"{call[0]}: exit {ended.code}"] += 1
                subprocess.run(["mount", "-o", "remount,size=200m", bench.work / "small"], check=True)
                bench.mended(place, call, what)
    bench.figures["full disk"] = dict(sorted(codes.items()))


def read_only(bench: Bench) -> None:
    """A folder that only can be read."""
    with mounted(bench.work / "small") as made:
        if not made:
            bench.figures["read-only folder"] = "skipped: mounting a tmpfs needs root"
            return
        with bench.trial(inside=bench.work / "small") as place:
            for option in ("ro", "rw"):
                subprocess.run(["mount", "-o", f"remount,{option}", bench.work / "small"], check=True)
                if option == "rw":
                    break
                for call in (SENSES, REPORT):
                    ended = done(place, call)
                    one = ended.code == 2 and len(ended.lines) == 1 and "cannot be written" in ended.lines[0]
                    bench.check(one, f"{call[0]} in a read-only folder: {ended}")
                found = bench.which(place, "read-only")
                bench.check(set(found.values()) == {OLD}, f"read-only, yet changed: {found}")
                bench.check(done(place, ("verify", "pages")).code == 0, "verify in a read-only folder")
    bench.figures["read-only folder"] = "exit 2, one line, nothing changed"


def changing_source(bench: Bench) -> None:
    """A source that another program adds to while it is read."""

    def prepare() -> None:
        load_papers = loading.load_papers

        def then_changed(*arguments: Any, **options: Any) -> Any:
            found = load_papers(*arguments, **options)
            with open("papers.jsonl", "a") as papers:
                papers.write('{"id": "99", "title": "Late bias", "abstract": "This bias came late."}\n')
            return found

        import analysis.collection

        analysis.collection.load_papers = then_changed  # type: ignore[attr-defined]

    with bench.trial() as place:
        ended = done(place, SENSES, prepare)
        bench.check(ended.code == 2 and "changed while it was read" in ended.said, f"a changing source: {ended}")
        found = bench.which(place, "a changing source")
        bench.check(set(found.values()) == {OLD}, f"a changing source: {found}")
        bench.check(done(place, SENSES).code == 0, "the run after a changing source")
    bench.figures["changing source"] = "exit 2, one line, nothing changed"


def clock_back(bench: Bench) -> None:
    """Files from the future, and a clock that went back."""

    def prepare() -> None:
        now = time.time
        time.time = lambda: now() - 3e8
        real = dates.datetime

        class Earlier(real):  # type: ignore[misc, valid-type]
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return real.fromtimestamp(time.time(), tz)

        dates.datetime = Earlier  # type: ignore[misc]
        del os.environ["SOURCE_DATE_EPOCH"]
        os.environ["BIAS_SENSES_QUIET"] = ""

    with bench.trial(bench.new) as place:
        for path in place.rglob("*"):
            os.utime(path, (4e9, 4e9))
        for call in (SENSES, REPORT):
            ended = done(place, call, prepare)
            bench.check(ended.code == 0 and not ended.lines, f"{call[0]} with the clock back: {ended}")
        found = bench.which(place, "the clock went back")
        bench.check(set(found.values()) == {NEW}, f"the clock went back: {found}")
    bench.figures["clock going back"] = "nothing is made again, nothing changes"


def together(bench: Bench, number: int) -> None:
    """Two runs into one study folder and one output."""
    random_ = random.Random(bench.seed)
    ended: Counter[str] = Counter()
    with bench.trial() as place:  # another study of the same papers, into the same folders
        seed = ("--seed", "7")
        for call in (SENSES, REPORT):
            done(place, (*call, *seed))
        bench.of["the other's state"] = states(place)
    for n in range(number):
        call = (SENSES, REPORT)[n % 2]
        with bench.trial() as place:
            one = begin(place, call)
            time.sleep(random_.uniform(0, 1.5))
            two = begin(place, (*call, *seed))
            for run in (wait(one), wait(two)):
                bench.check(run.code == 0, f"one of two runs of {call[0]}: {run}")
                ended["waited" if "another run" in run.said else "did not wait"] += 1
            found = bench.which(place, f"two runs of {call[0]} at once")
            ended[found["study"]] += 1
    del bench.of["the other's state"]
    bench.figures["two runs at once"] = {"pairs": number, **ended}


def interrupts(bench: Bench, number: int) -> None:
    """Ctrl-C at random moments of real processes, from their start on; who is about to end anyway may end with 0."""
    random_ = random.Random(bench.seed)
    took, codes, lengths = [], Counter[str](), {}
    for call in (SENSES, REPORT):
        with bench.trial() as place:
            shutil.rmtree(place / "bias.study")
            began = time.monotonic()
            subprocess.run([sys.executable, "-m", "analysis.cli", *call], cwd=place, check=True, capture_output=True)
            lengths[call] = time.monotonic() - began
    for n in range(number):
        call = (SENSES, REPORT)[n % 2]
        with bench.trial() as place:
            shutil.rmtree(place / "bias.study")
            command = [sys.executable, "-m", "analysis.cli", *call]
            run = subprocess.Popen(
                command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )  # fmt: skip
            time.sleep(random_.uniform(0.3, lengths[call]))
            began = time.monotonic()
            ended = run.poll() is not None
            if not ended:
                os.killpg(run.pid, signal.SIGINT)
            _, said = run.communicate()
            if run.returncode:
                took.append(time.monotonic() - began)
                lines = [line for line in said.splitlines() if not line.endswith(" s")]
                bench.check(run.returncode == 130, f"Ctrl-C in {call[0]}: exit {run.returncode}: {said[-500:]}")
                bench.check(len(lines) == 1 and "interrupted" in lines[0], f"Ctrl-C in {call[0]} says {lines}")
            codes["ended before" if ended else str(run.returncode)] += 1
    bench.check(max(took) <= 2, f"Ctrl-C took {max(took):.2f} s")
    bench.figures["Ctrl-C"] = {
        "number": number, "exit codes": dict(codes), "longest, seconds": round(max(took), 2),
        "median, seconds": round(sorted(took)[len(took) // 2], 2),
    }  # fmt: skip


def other_hashes(bench: Bench) -> None:
    """The same bytes from processes whose hashes of text differ."""
    for seed in ("0", "1", "random"):
        with bench.trial() as place:
            shutil.rmtree(place / "bias.study")
            shutil.rmtree(place / "pages")
            environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1700000000"}
            for call in (SENSES, REPORT):
                command = [sys.executable, "-m", "analysis.cli", *call]
                subprocess.run(command, cwd=place, env=environment, check=True, capture_output=True)
            found = bench.which(place, f"PYTHONHASHSEED={seed}")
            bench.check(set(found.values()) == {NEW}, f"PYTHONHASHSEED={seed}: {found}")
    bench.figures["PYTHONHASHSEED"] = "0, 1, random: the same bytes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--only", nargs="+", help="names of faults")
    parser.add_argument("--save", type=Path, help="write the figures there, as JSON")
    chosen = parser.parse_args()
    os.environ["BIAS_SENSES_CACHE"] = os.environ["MPLCONFIGDIR"] = tempfile.mkdtemp(prefix="faults-cache-")
    for name in HEAVY:
        importlib.import_module(name)
    faults: dict[str, Callable[[Bench], None]] = {
        "kills": lambda bench: kills(bench, chosen.kills),
        "damage": lambda bench: damage(bench, 90),
        "full-disk": lambda bench: full_disk(bench, 12),
        "read-only": read_only,
        "changing-source": changing_source,
        "clock-back": clock_back,
        "together": lambda bench: together(bench, 8),
        "interrupts": lambda bench: interrupts(bench, 12),
        "hashes": other_hashes,
    }
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as work:
        bench = Bench(Path(work), chosen.seed)
        for name, fault in faults.items():
            if not chosen.only or name in chosen.only:
                start = time.monotonic()
                fault(bench)
                print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
    bench.figures |= {
        "seed": chosen.seed,
        "faults found": len(bench.faults),
        "seconds": round(time.monotonic() - began),
    }
    print(json.dumps(bench.figures, indent=1))
    if chosen.save:
        chosen.save.write_text(json.dumps(bench.figures, indent=1) + "\n")
    sys.exit(bool(bench.faults))


if __name__ == "__main__":
    main()

"""Fill docs/performance.md from benchmarks/results/speed.json, and draw its picture.

python docs/tools/performance.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from analysis.common.wording import listed

DOCS = Path(__file__).resolve().parents[1]
PAGE, PICTURE = DOCS / "performance.md", DOCS / "performance.png"
RESULTS = DOCS.parent / "benchmarks" / "results" / "speed.json"
OURS, THEIRS, BERTOPIC = "bias-senses", "the other checkout", "stock BERTopic"
BESIDE = (
    "startup",
    "loading",
    "mentions",
    "encoding",
    "whole",
    "reports",
    "scan",
    "scan-long",
)  # parts whose measures have an alternative
ALONE = ("import analysis", "bias-senses --help", "loading", "whole", "report, cold", "report, cached")
STAGES = ("papers", "mentions", "vectors", "scores", "senses", "topics")

Results = Mapping[str, Mapping[str, Any]]
Measure = Mapping[str, Any]


def fill_page(page: str, results: Results) -> str:
    """The page with the text between each ``<!-- name -->`` and ``<!-- end -->`` made anew.

    Raises ``KeyError`` for a name that is not among ``BLOCKS``.
    """
    return re.sub(
        r"(<!-- (\w+) -->\n).*?(<!-- end -->)",
        lambda m: f"{m[1]}{BLOCKS[m[2]](results)}\n{m[3]}",
        page,
        flags=re.DOTALL,
    )


def measures(results: Results, *parts: str) -> list[Measure]:
    """All measures of these parts, in their order, as far as they were made."""
    return [one for part in parts for one in results.get(part, {}).get("measures", ())]


def machine(results: Results) -> str:
    """Each machine with the parts that were measured on it, and the versions of the libraries."""
    lines = {}
    for part, found in sorted(results.items()):
        about = found["machine"]
        libraries = {**found["yardstick"], **found["versions"]}
        line = (
            f"{about['processor']} ({', '.join(about['flags'])}), {about['cores']} cores, {about['memory_gb']} GB, "
            f"{about['system']}; papers of {found['corpus']}; "
            + ", ".join(f"{name} {version}" for name, version in sorted(libraries.items()))
        )
        lines.setdefault(line, []).append(f"{part} (load {about['load']})")
    return "\n".join(f"- {line}. Parts: {', '.join(parts)}." for line, parts in lines.items()) or NOT_YET


def ratios(results: Results) -> str:
    """What was measured beside an alternative."""
    rows = [["what", "how much", "beside", "ours", "theirs", "ratio", "memory, ours and theirs"]]
    for one in measures(results, *BESIDE):
        if "skipped" in one:
            rows.append([one["what"], "", "", "", "", f"skipped: {one['skipped']}", ""])
            continue
        (_, a), *others = _sides(one)
        rows += [
            [one["what"], one["over"], name, told(min(a["seconds"])), told(min(b["seconds"])),
             times(one["ratio"][name]), _memory(one["what"], a, b)]
            for name, b in others
        ]  # fmt: skip
    return table(rows)


def whole(results: Results) -> str:
    """The sentence on the whole corpus, and how it was extrapolated."""
    found = [one for one in measures(results, "whole", "whole-long") if "extrapolated" in one]
    if not found:
        return NOT_YET
    one = found[-1]  # the larger samples, where they were run
    of, (first, last) = one["extrapolated"], _samples(results, one)
    ours, theirs = (of["seconds"][name] for name in (OURS, BERTOPIC))
    return (
        f"On the same {last['papers']:,} papers, from a file to senses and topics, stock BERTopic took "
        f"{times(1 / last['ratio'][BERTOPIC])} as long. Extrapolated to {of['papers']:,} papers, it takes "
        f"**{times(of['times_faster'])}** as long: {told(theirs)} beside our {told(ours)}. Each side was measured on "
        f"{first['papers']:,} and {last['papers']:,} papers; the line through both gives "
        f"{of['ms_a_paper'][OURS]:g} ms a paper for us and {of['ms_a_paper'][BERTOPIC]:g} ms for stock BERTopic."
    )


def growth(results: Results) -> str:
    """Time, memory and exponent for more and more papers."""
    found = measures(results, "growth-long") or measures(results, "growth")
    if not found:
        return NOT_YET
    (one,) = found
    rows = [["papers", "time beyond starting", "memory", "polars, counting", "ratio"]]
    for row in one["rows"]:
        beside = [told(row["polars_seconds"]), times(row["ratio"])] if "ratio" in row else ["skipped", ""]
        rows.append([f"{row['papers']:,}", told(row["seconds"]), f"{row['peak_mb']:,} MB", *beside])
    return f"{table(rows)}\n\nStarting takes {told(one['start'])}. **The exponent is {one['exponent']:.3f}.**"


def against(results: Results) -> str:
    """Our checkout beside another one."""
    rows = [["what", "how much", "this one", "the other", "ratio"]]
    for one in measures(results, "against-study", "against-encoding", "against-report"):
        (_, a), (_, b) = _sides(one)
        ours, theirs = min(a["seconds"]), min(b["seconds"])
        rows.append([one["what"], one["over"], told(ours), told(theirs), f"{one['ratio'][THEIRS]:.2f}"])
        parts = one.get("stages", {})
        for stage in STAGES if one["what"] == "study" else ():
            ours, theirs = (parts[name].get(stage) for name in (OURS, THEIRS))
            if ours and theirs:
                other = parts[OURS].get("scores", 0) if stage == "vectors" and "scores" not in parts[THEIRS] else 0
                name = "vectors and scores" if other else stage
                rows.append([f"- {name}", "", told(ours + other), told(theirs), f"{(ours + other) / theirs:.2f}"])
        if beside := one.get("beside_bare_onnxruntime"):
            rows.append(["- by bare onnxruntime", "", times(beside[OURS]), times(beside[THEIRS]), ""])
        for key, name in (("new_stages", "stages"), ("rest", "pages")):
            if extra := one.get(key, {}).get(OURS):
                rows.append([f"- {name} that only this one has", "", told(extra), "", ""])
    return table(rows) if len(rows) > 1 else NOT_YET


def picture(results: Results) -> str:
    """The picture with what it shows, for who does not see it."""
    found = _drawn(results)
    if not found:
        return NOT_YET
    slower = [f"{name} {times(ratio)}" for name, ratio in found if ratio > 1]
    faster = [f"{name} {times(1 / ratio)}" for name, ratio in found if ratio <= 1]
    said = []
    if slower:
        said.append(f"longer than the alternative, which does less: {listed(slower)}")
    if faster:
        said.append(f"shorter: {listed(faster)}")
    text = f"Time beside each alternative. {'; '.join(said)[:1].upper()}{'; '.join(said)[1:]}."
    curve = measures(results, "growth-long") or measures(results, "growth")
    if curve:
        text += (
            f" The time to find mentions grows with the number of papers to the power of {curve[0]['exponent']:.2f}."
        )
    return f"![{text}](performance.png)"


NOT_YET = "Not measured yet."
BLOCKS: dict[str, Callable[[Results], str]] = {
    "machine": machine, "ratios": ratios, "whole": whole, "growth": growth, "against": against, "picture": picture,
}  # fmt: skip


def draw(results: Results, path: Path) -> None:
    """Ratios as points on a scale of factors, filled where we take longer; beside them the growth."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    from analysis.charts.style import FAINT, INK, PAGE, RC

    found = _drawn(results)[::-1]
    curve = measures(results, "growth-long") or measures(results, "growth")
    with mpl.rc_context(RC):
        figure, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 3.1), width_ratios=(1, 1), layout="constrained")
        for y, (_, ratio) in enumerate(found):
            left.plot([1, ratio], [y, y], color=INK, linewidth=0.8)
            left.plot(ratio, y, "o", color=INK, markersize=6, markerfacecolor=INK if ratio > 1 else "white")
            side = 1 if ratio > 1 else -1
            left.annotate(
                f"{ratio:.2g}" if ratio > 1 else f"1/{1 / ratio:.2g}", (ratio, y), xytext=(7 * side, 0),
                textcoords="offset points", va="center", ha="left" if side > 0 else "right",
            )  # fmt: skip
        left.set_xscale("log")
        left.margins(x=0.3)  # room for the numbers
        left.axvline(1, color=INK, linewidth=0.8)
        left.set_yticks(range(len(found)), [name for name, _ in found])
        left.set_xlabel("our time by that of the alternative")
        left.xaxis.set_major_formatter(lambda value, _: f"{value:g}" if value >= 1 else f"1/{1 / value:g}")
        left.xaxis.set_minor_formatter(lambda value, _: "")
        left.set_title("Time beside the alternative\nfilled: longer; open: shorter")
        rows = curve[0]["rows"] if curve else []
        right.plot([r["papers"] for r in rows], [r["seconds"] for r in rows], "o-", color=INK, label="mentions")
        known = [r for r in rows if "polars_seconds" in r]
        right.plot(
            [r["papers"] for r in known], [r["polars_seconds"] for r in known], "s--", color=INK,
            markerfacecolor="white", label="polars, counting",
        )  # fmt: skip
        right.set(xscale="log", yscale="log", xlabel="papers", ylabel="seconds")
        right.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        right.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        right.grid(True, color=FAINT)
        right.legend(loc="upper left")
        right.set_title(f"Growth: exponent {curve[0]['exponent']:.2f}" if curve else "Growth")
        figure.savefig(path, dpi=200, metadata={"Software": None})
        plt.close(figure)


def _drawn(results: Results) -> list[tuple[str, float]]:
    """The measures of the picture: what beside what, and the ratio."""
    found: dict[str, float] = {}
    for one in measures(results, *BESIDE):
        for name, ratio in one.get("ratio", {}).items():
            found[f"{one['what']} / {name}"] = ratio  # of several samples the largest stays
    return list(found.items())


def _sides(one: Measure) -> list[tuple[str, Mapping[str, Any]]]:
    """The sides of a measure, ours first."""
    return sorted(one["sides"].items(), key=lambda item: item[0] in one["ratio"])


def _memory(what: str, ours: Measure, theirs: Measure) -> str:
    """Peak memory of both, where each side did the whole work in a process that held nothing else."""
    return f"{ours['peak_mb']:,} and {theirs['peak_mb']:,} MB" if what in ALONE else ""


def _samples(results: Results, one: Measure) -> list[Measure]:
    """Both samples of the part that ``one`` belongs to."""
    for part in ("whole", "whole-long"):
        found = [other for other in measures(results, part) if other["what"] == "whole"]
        if one in found:
            return found
    raise KeyError("whole")


def told(seconds: float) -> str:
    """``0.12 s``, ``3.4 s``, ``86 s``, ``12 min``, ``1.4 h``."""
    if seconds < 120:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def times(factor: float) -> str:
    """``0.04 times``, ``1.3 times``, ``26 times``."""
    return f"{factor:.2g} times" if factor < 100 else f"{factor:,.0f} times"


def table(rows: list[list[str]]) -> str:
    """Rows in Markdown, the first as heading."""
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    kept = json.loads(RESULTS.read_text("utf-8"))
    PAGE.write_text(fill_page(PAGE.read_text("utf-8"), kept), "utf-8")
    draw(kept, PICTURE)

"""Units of measure: how authors write them, and the one way in which the table names them."""

from __future__ import annotations

import re

# The table's name of a unit: the ways to write it, in any case. "s" and "(s)" may follow those that end in a letter.
_IN_WORDS = {
    "percentage points": r"(?:absolute |relative )?percent(?:age)?[- ]points?|% points?|pp|ppts?|p\.p\.",
    "%": r"percent|per cent",
    "points": r"points?|pts?\.?|(?:absolute|percentual) points?",
    "orders of magnitude": r"orders?[- ]of[- ]magnitude",
    "fold": r"folds?",
    "ms": r"milliseconds?|msec",
    "μs": r"microseconds?",
    "ns": r"nanoseconds?",
    "s": r"seconds?|secs?",
    "min": r"minutes?|mins?",
    "hours": r"hours?|hrs?",
    "days": r"days?",
    "weeks": r"weeks?|wks?",
    "months": r"months?|mos?",
    "years": r"years?|yrs?",
    "decades": r"decades?",
    "parameters": r"(?:trainable |learnable |active |total |activated |model )?(?:parameters?|params?)",
    "epochs": r"(?:training )?epochs?",
    "steps": r"(?:training |denoising |sampling |diffusion |inference |gradient |optimization )?steps?",
    "iterations": r"iterations?",
    "standard deviations": r"standard deviations?|SDs?",
    "GPU hours": r"(?:\w{1,10} )?GPU[- ]hours?",
    "GPU days": r"(?:\w{1,10} )?GPU[- ]days?",
    "human-hours": r"human[- ]hours?",
    "person-hours": r"person[- ]hours?",
    "person-years": r"person[- ]years?",
    "patient-years": r"patient[- ]years?",
    "bits": r"bits",
    "$": r"(?:US )?dollars?|USD|US\$",
    "€": r"euros?|EUR",
    "£": r"GBP",
    "GB": r"gigabytes?",
    "MB": r"megabytes?",
    "km": r"kilomet(?:er|re)s?",
    "m": r"met(?:er|re)s?",
    "cm": r"centimet(?:er|re)s?",
    "mm": r"millimet(?:er|re)s?",
    "mmHg": r"mm ?Hg",
    "kg": r"kilograms?",
    "mg": r"milligrams?",
    "°C": r"degrees? (?:C|Celsius)",
    "°": r"degrees?",
    "FPS": r"fps|frames per second|frames/s(?:ec(?:ond)?)?",
}
_TIMES = {"times": r"×|\\times|\$\\times\$|\$×\$|x(?! ?\d)|X(?! ?\d)|times"}
# As in print: case matters. A letter alone only where few other things are meant by it.
_SYMBOLS = (
    "ms s h min μs µs us ns ps GB MB TB KB kB GiB MiB PB km cm mm m nm μm µm um pm Å ha kg g mg μg "
    "µg ug ng pg L mL ml dL dl "
    "μL µL °C ºC °F ° K mK Hz kHz MHz GHz THz W mW kW MW GW V mV kV mA pA nA μA µA J kJ MJ mJ kWh Wh "
    "eV meV keV MeV GeV dB dBm Pa kPa "
    "MPa GPa hPa mmHg mol mmol nmol μmol µmol mM microM μM µM nM pM M pS nS ppm ppb bp kb Mb kbp Mbp IU U kDa Da "
    "N kN Ω kΩ MΩ Nm rpm mph cal kcal T mT "
    "FLOPs GFLOPs TFLOPs MFLOPs FLOPS GFLOPS TFLOPS Gbps Mbps kbps FPS MACs GMACs ly pc kpc Mpc erg mGy Gy Sv mSv MPG"
).split()
_AFTER_SLASH = (
    "day days year yr week wk month mo hour hr h min s sec second d g kg mg m2 m3 m L l mL ml dL dl km "
    "cm ha mol person frame image W μL"
)
_POWER = r"(?:\^?\{?[-−]?[1-4]\}?|\([-−]?[1-4]\)|[⁻]?[¹²³⁴])?"


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_SYMBOL = rf"(?:{_any_of(_SYMBOLS)}|(?<!\d)d){_POWER}"
_PER = (
    rf"(?:(?: ?/ ?|\.| per |·| ){_SYMBOL}(?<=[-−⁻¹²123)])|(?: ?/ ?| per "
    rf")(?:{_any_of(_AFTER_SLASH.split() + _SYMBOLS)}){_POWER}(?![A-Za-z]))"
)
_SPELLED = "|".join(f"(?:{ways})" for ways in _IN_WORDS.values())
_GAP = r"(?:[ \u00a0\u2009\u202f\u2000-\u200a~]|\\[ ,;]){0,2}"
_LETTER_NEXT = r"(?![A-Za-z\d]|-[A-Z]{2})"
# Right after a number: its unit, with the space or hyphen before it.
UNIT = (
    rf"(?:{_GAP}\$?(?:\\\\?%|%)\$?(?:[- ](?:age[- ])?points?)?(?![a-z])"
    rf"|(?:{_GAP}|[-‐‑](?![A-Z][^A-Za-z])|{_GAP}[-‐‑]{_GAP}(?=fold))(?:"
    rf"(?i:{_SPELLED}){_LETTER_NEXT}(?:(?<=[a-z])/(?:{_any_of(_AFTER_SLASH.split())})(?![A-Za-z]))?"
    rf"|(?:{_TIMES['times']})(?![A-Za-z])"
    rf"|{_SYMBOL}{_PER}{{0,3}}{_LETTER_NEXT})"
    rf"|[ ~][a-z]{{0,4}}[A-Z][\w@-]{{0,11}} (?i:points?|pts?)(?![A-Za-z])"
    rf"|/(?:{_any_of('day year yr week month hour h min s'.split())})(?![A-Za-z]))"
)
_CANONICAL = [(re.compile(f"(?:{ways})", re.IGNORECASE), name) for name, ways in _IN_WORDS.items()]
_SAME = {"h": "hours", "hr": "hours", "d": "days", "fps": "FPS", "%points": "percentage points", "y": "years"}


def canonical_unit(written: str) -> str:
    r"""The table's name of a unit as written: ``\%`` -> ``%``, ``yr`` -> ``years``, ``×`` -> ``times``."""
    unit = re.sub(r"^(?:[\s~‐‑-]|\\[ ,;])+", "", written)
    bare = unit.replace("\\\\%", "%").replace("\\%", "%").replace("$", "")
    if bare.startswith("%"):
        return "percentage points" if "point" in bare else "%"
    if re.fullmatch(_TIMES["times"], unit) or bare in ("×", "\\times"):
        return "times"
    for ways, name in _CANONICAL:
        if ways.fullmatch(unit):
            return name
    if re.fullmatch(r"\S+ (?:points?|pts?)", unit, re.IGNORECASE):
        return "points"
    return _SAME.get(unit, unit)

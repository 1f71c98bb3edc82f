"""No regular expression of the code takes time that grows with the square of a text, or faster, however it is made."""

from __future__ import annotations

import signal
import sys
import time

import pytest
from patterns import Found, found_patterns, hard_texts

from analysis.collection.readers import delimited
from analysis.inventory.inventory import family_of

# Those that a call's values make: each as it is made for some.
MADE = [
    Found("inventory/family.py", family_of("bias").pattern, False),
    Found("inventory/family.py", family_of("bias")._unmarked, False),
    Found("inventory/family.py", family_of("bias")._letters, False),
    *(Found("collection/readers/delimited.py", pattern, True) for pattern in delimited._patterns(",")),
]
FOUND, UNKNOWN = found_patterns()
FOUND = [one for one in FOUND if one.pattern not in {made.pattern for made in MADE}]
SHORT, LONG = 1_000, 4_000
OF_SENTENCES = (
    "evidence",
    "findings",
    "charts",
    "report",
    "review",
    "senses",
    "topics",
    "evaluation",
    "training",
    "study",
)
ONE_SENTENCE = 0.02  # seconds
# A search that is linear in the text takes a tenth of it, one that is quadratic ten times as long.
QUICK = 0.001  # seconds


def seconds(found: Found, text: str) -> float:
    """Of the processor, for the failing search, with all its restarts."""
    start = time.process_time()
    if found.anchored:
        found.pattern.match(text)
    else:
        for _ in found.pattern.finditer(text):
            pass
    return time.process_time() - start


def slow(found: Found) -> str:
    """The beginning of a text whose search grows faster than it should, and how fast; "" if none was made."""

    def late(*_: object) -> None:
        raise TimeoutError

    old = signal.signal(signal.SIGPROF, late)
    try:
        for text, longer in zip(hard_texts(found.pattern, SHORT), hard_texts(found.pattern, LONG), strict=False):
            signal.setitimer(signal.ITIMER_PROF, 6)
            if seconds(found, text) < QUICK:
                continue
            if found.place.startswith(OF_SENTENCES):
                if (short := min(seconds(found, text) for _ in range(2))) > ONE_SENTENCE:
                    return f"{text[:60]!r} ... {text[-20:]!r}: {short:.3f} s for a sentence"
                continue
            short, long = (min(seconds(found, of) for _ in range(2)) for of in (text, longer))
            # Four times the text: 4 times the time if it is linear, 16 times if it is quadratic.
            if long < 8 * short or long < 10 * QUICK:
                continue
            # A loop that is bounded, as by 1,000, looks quadratic until the text is much longer than its bound.
            longest = text[:60] + text[60:-20] * 16 + text[-20:]
            far = seconds(found, longest)
            if far > 10 * long:
                return f"{text[:60]!r} ... {text[-20:]!r}: {long:.3f} s, four times as long: {far:.3f} s"
    except TimeoutError:
        return f"{text[:60]!r} ... {text[-20:]!r}: more than 6 s"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
    return ""


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="without a clock that interrupts")
def test_time_grows_with_the_text() -> None:
    found = {f"{one.place}: {one.pattern.pattern}": told for one in [*FOUND, *MADE] if (told := slow(one))}
    assert not found, "\n\n".join(f"{place}\n  {told}" for place, told in found.items())

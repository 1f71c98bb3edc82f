"""Ctrl-C ends a command within two seconds, whatever a library is doing then."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130  # exit code, as shells have it
NOTICE = "interrupted; what was finished is kept, run the same command to go on"
_PATIENCE = 1.2  # seconds that a run has to end by itself
_told = threading.Event()  # the KeyboardInterrupt has come through, and whoever catches it says the notice


@contextmanager
def ends_when_interrupted() -> Iterator[None]:
    """End this process with ``INTERRUPTED`` if it is still there a moment after a Ctrl-C; for a command line's main.

    Python raises KeyboardInterrupt only when its main thread is back from a library, and then waits for all threads. An
    end by force loses nothing: files take their places as wholes (``common.folders``, ``common.tables.replacing``).
    Once the block is left, Ctrl-C does nothing more: it could only turn Python's own end into a death by signal.
    Windows is left as it is.
    """
    if os.name == "nt":
        yield
        return
    hear, tell = os.pipe()
    os.set_blocking(tell, False)
    before = signal.set_wakeup_fd(tell, warn_on_full_buffer=False)  # the system writes each signal's number there
    threading.Thread(target=_watch, args=(hear,), name="interrupts", daemon=True).start()
    try:
        yield
    except KeyboardInterrupt:
        _told.set()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # CPython notes a KeyboardInterrupt that leaves code given as text (namedtuple makes such) and dies of the
        # signal at its end, though it was caught. It forgets the note where other such code begins.
        exec("")  # noqa: S102
        raise  # and the watch goes on
    except BaseException:
        _end_watch(before, tell)
        raise
    else:
        _end_watch(before, tell)


def _end_watch(before: int, tell: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.set_wakeup_fd(before)
    os.close(tell)


def _watch(hear: int) -> None:
    with open(hear, "rb", buffering=0) as heard:
        while number := heard.read(1):
            if number[0] == signal.SIGINT:
                time.sleep(_PATIENCE)
                if not _told.is_set():
                    os.write(2, f"bias-senses: {NOTICE}\n".encode())
                os._exit(INTERRUPTED)

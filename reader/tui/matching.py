"""A program of its own that finds every match of a regular expression, and is ended by the system where that is not
done in time: some patterns would take years, and nothing in Python can break off a search.

Standard input: a line with the flags, the seconds of the processor and the bytes of the pattern; the pattern; the text.
Standard output: the starts and ends of the matches that are not empty, as `array("I")`. It imports nothing of Reader.
"""

from __future__ import annotations

import re
import signal
import sys
from array import array


def main() -> None:
    """Serve one search."""
    flags, seconds, size = map(int, sys.stdin.buffer.readline().split())
    # It ends by this alone also where the program that asked has been killed.
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    data = sys.stdin.buffer.read()
    pattern, text = (part.decode("utf-8", "surrogatepass") for part in (data[:size], data[size:]))
    found = array("I")
    for match in re.compile(pattern, flags).finditer(text):
        if match.start() < match.end():
            found.extend(match.span())
    sys.stdout.buffer.write(found.tobytes())


if __name__ == "__main__":
    main()

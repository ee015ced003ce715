"""What the programs are compiled for, and where they run. PROGRAM_TARGET names another machine: programs are compiled for it. On that
machine itself (Tests/Ports runs the judge there, in an imitation) PROGRAM_INSIDE=1 says that all is compiled."""

import os
import shlex
from pathlib import Path

NAME = os.environ.get("PROGRAM_TARGET", "")
IS_INSIDE = bool(os.environ.get("PROGRAM_INSIDE"))
ROOT = Path(__file__).resolve().parent.parent.parent.parent

if NAME:
    C, CXX = [f"{NAME}-linux-gnu-gcc"], [f"{NAME}-linux-gnu-g++"]
else:
    C, CXX = shlex.split(os.environ.get("CC", "cc")), shlex.split(os.environ.get("CXX", "g++"))
BUILD = ROOT / ".build" / ("programs" + (f"-{NAME}" if NAME else ""))
LIBRARY = ROOT / "dist" / NAME / "libswiftmalloc.so"
# An imitated processor is slower.
PATIENCE = 10 if IS_INSIDE else 1


def reason_to_skip(case):
    """Why this case cannot be compiled for the other machine; empty when it can."""
    is_swift = NAME and case.program.source.suffix == ".swift"
    return f"no Swift for {NAME} and its C library is here" if is_swift else ""

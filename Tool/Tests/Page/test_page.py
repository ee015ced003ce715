#!/usr/bin/env python3
"""Drives the live page in headless Chromium. run.sh starts it.

Usage: test_page.py [--real URL] [--only WORD]
  --real URL    a running `swiftmallocctl serve`: only what holds for any process is tested
  --only WORD   the tests whose name contains it
"""

import argparse
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import test_access  # importing them registers their tests
import test_flame
import test_numbers
import test_safety
import test_tables
import test_time
import test_types
from browser import Browser
from case import TESTS, Case


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--real")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    real = options.real and options.real.rstrip("/") + "/"
    chosen = [(f.__name__.replace("_", " "), f) for f, holds_for_any in TESTS if holds_for_any or not real]
    chosen = [(name, f) for name, f in chosen if options.only in name]

    def outcome(entry):
        name, function = entry
        case, began = Case(browser, real), time.monotonic()
        try:
            function(case)
            case.finish()
            print(f"ok   {name} ({time.monotonic() - began:.1f} s)", flush=True)
            return True
        except Exception:
            print(f"{failure} {name}\n{traceback.format_exc(limit=-2)}", flush=True)
            return False
        finally:
            case.close()

    # The one that measures time is alone; the others mostly wait. What fails beside another, whose page may have the mouse, the
    # focus or the processor just then, has to pass alone.
    failure = "FAIL"
    alone, together = [e for e in chosen if e[1] is test_tables.drawing_is_cheap], [e for e in chosen if e[1] is not test_tables.drawing_is_cheap]
    with Browser() as browser, ThreadPoolExecutor(2) as workers:
        results = [outcome(entry) for entry in alone]
        failure = "beside another, failed:"
        again = [entry for entry, holds in zip(together, workers.map(outcome, together)) if not holds]
        failure = "FAIL"
        results += [True] * (len(together) - len(again)) + [outcome(entry) for entry in again]
    print(f"{results.count(True)} passed, {results.count(False)} failed, 0 skipped")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())

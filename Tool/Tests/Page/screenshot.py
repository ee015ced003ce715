#!/usr/bin/env python3
"""A picture of the live page.

Usage: screenshot.py URL WIDTH light|dark OUTPUT.png [--height N] [--wait SECONDS] [--before SCRIPT] [--screen]
  --height N       of the window (default 900)
  --wait SECONDS   after the first numbers (default 4)
  --before SCRIPT  runs in the page before the picture, then one more second passes
  --screen         the window alone; without it the whole page
"""

import argparse
import pathlib
import time

from browser import Browser

parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("url")
parser.add_argument("width", type=int)
parser.add_argument("theme", choices=("light", "dark"))
parser.add_argument("output", type=pathlib.Path)
parser.add_argument("--height", type=int, default=900)
parser.add_argument("--wait", type=float, default=4)
parser.add_argument("--before")
parser.add_argument("--screen", action="store_true")
options = parser.parse_args()

with Browser() as browser:
    page = browser.page(options.width, options.height, options.theme, reduced_motion=True)
    page.open(options.url)
    page.wait("['live', 'lost'].includes(document.getElementById('connection').dataset.state)", 20)
    time.sleep(options.wait)
    if options.before:
        page.run(options.before)
        time.sleep(1)
    if not options.screen:  # a window as high as the page, so that what sticks to its edges stands where it belongs
        page.size(options.width, page.run("document.documentElement.scrollHeight"))
        time.sleep(1)
    options.output.write_bytes(page.picture())
    for complaint in page.complaints:
        print(complaint)

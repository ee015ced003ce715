#!/usr/bin/env bash
# Drives the live page in headless Chromium, against a mock of the server.
#
# Usage: Tool/Tests/Page/run.sh [--real URL] [--only WORD]
#   --real URL    against a running "swiftmallocctl serve" with a process instead: what holds for any of them
#   --only WORD   the tests whose name contains it
set -eu
cd "$(dirname "$0")"
. ../../../Scripts/packages.sh
# Chromium is spoken to by Python's standard library through a pipe; the page needs some font.
need_packages chromium fonts-dejavu-core python3
PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 test_page.py "$@"

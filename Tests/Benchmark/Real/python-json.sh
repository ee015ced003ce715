# kind: command
# JSON text made from 2000 records and parsed again, over and over: strings, dicts, lists and floats of a few dozen bytes,
# all from malloc.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo python3; }
python() { PATH=/usr/bin:$PATH python3 -c 'import sys; print(sys.executable)'; }
command_line() { quoted PYTHONMALLOC=malloc PYTHONHASHSEED=0 "$(python)" "$inputs/records.py" "$(scaled 30)"; }
prepare() { works '^records 2000$' "$inputs/records.py"; }
part "$@"

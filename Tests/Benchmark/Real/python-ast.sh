# kind: command
# Modules of Python's own library are parsed, their trees rewritten, printed and compiled: many small objects that live as
# long as their tree, next to arenas of the compiler.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo python3; }
python() { PATH=/usr/bin:$PATH python3 -c 'import sys; print(sys.executable)'; }
command_line() { quoted PYTHONMALLOC=malloc PYTHONHASHSEED=0 "$(python)" "$inputs/trees.py" "$(scaled 6)"; }
prepare() { works '^nodes [0-9]{5}' "$inputs/trees.py"; }
part "$@"

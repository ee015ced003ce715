#!/usr/bin/env bash
# The table of options as the library prints it, in Markdown. docs/options.md holds it; Tests/Proofs/run.sh compares the two.
#
# Usage: Tests/Proofs/options-table.sh [--write] [LIBRARY]
#   --write   replaces the table in docs/options.md
set -eu
cd "$(dirname "$0")/../.."
write=0
if [ "${1:-}" = --write ]; then write=1; shift; fi
library=$(realpath -e "${1:-dist/libswiftmalloc.so}")

# The columns of SWIFTMALLOC_HELP=1: key, values, default, value in force, meaning.
table() {
  echo '| Key | Values | Default | Meaning |'
  echo '|---|---|---|---|'
  env -i LD_PRELOAD="$library" SWIFTMALLOC_HELP=1 /bin/ls / 2>&1 >/dev/null | sed 1d | awk '
    function trim(text) { sub(/ +$/, "", text); return text }
    { print "| `" $1 "` | " trim(substr($0, 18, 31)) " | " trim(substr($0, 49, 10)) " | " substr($0, 69) " |" }'
}

if [ $write -eq 0 ]; then table; exit; fi
new=$(mktemp)
{ sed '/^| Key /,$d' docs/options.md; table; sed '1,/^| Key /d' docs/options.md | sed '1,/^$/{/^|/d}'; } >"$new"
cat "$new" >docs/options.md
rm -f "$new"

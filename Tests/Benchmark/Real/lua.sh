# kind: command
# Tables, closures and strings in Lua, which asks realloc for everything: trees of small tables, texts that are joined and
# split, a queue of records.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo lua5.4; }
command_line() { quoted lua5.4 "$inputs/tables.lua" "$(scaled 60)"; }
prepare() { works '^nodes [0-9]+ words [0-9]+$' "$inputs/tables.lua"; }
part "$@"

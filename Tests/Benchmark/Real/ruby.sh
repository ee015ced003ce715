# kind: command
# Objects, strings and hashes in Ruby: the objects are the collector's, what they hold is malloc's, and is freed in sweeps.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo ruby; }
command_line() { quoted ruby --disable-gems "$inputs/orders.rb" "$(scaled 60000)"; }
prepare() { works '^orders [0-9]+ text [0-9]+$' "$inputs/orders.rb"; }
part "$@"

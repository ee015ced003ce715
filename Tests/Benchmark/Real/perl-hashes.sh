# kind: command
# Hashes of hashes, of lists and of strings grow, are changed, sorted and deleted in Perl, whose scalars, keys and tables
# each are a block of their own.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo perl; }
command_line() { quoted PERL_HASH_SEED=0 PERL_PERTURB_KEYS=0 perl "$inputs/hashes.pl" "$(scaled 120000)"; }
prepare() { works '^words [0-9]+ changed [0-9]+$' "$inputs/hashes.pl"; }
part "$@"

# kind: command
# git packs a made-up history anew, with two threads that look for deltas: many small objects and buffers of all sizes.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo git; }
# history COMMITS: a stream for git fast-import; every commit changes one line in each of three of forty files.
history() {
    awk -v commits="$1" '
        function number(below) { seed = seed * 16807 % 2147483647; return seed % below }
        function text(f,    n, all) {
            for (n = 0; n < 150; n++) all = all line[f, n] "\n"
            return all
        }
        BEGIN {
            seed = 1
            for (f = 0; f < 40; f++) for (n = 0; n < 150; n++) line[f, n] = "line " n " of file " f ": " number(1000000)
            for (c = 1; c <= commits; c++) {
                printf "commit refs/heads/main\nmark :%d\ncommitter A B <a@b> %d +0000\n", c, 1700000000 + c
                printf "data %d\nchange %d\n", length("change " c), c
                for (k = 0; k < 3; k++) {
                    f = number(40)
                    line[f, number(150)] = "changed " number(1000000) " by commit " c
                    all = text(f)
                    printf "M 100644 inline directory%d/file%d\ndata %d\n%s\n", f % 7, f, length(all), all
                }
            }
        }'
}
command_line() { quoted git -C "repository-$quick" -c pack.threads=2 repack -adfq; }
prepare() {
    local repository=repository-$quick
    if ! fresh "$repository/made"; then
        rm -rf "$repository"
        { git init -q "$repository" && history "$(scaled 4000)" | git -C "$repository" fast-import --quiet; } >build.log 2>&1 ||
            unavailable "git cannot make the history: see $PWD/build.log"
        touch "$repository/made"
    fi
    works ''
}
part "$@"

#!/usr/bin/env bash
# The program matrix: real programs doing real work under the library.
#
# Every script in programs/ runs twice in a fresh working directory, once as the system has it and once with the
# library preloaded into its whole process tree. A program passes when
#   - standard output and exit status are the same both times, and the status is 0,
#   - no process wrote a report of the library ("==PID==ERROR: swiftmalloc", "==PID==WARNING: swiftmalloc"),
#   - the library is proven to have been there: see prove_loaded and watch_processes below.
# How to write a program script: README.md beside this file.
set -u
shopt -s nullglob

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

usage() {
    cat <<'USAGE'
Usage: Tests/Matrix/run.sh [--library PATH|none] [--only PATTERN] [--quick] [--list] [--timeout SECONDS] [--keep] [--no-install]

  --library PATH   the library to preload (default: dist/libswiftmalloc.so); "none" runs every program twice without one
  --only PATTERN   only programs whose name matches this shell pattern (may be given more than once)
  --quick          only programs whose head says "quick: yes": what Scripts/test.sh runs
  --list           names, titles and packages, then stop
  --timeout N      seconds that one run of one program may take on a quiet machine (default: 120)
  --keep           leave the working directories of failed programs for a look
  --no-install     skip programs that are not there instead of installing them

  EXTRA_ENV="K=V K=V"   environment added for the runs with the library, such as SWIFTMALLOC_DEBUG=1
USAGE
}

die() { printf 'run.sh: %s\n' "$*" >&2; exit 2; }

library=$root/dist/libswiftmalloc.so
patterns=()
list=0 quick=0 keep=0 install=1 limit=120
while [ $# -gt 0 ]; do
    case $1 in
        --library) [ $# -ge 2 ] || die "--library needs a path"; library=$2; shift 2 ;;
        --only) [ $# -ge 2 ] || die "--only needs a pattern"; patterns+=("$2"); shift 2 ;;
        --timeout) [ $# -ge 2 ] || die "--timeout needs a number of seconds"; limit=$2; shift 2 ;;
        --list) list=1; shift ;;
        --quick) quick=1; shift ;;
        --keep) keep=1; shift ;;
        --no-install) install=0; shift ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done
. "$root/Scripts/load.sh"
case $limit in '' | *[!0-9]*) die "--timeout needs a number of seconds, not '$limit'" ;; esac

# --- What a program script says about itself ------------------------------------------------------------------------

# head_line SCRIPT KEY: the value of "# KEY: value" in the script's head.
head_line() { sed -n "s/^# $2: *//p" "$1" | head -n 1; }

# find_command NAME: where the binary is; a NAME with a slash is a pattern over paths, the last match wins.
find_command() {
    local match found=
    case $1 in
        */*) for match in $1; do [ -x "$match" ] && found=$match; done ;;
        *) found=$(command -v -- "$1" 2>/dev/null) ;;
    esac
    [ -n "$found" ] && printf '%s\n' "$found"
}

missing_commands() {
    local name
    for name in $(set -f; head_line "$1" command); do
        find_command "$name" >/dev/null || printf '%s ' "$name"
    done
}

selected() {
    local pattern
    [ ${#patterns[@]} -eq 0 ] && return 0
    # shellcheck disable=SC2254  # the pattern is one
    for pattern in "${patterns[@]}"; do case $1 in $pattern) return 0 ;; esac; done
    return 1
}

scripts=()
for script in "$here"/programs/*.sh; do
    name=$(basename "$script" .sh)
    [ $quick = 0 ] || [ -n "$(head_line "$script" quick)" ] || continue
    selected "$name" && scripts+=("$script")
done
[ ${#scripts[@]} -gt 0 ] || die "no program matches"

if [ "$list" = 1 ]; then
    for script in "${scripts[@]}"; do
        printf '%-18s %s [%s]\n' "$(basename "$script" .sh)" "$(head_line "$script" title)" "$(head_line "$script" needs)"
    done
    exit 0
fi

# --- Working area ---------------------------------------------------------------------------------------------------

# Short, because unix sockets below it may have 107 characters; readable by all, because servers change their user.
area=$(mktemp -d /tmp/matrix.XXXXXX) || die "cannot make a working directory"
chmod 755 "$area"
token=$(basename "$area")
watcher=

# processes_of_run: the ids of all processes that this run started: they carry its token in their environment.
processes_of_run() { (cd /proc && grep -lsaF "MATRIX_RUN=$token" [0-9]*/environ) | cut -d/ -f1; }

stop_leftovers() {
    local id
    for id in $(processes_of_run); do kill -KILL "$id" 2>/dev/null; done
}
clean_up() {
    [ -n "$watcher" ] && kill "$watcher" 2>/dev/null
    stop_leftovers
    if [ "$keep" = 0 ] || [ "${failed:-0}" = 0 ]; then rm -rf "$area"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

if [ "$library" != none ]; then
    [ -f "$library" ] || die "$library is not there: Scripts/build.sh makes it"
    # A copy: a build in the meantime must not change what half of the programs run with, and users without
    # the right to enter the checkout (nobody, postgres) must be able to load it.
    preload=$area/$(basename "$library")
    { cp "$library" "$preload" && chmod 755 "$preload"; } || die "cannot copy $library"
fi

# --- Packages -------------------------------------------------------------------------------------------------------

install_packages() {
    local command=() log=$area/install.log
    command -v apt-get >/dev/null || { echo "no apt-get on this machine"; return 1; }
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "installing needs root or sudo"; return 1; }
        command=(sudo -n)
    fi
    # RUNLEVEL=1 keeps package scripts from starting the servers as services of the machine.
    command+=(env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get)
    # Once: the log is there afterwards, also for the subshells that this runs in.
    [ -e "$log" ] || "${command[@]}" update >"$log" 2>&1 </dev/null
    "${command[@]}" install -y --no-install-recommends "$@" >>"$log" 2>&1 </dev/null ||
        { echo "apt-get install $*: $(grep '^E:' "$log" | tail -n 1)"; return 1; }
}

# ensure_commands SCRIPT: nothing when all is there, else the reason why the program cannot run.
ensure_commands() {
    local missing needs reason
    missing=$(missing_commands "$1")
    [ -z "$missing" ] && return 0
    needs=$(head_line "$1" needs)
    [ -n "$needs" ] || { echo "not on this machine: ${missing% }"; return 1; }
    [ "$install" = 1 ] || { echo "not installed: ${missing% }"; return 1; }
    # shellcheck disable=SC2086  # a list of packages
    reason=$(install_packages $needs) || { echo "$reason"; return 1; }
    hash -r
    missing=$(missing_commands "$1")
    [ -z "$missing" ] || { echo "still not there after installing $needs: ${missing% }"; return 1; }
}

# --- Proof that the library was there -------------------------------------------------------------------------------

# prove_loaded SCRIPT DIRECTORY: starts each command once with the loader's own record (LD_DEBUG=files): every process
# in it must have run the library's initialiser. Only here, because the record keeps a file descriptor open.
prove_loaded() {
    local name command arguments record records status
    read -r -a arguments <<<"$(head_line "$1" proof)"
    [ ${#arguments[@]} -gt 0 ] || arguments=(--version)
    for name in $(set -f; head_line "$1" command); do
        command=$(find_command "$name")
        rm -rf "$2/proof"; mkdir "$2/proof"; chmod 777 "$2/proof"
        (cd "$2" && HOME=$2 LD_DEBUG=files LD_DEBUG_OUTPUT=$2/proof/record LD_PRELOAD=$preload \
            timeout "$(under_load 30)" "$command" "${arguments[@]}" >/dev/null 2>&1 </dev/null) 2>/dev/null
        status=$?
        [ "$status" -lt 124 ] || { echo "$name ${arguments[*]}: exit status $status"; return 1; }
        records=("$2"/proof/record.*)
        [ ${#records[@]} -gt 0 ] || { echo "no process of $name is dynamically linked"; return 1; }
        for record in "${records[@]}"; do
            # The loader writes no program line for a process that was killed by an error of the loader.
            grep -qF "calling init: $preload" "$record" ||
                { echo "not loaded in $(sed -n 's/.*initialize program: //p' "$record" | head -n 1) ($name)"; return 1; }
        done
    done
}

# watch_processes FILE: twice a second, looks which processes of the run have the library mapped. The loader maps what is
# preloaded before the C library: a process that has this alone lost LD_PRELOAD on the way, or it has no loader. The stack
# stands last: a list without it was cut off by the end of the process.
watch_processes() {
    local id exe maps
    : >"$1"
    while :; do
        sleep 0.5
        for id in $(processes_of_run); do
            exe=$(readlink "/proc/$id/exe" 2>/dev/null) || continue
            maps=$(cat "/proc/$id/maps" 2>/dev/null)
            case $maps in
                *"${preload##*/}"*) echo "with $exe" ;;
                */libc.so.6*'[stack]'*) echo "without $exe" ;;
                *ld-linux*) ;;
                *'[stack]'*) echo "without $exe" ;;
            esac
        done >>"$1"
    done
}

# --- One run of one program -----------------------------------------------------------------------------------------

# run_once SCRIPT DIRECTORY LIBRARY|none: leaves out, err, status and seconds in DIRECTORY; the work is done in DIRECTORY/work.
run_once() {
    local started environment=(MATRIX_RUN="$token" MATRIX_LIB="$here/lib.sh" MATRIX_INPUTS="$here/inputs"
        MATRIX_REAL_HOME="${HOME:-/}" HOME="$2/work" TMPDIR="$2/work/tmp" TZ=UTC LC_ALL=C.UTF-8)
    mkdir -p "$2/work/tmp"
    chmod 755 "$2" "$2/work"; chmod 1777 "$2/work/tmp"
    if [ "$3" != none ]; then
        # shellcheck disable=SC2206  # a list of assignments
        environment+=(${EXTRA_ENV-} LD_PRELOAD="$3")
    fi
    allowed=$(under_load "$limit")
    started=${EPOCHREALTIME/./}
    # The library goes into the script's own shell and everything below it, not into timeout.
    (cd "$2/work" && timeout -k 10 "$allowed" env -u LD_PRELOAD "${environment[@]}" \
        bash -eu -o pipefail "$1" >"$2/out" 2>"$2/err" </dev/null)
    echo $? >"$2/status"
    echo $(((${EPOCHREALTIME/./} - started) / 10000)) >"$2/centiseconds"
    stop_leftovers
}

seconds_of() { local c; c=$(cat "$1/centiseconds"); printf '%d.%02d' $((c / 100)) $((c % 100)); }

# judge SCRIPT DIRECTORY: nothing when the program passed, else what is wrong, first line shortest.
judge() {
    local plain with reports
    plain=$(cat "$2/plain/status") with=$(cat "$2/with/status")
    if [ "$plain" != 0 ]; then
        echo "fails without the library already: exit status $plain"; tail -n 15 "$2/plain/err"; return
    fi
    reports=$(grep -rIhaE '==[0-9]+==(ERROR|WARNING): swiftmalloc|LD_PRELOAD cannot be preloaded|may break pointer equality' \
        "$2/plain/err" "$2/with/err" "$2/with/work" 2>/dev/null | head -n 5)
    if [ "$with" != 0 ]; then
        case $with in
            124 | 137) echo "did not end in $allowed seconds (without: $(seconds_of "$2/plain"))" ;;
            *) echo "exit status $with (without: 0)" ;;
        esac
        [ -z "$reports" ] || printf '%s\n' "$reports"
        tail -n 15 "$2/with/err"; return
    fi
    if ! cmp -s "$2/plain/out" "$2/with/out"; then
        echo "output differs"; diff "$2/plain/out" "$2/with/out" | head -n 20; tail -n 5 "$2/with/err"; return
    fi
    [ -s "$2/plain/out" ] || { echo "printed nothing: compares nothing"; return; }
    [ -z "$reports" ] || { echo "report on stderr or in a log"; printf '%s\n' "$reports"; return; }
    [ "$library" = none ] && return
    if grep -q '^without' "$2/watched"; then
        echo "library not loaded in $(sed -n 's/^without //p' "$2/watched" | sort -u | head -n 3 | tr '\n' ' ')"; return
    fi
    prove_loaded "$1" "$2"
}

# --- All of them ----------------------------------------------------------------------------------------------------

passed=0 failed=0 skipped=0
rows=()
for script in "${scripts[@]}"; do
    name=$(basename "$script" .sh)
    title=$(head_line "$script" title)
    printf '%-18s ' "$name"
    if ! reason=$(ensure_commands "$script"); then
        printf 'skipped: %s\n' "$reason"
        skipped=$((skipped + 1))
        rows+=("$(printf '%-18s %-8s %8s %8s  %s' "$name" skipped - - "$reason")")
        continue
    fi
    directory=$area/$name
    run_once "$script" "$directory/plain" none
    if [ "$(cat "$directory/plain/status")" = 77 ]; then
        reason=$(tail -n 1 "$directory/plain/err")
        printf 'skipped: %s\n' "$reason"
        skipped=$((skipped + 1))
        rows+=("$(printf '%-18s %-8s %8s %8s  %s' "$name" skipped - - "$reason")")
        rm -rf "$directory"
        continue
    fi
    if [ "$library" = none ]; then
        run_once "$script" "$directory/with" none
    else
        watch_processes "$directory/watched" & watcher=$!
        run_once "$script" "$directory/with" "$preload"
        kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null; watcher=
    fi
    verdict=$(judge "$script" "$directory")
    if [ -z "$verdict" ]; then
        result=passed passed=$((passed + 1))
        printf 'passed  %6s s  %6s s\n' "$(seconds_of "$directory/plain")" "$(seconds_of "$directory/with")"
    else
        result=FAILED failed=$((failed + 1))
        printf 'FAILED: %s\n' "$(head -n 1 <<<"$verdict")"
        tail -n +2 <<<"$verdict" | sed 's/^/    /'
        title=$(head -n 1 <<<"$verdict")
    fi
    rows+=("$(printf '%-18s %-8s %8s %8s  %s' "$name" "$result" "$(seconds_of "$directory/plain")" "$(seconds_of "$directory/with")" "$title")")
    if [ "$keep" = 1 ] && [ "$result" = FAILED ]; then printf '    kept: %s\n' "$directory"; else rm -rf "$directory"; fi
done

printf '\n%-18s %-8s %8s %8s  %s\n' PROGRAM RESULT "WITHOUT" "WITH" "WORK DONE, OR WHAT IS WRONG (seconds)"
printf '%s\n' "${rows[@]}"
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]

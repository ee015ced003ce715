# Sourced by the tests: time limits that hold on a loaded machine, and waits for what is looked at next.

# under_load SECONDS: so many seconds of a quiet machine, as whole seconds of this one: more when more processes want to
# run than there are cores, ten times as many at most.
under_load() {
  awk -v seconds="$1" -v cores="$(nproc)" '{
    factor = $1 / cores
    if (factor < 1) factor = 1
    if (factor > 10) factor = 10
    printf "%.0f\n", seconds * factor
  }' /proc/loadavg
}

# within SECONDS COMMAND…: tries the command until it succeeds, for so many seconds of a quiet machine; 1 when it never did.
within() {
  local end=$((SECONDS + $(under_load "$1")))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}

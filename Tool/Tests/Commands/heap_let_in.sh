# Sourced by run.sh: what the tool says where the system forbids it to read a process, and what it asks of one that
# publishes. Root without CAP_SYS_PTRACE may not read root's other processes, whatever these answer.

unset SWIFTMALLOCCTL_DIRECTORY
gcc -O1 -fno-builtin -pthread -o "$area/looked_at" Tool/Tests/Yama/freed.c || exit 2
# Without a helper thread a process answers at its next slow call (threads, calls, sleeps).
begins_freed() {
  env "${@:2}" LD_PRELOAD="$PWD/dist/libswiftmalloc.so" "$area/looked_at" "$1" &
  process=$!
  started+=("$process")
  sleep 0.5
}
refused_to() {
  local status=0
  timeout "$(under_load 60)" setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace "$tool" types "$process" >"$output" 2>&1 || status=$?
  [ "$status" -eq 1 ] || { echo "ends with $status"; return 1; }
  [ "$(wc -l <"$output")" -eq 1 ] || { echo "more than one line"; return 1; }
}
why_not='^swiftmallocctl: process [0-9]+ may not be looked into: it has capabilities that you have not, .*: CAP_SYS_PTRACE is needed'
asked="$why_not; asked to let you in, process [0-9]+"
let_in() { begins_freed "$1" SWIFTMALLOC_LIVE=1 && refused_to && prints "$asked $2\$"; }
not_asked() { begins_freed sleeps && refused_to && prints "$why_not\$"; }
another_user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
not_dumpable() {
  # Nothing that it answered would open it.
  chmod 755 "$area" "$area/dist" 2>/dev/null
  "${another_user[@]}" "$area/looked_at" secret &
  process=$!
  started+=("$process")
  sleep 0.5
  "${another_user[@]}" "$tool" types "$process" >"$output" 2>&1
  prints '^swiftmallocctl: process [0-9]+ may not be looked into: it is not dumpable: .*: CAP_SYS_PTRACE is needed$'
}
# As a container's, when --user names no group.
another_group() {
  "${another_user[@]}" env LD_PRELOAD="$PWD/dist/libswiftmalloc.so" "$area/looked_at" sleeps &
  process=$!
  started+=("$process")
  sleep 0.5
  setpriv --reuid 65534 --regid 0 --clear-groups "$tool" types "$process" >"$output" 2>&1
  prints '^swiftmallocctl: process [0-9]+ may not be looked into: it belongs to group 65534, and you to group 0: user and group must be the same$'
}
if [ "$(id -u)" -eq 0 ]; then
  check "a process that cannot be read and does not publish" not_asked
  check "a process that is not dumpable is not asked" not_dumpable
  check "a process of the same user with another group" another_group
  # Yama's answer would be another one.
  if [ ! -e /proc/sys/kernel/yama ]; then
    check "a process that publishes is asked to let the tool in: its helper answers" let_in threads 'has no Yama in its kernel, by which it could'
    check "a process that publishes is asked: its next call answers" let_in calls 'has no Yama in its kernel, by which it could'
    check "a process that publishes is asked and makes no call" let_in sleeps 'has not answered within 3 s: it has no helper thread, and made no call that took the slow path'
  fi
fi
export SWIFTMALLOCCTL_DIRECTORY=$live_folder

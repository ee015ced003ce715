#!/bin/busybox sh
# The first process of the computer that run.sh imitates: one user's processes, of which the kernel lets only parents read each other.
export PATH=/bin HOME=/tmp
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /tmp
chmod 1777 /tmp /dev/shm
scope=/proc/sys/kernel/yama/ptrace_scope
echo "$(uname -srm), kernel.yama.ptrace_scope is $(cat $scope)"
echo 1 >$scope
passed=0 failed=0

user='/tests/setpriv --reuid 1000 --regid 1000 --clear-groups'
as_user() { $user "$@"; }
# begins WORD [K=V]: freed WORD, as $process.
begins() {
  [ -z "$process" ] || kill "$process"
  # Not by as_user: $! would be a shell's.
  $user env LD_PRELOAD=/tests/libswiftmalloc.so $2 /tests/freed "$1" &
  process=$!
  sleep 1
}
# look STATUS PATTERN COMMAND…: of the tool, and a line of its output.
look() {
  local expected=$1 pattern=$2 status=0
  shift 2
  as_user /tests/swiftmallocctl "$@" >/tmp/output 2>&1 || status=$?
  if [ $status -eq "$expected" ] && grep -qE "$pattern" /tmp/output; then
    passed=$((passed + 1))
    echo "passed  $1 with $what: $(grep -E "$pattern" /tmp/output | tail -1)"
  else
    failed=$((failed + 1))
    echo "FAIL    $1 with $what: ends with $status"
    head -5 /tmp/output
  fi
}
# closed: nobody else reads the process afterwards.
closed() {
  if as_user dd if=/proc/$process/mem of=/dev/null bs=1 count=0 2>/tmp/output; then
    failed=$((failed + 1))
    echo "FAIL    $what stays open"
  else
    passed=$((passed + 1))
    echo "passed  $what is closed again: $(tail -1 /tmp/output)"
  fi
}
refused='may not be looked into: kernel.yama.ptrace_scope is 1, so only its parents may'

what="a process that does not publish" process=
begins threads X=1
look 1 "$refused.*lets you\$" types $process
what="a helper thread"
begins threads SWIFTMALLOC_LIVE=1
closed
look 0 'the process stood still for' types $process
closed
look 0 '^process [0-9]+' graph $process
look 0 '^process [0-9]+: no retain cycles' cycles $process
look 0 'of process [0-9]+$' snapshot $process -o /tmp/heap
closed
what="calls of a slow path"
begins calls SWIFTMALLOC_LIVE=1
look 0 'the process stood still for' types $process
sleep 0.1
closed
what="no call"
begins sleeps SWIFTMALLOC_LIVE=1
look 1 "$refused.*; asked to let you in, process [0-9]+ has not answered within 3 s: it has no helper thread" types $process
what="a process that is not dumpable"
begins secret SWIFTMALLOC_LIVE=1
look 1 'it is not dumpable: .*: CAP_SYS_PTRACE is needed$' types $process
echo 2 >$scope
what="ptrace_scope 2"
begins threads SWIFTMALLOC_LIVE=1
look 1 'kernel.yama.ptrace_scope is 2: only who has CAP_SYS_PTRACE may$' types $process
echo 1 >$scope
for threads in 0 1; do
  if as_user env SWIFTMALLOC_LIVE=1 LD_PRELOAD=/tests/libswiftmalloc.so /tests/lets_in THREADS=$threads; then
    passed=$((passed + 1))
    echo "passed  live_lets_another_process_in THREADS=$threads"
  else
    failed=$((failed + 1))
    echo "FAIL    live_lets_another_process_in THREADS=$threads"
  fi
done
echo "$passed passed, $failed failed, 0 skipped"
poweroff -f

#!/bin/busybox sh
# The first process of the computer that Tests/Ports/aarch64.sh imitates: mounts, runs the tests, switches off.
export PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/tmp
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mkdir -p /dev/shm /dev/pts
/bin/busybox mount -t tmpfs tmpfs /dev/shm
/bin/busybox mount -t devpts devpts /dev/pts
/bin/busybox mount -t tmpfs tmpfs /tmp
/bin/busybox chmod 1777 /tmp /dev/shm
/bin/busybox ln -sf /proc/self/fd /dev/fd
for tool in grep sed awk ps free mount find xargs hostname; do
  [ -e /usr/bin/$tool ] || [ -e /bin/$tool ] || /bin/busybox ln -s /bin/busybox /usr/bin/$tool
done
# As where the programs are run otherwise: Debian's kernel for arm64 makes huge pages of everything, and its ledger has another line then.
echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
/bin/busybox ifconfig lo up
. /tests
echo "$(/bin/busybox uname -srm), pages of $(/usr/bin/python3 -c 'import os; print(os.sysconf("SC_PAGESIZE"))') bytes"
if [ -n "$DEBIAN" ]; then
  /bin/bash Tests/Ports/debian-programs.sh
else
  python3 -B Tests/Programs/judge/judge.py --only "$ONLY" $CASES --jobs 2
fi
/bin/busybox poweroff -f

#!/usr/bin/env bash
# The tool where Yama forbids a user to read even his own processes: in a computer that qemu-system-x86_64 imitates, with Debian's own kernel.
# A process that publishes lets the tool in; of others, and of what it cannot change, the tool says why not. Half a minute. The last
# line counts.
#
# Usage: Tool/Tests/Yama/run.sh [TOOL]
#   TOOL   the built tool; dist/swiftmallocctl if absent
set -eu
cd "$(dirname "$0")/../../.."
tool=$(realpath "${1:-dist/swiftmallocctl}")
[ -x "$tool" ] || { echo "$tool: no such program; Scripts/build.sh makes it" >&2; exit 2; }
. Scripts/packages.sh
need_packages gcc libc6-dev qemu-system-x86 busybox-static cpio || exit 2

folder=$PWD/.build/yama
mkdir -p "$folder"
if [ ! -f "$folder/kernel" ]; then
  package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image[^ ]*\).*/\1/p' | head -1)
  (cd "$folder" && apt-get download -qq -o APT::Sandbox::User=root "$package")
  dpkg-deb --fsys-tarfile "$folder"/linux-image*.deb | tar x -O --wildcards './boot/vmlinuz*' >"$folder/kernel.new"
  mv "$folder/kernel.new" "$folder/kernel"
fi

# Its memory holds the tool, the library, two programs, and what these load, under the same paths.
root=$folder/root
rm -rf "$root"
mkdir -p "$root"/{bin,proc,sys,dev,tmp,tests}
gcc -O1 -fno-builtin -pthread -o "$root/tests/freed" Tool/Tests/Yama/freed.c
gcc -O1 -pthread -DTEST_NAME='"live_lets_another_process_in"' -o "$root/tests/lets_in" Tests/Programs/live_lets_another_process_in.c
cp dist/libswiftmalloc.so "$tool" "$root/tests"
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$(command -v setpriv)" "$root/tests/setpriv"
for file in "$root"/tests/*; do
  ldd "$file" 2>/dev/null | grep -o '/[^ ]*' || true
done | sort -u | xargs cp -L --parents -t "$root"
cp Tool/Tests/Yama/inside.sh "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc) >"$folder/initrd"
timeout 300 qemu-system-x86_64 -m 2000 -smp 2 -nic none -nographic -no-reboot -kernel "$folder/kernel" -initrd "$folder/initrd" \
  -append "console=ttyS0 loglevel=1 panic=-1 rdinit=/init" </dev/null | sed -u 's/\r$//' | tee "$folder/console"
grep -qE '^[1-9][0-9]* passed, 0 failed' "$folder/console"

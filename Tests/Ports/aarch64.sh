#!/usr/bin/env bash
# The programs of Tests/Programs and some of Debian's on AArch64: compiled here by Debian's cross compiler, run by the same judge in a
# computer that qemu-system-aarch64 imitates, with a kernel of Debian's and pages of 4 or 16 KiB. (qemu's imitation of processes,
# qemu-user, will not do: its madvise answers 0 and does nothing, a thread of its own is in /proc/self/task, and exec is the host's.)
#
# Programs that fail there for a known reason are named in Tests/Ports/aarch64-failing.tsv. One that fails and is not named fails the
# script, and so does a named one that passes.
#
# Usage: Tests/Ports/aarch64.sh [--pages 4|16] [--only REGEX] [--all-cases] [--minutes N] [--debian]
#   --only REGEX   programs whose file name matches
#   --all-cases    every case of each program; only its first one if absent
#   --minutes N    when the computer is switched off, 60 if absent
#   --debian       not the programs but Debian's bash, perl, python3 and redis, in production and with SWIFTMALLOC_DEBUG=1
set -eu
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
. Tests/Ports/debian-arm64.sh
pages=4 only=. cases=--first minutes=60 debian=
while [ $# -gt 0 ]; do
  case $1 in
    --pages) pages=$2; shift ;;
    --only) only=$2; shift ;;
    --minutes) minutes=$2; shift ;;
    --all-cases) cases= ;;
    --debian) debian=1 ;;
    *) echo "Tests/Ports/aarch64.sh: $1 is no option of it; its head has them" >&2; exit 2 ;;
  esac
  shift
done
case $pages in
  4) image=linux-image-cloud-arm64 suite=bookworm ;;
  16) image=linux-image-arm64-16k suite=bookworm-backports ;;
  *) echo "Tests/Ports/aarch64.sh: Debian has kernels with pages of 4 and of 16 KiB" >&2; exit 2 ;;
esac
need_packages gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm cpio
[ -f dist/aarch64/libswiftmalloc.so ] || { echo "Scripts/build.sh --target aarch64 makes the library" >&2; exit 2; }

folder=.build/ports
mkdir -p "$folder"
arm64_lists "$folder/apt"
kernel=$(arm64_kernel "$folder/apt" "$image" "$suite")
arm64_root "$folder/apt" "$folder/root"

[ -n "$debian" ] || PROGRAM_TARGET=aarch64 Tests/Programs/run.sh --only "$only" $cases --build | grep -v '^SKIP' || true

# What the computer's memory is filled with: Debian's files, this repository's tests, and what was compiled, under the same paths.
place=$folder/initrd$PWD
rm -rf "$folder/initrd"
cp -a "$folder/root" "$folder/initrd"
mkdir -p "$place/.build" "$place/dist/aarch64" "$folder/initrd"/{proc,sys,dev,tmp,run}
cp -a Tests Scripts Sources CShims "$place"
[ -n "$debian" ] || cp -a .build/programs-aarch64 "$place/.build"
cp dist/aarch64/libswiftmalloc.so "$place/dist/aarch64"
cp Tests/Ports/init.sh "$folder/initrd/init"
cat >"$folder/initrd/tests" <<END
cd $PWD
export PROGRAM_TARGET=aarch64 PROGRAM_INSIDE=1 ONLY='$only' CASES='$cases' DEBIAN='$debian'
END
(cd "$folder/initrd" && find . | cpio --quiet -o -H newc) >"$folder/initrd.cpio"
timeout $((minutes * 60)) qemu-system-aarch64 -M virt -cpu max,pauth-impdef=on -m 6000 -smp 2 -nic none -nographic -no-reboot \
  -kernel "$kernel" -initrd "$folder/initrd.cpio" -append "console=ttyAMA0 quiet panic=-1 rdinit=/init" </dev/null |
  sed -u 's/\r$//' | tee "$folder/console"
grep -qE '^[1-9][0-9]* passed, 0 failed' "$folder/console"

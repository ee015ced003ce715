#!/usr/bin/env bash
# The packages that Scripts/package.sh makes. Made twice, by two users as it were, they are the same bytes, and lintian has nothing to say. They are installed, used,
# installed over themselves and removed in a Debian of their own without Swift, which debootstrap makes below .build/packages.
# No part of Scripts/test.sh: it takes a minute, is root's, and needs the network and the tool as it is published.
#
# Usage: Tests/Packages/run.sh [--target arm64]
#   --target arm64   the package for AArch64: unpacked in Debian's files for it and run by qemu-aarch64
set -u
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
architecture=amd64
case $* in
  '') ;;
  '--target arm64') architecture=arm64 ;;
  *) echo "usage: Tests/Packages/run.sh [--target arm64]" >&2; exit 2 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "Tests/Packages/run.sh: debootstrap and chroot are root's" >&2; exit 2; }
need_packages lintian debootstrap debian-archive-keyring gcc libc6-dev groff || exit 2
folder=$PWD/.build/packages
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
mkdir -p "$folder"
version=$(sed -n 's/^#define SWIFTMALLOC_VERSION "\(.*\)"$/\1/p' CShims/include/swiftmalloc.h)
package=$PWD/dist/packages/swiftmalloc_$version-1_$architecture.deb
symbols=$PWD/dist/packages/swiftmalloc-dbgsym_$version-1_$architecture.deb
archive=swiftmalloc-$version-linux-$architecture
passed=0 failed=0 skipped=0

# check CLAIM COMMAND…: when it fails, what it said, and what the last program inside printed, is shown.
check() {
  local claim=$1
  shift
  : >"$area/printed"
  if "$@" >"$area/output" 2>&1; then
    passed=$((passed + 1))
    echo "passed  $claim"
  else
    failed=$((failed + 1))
    echo "FAIL    $claim"
    tail -n 20 "$area/output" "$area/printed" | sed 's/^/        /'
  fi
}
prints() { grep -qE -- "$1" "$area/printed" || { echo "no line matches: $1"; return 1; }; }

# debian FOLDER OPTION…: Debian's files, once, from where this machine has its packages.
debian() {
  local root=$1 from
  shift
  [ -f "$root.ready" ] && return
  from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
  rm -rf "$root"
  debootstrap --variant=minbase "$@" bookworm "$root" "$from" && touch "$root.ready"
}

made_twice() {
  local before
  rm -f dist/packages/*"$architecture"*
  Scripts/package.sh --target $architecture || return 1
  before=$(cd dist/packages && sha256sum ./*"$architecture"*)
  # Another user's habits, and one core.
  mkdir "$area/a folder" || return 1
  (umask 077 && sleep 1 && TMPDIR="$area/a folder" TZ=Asia/Tokyo LC_ALL=C.UTF-8 GZIP=-1 TAR_OPTIONS=--mode=u+s DPKG_DEB_COMPRESSOR_LEVEL=1 \
    taskset 1 Scripts/package.sh --target $architecture) || return 1
  [ "$before" = "$(cd dist/packages && sha256sum ./*"$architecture"*)" ]
}
lintian_is_silent() {
  [ -f "$package" ] && [ -f "$symbols" ] || return 1
  lintian --allow-root "$package" "$symbols" >"$area/said" 2>&1 && [ ! -s "$area/said" ] || { cat "$area/said"; return 1; }
}
pages_are_whole() {
  local page
  rm -rf "$area/package" && dpkg -x "$package" "$area/package" || return 1
  for page in "$area"/package/usr/share/man/man*/*.gz; do
    gunzip -c "$page" | groff -man -Kutf8 -Tutf8 -ww -rLL=200n 2>"$area/said" | sed 's/.\x08//g' >"$area/printed"
    [ ! -s "$area/said" ] || { cat "$area/said"; return 1; }
    prints '^SEE ALSO' || return 1
  done
}
checksum_holds() { (cd dist/packages && sha256sum --check "$archive.tar.gz.sha256"); }

check "packages are made, and made again with the same bytes" made_twice
check "lintian has nothing to say" lintian_is_silent
check "the manual's pages are well-formed" pages_are_whole
check "the archive's checksum holds" checksum_holds
. "Tests/Packages/$architecture.sh"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]

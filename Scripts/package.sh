#!/usr/bin/env bash
# Makes packages of what Scripts/build.sh put into dist: dist/packages/ gets a package for Debian, another with its debug information, and
# an archive for every other system with its checksum. The same files in give the same bytes out; times are those of the last commit,
# or SOURCE_DATE_EPOCH.
#
# Usage: Scripts/package.sh [--target amd64 | arm64]
#   amd64   the library to preload, to link with and to link into a program, and the tool (the default)
#   arm64   the library to preload and to link with. No tool: it needs Swift's runtime, and for AArch64 the toolchain has the Embedded
#           modules alone
#
# DEBFULLNAME and DEBEMAIL are who packs.
set -euo pipefail
cd "$(dirname "$0")/.."
usage() { echo "usage: Scripts/package.sh [--target amd64 | arm64]" >&2; exit 2; }
give_up() { echo "swiftmalloc: $1" >&2; exit 1; }
architecture=amd64
case $# in
  0) ;;
  2) [ "$1" = --target ] || usage; architecture=$2 ;;
  *) usage ;;
esac
. Scripts/packages.sh
case $architecture in
  amd64) triple=x86_64-linux-gnu library=dist/libswiftmalloc.so tool=dist/swiftmallocctl
    objects='dist/libswiftmalloc.a dist/swiftmalloc.o' build='Scripts/build.sh && Scripts/build.sh archive' ;;
  arm64) triple=aarch64-linux-gnu library=dist/aarch64/libswiftmalloc.so tool= objects= build='Scripts/build.sh --target aarch64' ;;
  *) usage ;;
esac
need_packages python3 dpkg-dev "binutils-${triple//_/-}"
for file in "$library" $tool $objects; do [ -f "$file" ] || give_up "there is no $file: please run $build"; done

version=$(sed -n 's/^#define SWIFTMALLOC_VERSION "\(.*\)"$/\1/p' CShims/include/swiftmalloc.h)
[ -z "$tool" ] || [ "$("$tool" --version)" = "$version" ] ||
  give_up "$tool is of version $("$tool" --version), and the sources are $version: please run $build"
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null) || give_up 'there is no git history here: please set SOURCE_DATE_EPOCH'
fi
case $SOURCE_DATE_EPOCH in *[!0-9]*) give_up "SOURCE_DATE_EPOCH is a number of seconds since 1970, not \"$SOURCE_DATE_EPOCH\"" ;; esac
export SOURCE_DATE_EPOCH
. Scripts/package/contents.sh
umask 022
# Options that the programs below would take from the environment.
unset GZIP TAR_OPTIONS DPKG_DEB_COMPRESSOR_TYPE DPKG_DEB_COMPRESSOR_LEVEL
export LC_ALL=C TZ=UTC
packer="${DEBFULLNAME:-The swiftmalloc authors} <${DEBEMAIL:-swiftmalloc@unset.invalid}>"
output=dist/packages
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
mkdir -p "$output"

# settle FOLDER: the times and rights of all that is in it. dpkg-deb would only lower newer times.
settle() {
  find "$1" -type d -exec chmod 755 {} +
  find "$1" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
}

# deb NAME FIELD…: the package of $area/NAME, whose control file gets these lines, each "Field: value".
deb() {
  local root=$area/$1 name=$1 field
  shift
  mkdir -p "$root/DEBIAN"
  {
    printf '%s\n' "Package: $name" "Version: $version-1" "Architecture: $architecture" 'Multi-Arch: same' "Maintainer: $packer" \
      "Installed-Size: $(find "$root/usr" -printf '%y %s\n' | awk '{ n += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print n }')"
    for field in "$@"; do printf '%s\n' "$field"; done
  } >"$root/DEBIAN/control"
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0r md5sum >DEBIAN/md5sums)
  settle "$root"
  dpkg-deb --root-owner-group -Zxz --build "$root" "$output/${name}_$version-1_$architecture.deb" >/dev/null
  echo "$output/${name}_$version-1_$architecture.deb"
}

# The package: the files of all systems, then what Debian wants of a package.
root=$area/swiftmalloc doc=usr/share/doc/swiftmalloc
common_files "$root/usr" "lib/$triple" vendor-completions
mkdir -p "$root/$doc" "$root/usr/share/lintian/overrides" "$root/DEBIAN"
copyright >"$root/$doc/copyright"
[ -z "$tool" ] || licences_of_parts | gzip -9n >"$root/$doc/NOTICE.gz"
gzip -9n <CHANGELOG.md >"$root/$doc/changelog.gz"
gzip -9n >"$root/$doc/changelog.Debian.gz" <<END
swiftmalloc ($version-1) unstable; urgency=medium

  * The changes of $version are in changelog.gz.

 -- $packer  $(date -R -d "@$SOURCE_DATE_EPOCH")
END
find "$root/usr/share/man" -type f -exec gzip -9n {} +
overrides >"$root/usr/share/lintian/overrides/swiftmalloc"
echo 'activate-noawait ldconfig' >"$root/DEBIAN/triggers"
echo "libswiftmalloc 0 swiftmalloc (>= $version)" >"$root/DEBIAN/shlibs"
{
  echo 'libswiftmalloc.so.0 swiftmalloc #MINVER#'
  exported_names | sed 's/.*/ &@Base 0.2.0/'
} >"$root/DEBIAN/symbols"
depends=$(needed_packages)
recommends=$(loaded_packages)
deb swiftmalloc 'Section: libs' 'Priority: optional' "Depends: $depends" "Recommends: $recommends" \
  'Description: memory allocator to preload, with a debug heap and a leak check' \
  ' A replacement of malloc for any dynamically linked program: LD_PRELOAD names' \
  ' it. Environment variables turn the same file into a debugger: memory errors' \
  ' with the stacks of who allocated, freed and erred, a leak check, statistics,' \
  ' and heap profiles for pprof.' ${tool:+' .' \
  ' swiftmallocctl starts programs with it and shows what running processes have' \
  ' in their heaps: live numbers, profiles, objects of Swift, C++ and Python by' ' type.'}

# What gdb takes from there by the build id.
debug_folder=usr/lib/debug/.build-id/${build_id:0:2} root=$area/swiftmalloc-dbgsym
mkdir -p "$root/$debug_folder" "$root/usr/share/doc"
debug_file "$root/$debug_folder/${build_id:2}.debug"
ln -s swiftmalloc "$root/usr/share/doc/swiftmalloc-dbgsym"
deb swiftmalloc-dbgsym 'Section: debug' 'Priority: optional' "Depends: swiftmalloc (= $version-1)" 'Auto-Built-Package: debug-symbols' \
  "Build-Ids: $build_id" 'Description: debug symbols for swiftmalloc'

# The archive: to be unpacked anywhere, /usr/local for instance, and what it says of itself lies where nobody else's does.
name=swiftmalloc-$version-linux-$architecture doc=$area/$name/share/doc/swiftmalloc
common_files "$area/$name" lib site-functions
mkdir -p "$doc"
cp LICENSE CHANGELOG.md docs/install.md "$doc"
[ -z "$tool" ] || licences_of_parts >"$doc/NOTICE"
mkdir -p "$area/$name/lib/debug/.build-id/${build_id:0:2}"
debug_file "$area/$name/lib/debug/.build-id/${build_id:2}.debug"
settle "$area/$name"
tar -C "$area" --sort=name --owner=0 --group=0 --numeric-owner --format=ustar -cf - "$name" | gzip -9n >"$output/$name.tar.gz"
(cd "$output" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
echo "$output/$name.tar.gz"

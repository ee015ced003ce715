# Sourced by run.sh: the package in Debian's files for AArch64, and its library in programs that qemu-aarch64 runs.
need_packages qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross || exit 2
root=$area/debian-arm64
check "Debian's files for AArch64" debian "$folder/debian-arm64" --foreign --arch=arm64
cp -a "$folder/debian-arm64" "$root"

# inside COMMAND…: its first word is a path in those files.
inside() {
  local settings=()
  while [[ $1 = *=* ]]; do settings+=(-E "$1"); shift; done
  qemu-aarch64 -L "$root" "${settings[@]}" "$root$1" "${@:2}" >"$area/printed" 2>&1
}
unpacks() { dpkg -x "$package" "$root" && [ -f "$root/usr/lib/aarch64-linux-gnu/libswiftmalloc.so.0" ] && [ ! -e "$root/usr/bin/swiftmallocctl" ]; }
# Both are installed beside each other: what lies at the same path in both is the same.
shares_files() {
  local other=dist/packages/swiftmalloc_$version-1_amd64.deb path
  rm -rf "$area/one" "$area/two" && dpkg -x "$package" "$area/one" && dpkg -x "$other" "$area/two" || return 1
  (cd "$area/one" && find . -type f) | while read -r path; do
    [ ! -e "$area/two/$path" ] || cmp "$area/one/$path" "$area/two/$path" || exit 1
  done
}
by_name() { inside LD_PRELOAD=libswiftmalloc.so SWIFTMALLOC_STATS=1 /usr/bin/sort /etc/services /dev/null && prints '==STATS: swiftmalloc'; }
report_has_stacks() {
  aarch64-linux-gnu-gcc -g -O1 -fno-builtin -o "$root/root/twice" Tests/Packages/twice.c || return 1
  ! inside LD_PRELOAD=libswiftmalloc.so SWIFTMALLOC_DEBUG=1 /root/twice && prints 'ERROR: swiftmalloc: double-free' && prints '#1 0x'
}
links() {
  aarch64-linux-gnu-gcc -g -O1 -Wall -Werror -I "$root/usr/include" -o "$root/root/linked" Tests/Packages/linked.c \
    -L "$root/usr/lib/aarch64-linux-gnu" -lswiftmalloc && inside /root/linked && prints "^$version 1 112\$"
}

check "the package has the library, and no tool" unpacks
# Of the same commit: its package tells the same time.
if [ -f "dist/packages/swiftmalloc_$version-1_amd64.deb" ]; then
  check "the package for amd64 has the same files at the same paths" shares_files
else
  skipped=$((skipped + 1))
  echo "skipped the package for amd64 has the same files at the same paths: there is no package for amd64 in dist/packages"
fi
check "LD_PRELOAD by the bare name" by_name
check "a report has stacks" report_has_stacks
check "a program is linked with the library" links

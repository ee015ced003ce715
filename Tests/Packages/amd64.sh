# Sourced by run.sh: the package in a Debian of its own.
need_packages pkg-config || exit 2
root=$area/debian
check "a Debian without Swift" debian "$folder/debian" --include=python3-minimal,libdw1,libunwind8
cp -a "$folder/debian" "$root"

# inside COMMAND…: in that Debian, in namespaces of its own, so that nothing stays mounted; what it prints is in $area/printed. The
# command is not process 1, which signals do not end.
inside() {
  unshare --mount --pid --fork sh -c 'mount -t proc proc "$1/proc" && shift && chroot "$@"; exit $?' sh "$root" "$root" \
    /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@" >"$area/printed" 2>&1
}
installs() {
  cp "$package" "$symbols" "$root/root"
  inside dpkg -i "/root/${package##*/}" && inside dpkg --audit && [ ! -s "$area/printed" ] || return 1
  inside ldconfig -p && prints 'libswiftmalloc\.so\.0 .*=> /lib/x86_64-linux-gnu/libswiftmalloc\.so\.0'
}
no_swift() { ! find "$root" -xdev \( -name 'libswift*.so' ! -name 'libswiftmalloc.so' -o -name 'swift' \) | grep .; }
by_name() {
  local name
  for name in libswiftmalloc.so libswiftmalloc.so.0 '/usr/$LIB/libswiftmalloc.so' /usr/lib/x86_64-linux-gnu/libswiftmalloc.so; do
    inside LD_PRELOAD="$name" SWIFTMALLOC_STATS=1 python3 -c 'print(6 * 7)' && prints '^42$' && prints '==STATS: swiftmalloc' || return 1
  done
}
tool_runs() {
  inside swiftmallocctl --version && prints "^$version\$" && inside swiftmallocctl run -- python3 -c 'print(6 * 7)' && prints '^42$' || return 1
  inside swiftmallocctl run --stats -- python3 -c 'print("a" * 9)' && prints '^aaaaaaaaa$' && prints '==STATS: swiftmalloc' &&
    prints 'python3 ended with status 0'
}
report_has_stacks() {
  gcc -g -O1 -fno-builtin -o "$root/root/twice" Tests/Packages/twice.c || return 1
  ! inside LD_PRELOAD=libswiftmalloc.so SWIFTMALLOC_DEBUG=1 /root/twice && prints 'ERROR: swiftmalloc: double-free' || return 1
  local frame
  for frame in 'in twice .*twice\.c:6' 'in once .*twice\.c:5' 'in make .*twice\.c:4'; do prints "#0 0x[0-9a-f]+ $frame" || return 1; done
  ! inside swiftmallocctl run --debug -- /root/twice && prints 'double-free'
}
links() {
  gcc -g -O1 -Wall -Werror -I "$root/usr/include" -o "$root/root/linked" Tests/Packages/linked.c \
    -L "$root/usr/lib/x86_64-linux-gnu" -lswiftmalloc || return 1
  inside /root/linked && prints "^$version 1 112\$" || return 1
  # Preloaded as well: the same library once.
  inside LD_PRELOAD=libswiftmalloc.so /root/linked && prints "^$version 1 112\$"
}
is_a_part() {
  local flags
  flags=$(PKG_CONFIG_PATH=$root/usr/lib/x86_64-linux-gnu/pkgconfig pkg-config --cflags --libs swiftmalloc-static) || return 1
  gcc -static -g -O1 -Wall -Werror -o "$root/root/static" Tests/Packages/linked.c $flags || return 1
  inside /root/static && prints "^$version 1 112\$"
}
live_is_read() {
  inside sh -c 'swiftmallocctl run --live -- sleep 20 & sleep 1; swiftmallocctl list; swiftmallocctl stats "$(pidof sleep)"; kill "$(pidof sleep)"; wait' &&
    prints 'sleep' && prints "swiftmalloc $version"
}
upgrade() {
  inside sh -c "LD_PRELOAD=libswiftmalloc.so SWIFTMALLOC_STATS=1 sleep 3 & sleep 0.5; dpkg -i /root/${package##*/} && wait" &&
    prints 'Unpacking swiftmalloc .* over' && prints '==STATS: swiftmalloc' && inside dpkg --audit && [ ! -s "$area/printed" ] && tool_runs
}
debug_symbols() {
  inside dpkg -i "/root/${symbols##*/}" || return 1
  local id
  id=$(readelf -n "$root/usr/lib/x86_64-linux-gnu/libswiftmalloc.so.0" | sed -n 's/.*Build ID: //p')
  readelf -S "$root/usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug" | grep -q '\.debug_line'
}
removal() {
  inside dpkg --purge swiftmalloc-dbgsym swiftmalloc && inside dpkg --audit && [ ! -s "$area/printed" ] || return 1
  inside ldconfig -p && ! grep swiftmalloc "$area/printed" && ! find "$root/usr" "$root/etc" -name '*swiftmalloc*' | grep .
}
archive_runs() {
  tar -xzf "dist/packages/$archive.tar.gz" -C "$root/usr/local" --strip-components=1 || return 1
  inside swiftmallocctl run --stats -- python3 -c 'print(6 * 7)' && prints '^42$' && prints '==STATS: swiftmalloc' || return 1
  inside LD_PRELOAD=/usr/local/lib/libswiftmalloc.so python3 -c 'print(6 * 7)' && prints '^42$'
}

check "the package is installed, and the loader knows the library" installs
check "there is no Swift" no_swift
check "LD_PRELOAD by the bare name, by \$LIB and by the path" by_name
check "swiftmallocctl run -- python3" tool_runs
check "a report has stacks with functions and lines" report_has_stacks
check "a program is linked with the library" links
check "the library is linked into a static program, by pkg-config" is_a_part
check "swiftmallocctl reads a running process" live_is_read
check "the package is installed over itself, and a running program goes on" upgrade
check "debug symbols are found by the build id" debug_symbols
check "the package is removed without a trace" removal
check "the archive runs from /usr/local" archive_runs

# Sourced by run.sh: the package in a Debian of its own.
need_packages pkg-config || exit 2
root=$area/debian
check "a Debian without Swift" debian "$folder/debian-shells" --include=python3-minimal,libdw1,libunwind8,zsh,fish
cp -a "$folder/debian-shells" "$root"

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
# Whatever is typed, a shell completes it and says nothing of its own.
shells_complete() {
  inside fish -c 'complete -C "swiftmallocctl sym"; complete -C "swiftmallocctl run -- /etc/pass"; complete -C "swiftmallocctl run --li"' &&
    prints '^symbolize' && prints '^/etc/passwd' && prints '^--live' && ! prints '^fish: ' || return 1
  inside zsh -f -c 'autoload -U compinit && compinit -u -D && echo ${_comps[swiftmallocctl]} && autoload +X _swiftmallocctl' && prints '^_swiftmallocctl$'
}
# The package for another machine beside this one: here its files with another name, as dpkg knows no other difference. It must take
# nothing away and share what both have (Multi-Arch: same).
beside_another_machines() {
  local other=$root/root/swiftmalloc_other.deb
  rm -rf "$area/other" && dpkg-deb -R "$package" "$area/other" || return 1
  sed -i 's/^Architecture: .*/Architecture: arm64/' "$area/other/DEBIAN/control"
  mv "$area/other/usr/lib/x86_64-linux-gnu" "$area/other/usr/lib/aarch64-linux-gnu"
  rm -r "$area"/other/usr/{bin,share/man/man1,share/bash-completion,share/zsh,share/fish,share/doc/swiftmalloc/NOTICE.gz}
  dpkg-deb --root-owner-group -Znone --build "$area/other" "$other" >/dev/null || return 1
  inside dpkg --add-architecture arm64 && inside dpkg --force-depends -i "/root/${other##*/}" || return 1
  inside dpkg-query -W -f '${Package}:${Architecture} ${db:Status-Abbrev}\n' && prints '^swiftmalloc:amd64 ii' && prints '^swiftmalloc:arm64 ii' &&
    inside dpkg --verify swiftmalloc:amd64 && [ ! -s "$area/printed" ] && tool_runs || return 1
  inside dpkg --purge swiftmalloc:arm64 && inside dpkg --remove-architecture arm64 && inside dpkg --verify swiftmalloc:amd64 && [ ! -s "$area/printed" ]
}
upgrade() {
  inside sh -c "LD_PRELOAD=libswiftmalloc.so SWIFTMALLOC_STATS=1 sleep 3 & sleep 0.5; dpkg -i /root/${package##*/} && wait" &&
    prints 'Unpacking swiftmalloc:amd64 .* over' && prints '==STATS: swiftmalloc' && inside dpkg --audit && [ ! -s "$area/printed" ] && tool_runs
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
  # In the folder itself stands nothing that another archive has, too.
  [ "$(tar -tzf "dist/packages/$archive.tar.gz" | cut -d/ -f2 | sort -u | xargs)" = 'bin include lib share' ] || return 1
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
check "zsh and fish complete commands and files" shells_complete
check "the package for another machine is installed beside it" beside_another_machines
check "the package is installed over itself, and a running program goes on" upgrade
check "debug symbols are found by the build id" debug_symbols
check "the package is removed without a trace" removal
check "the archive runs from /usr/local" archive_runs

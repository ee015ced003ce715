# Sourced by Scripts/package.sh: what is in the packages. It sets $library, $tool, $objects, $triple, $architecture, $version and $area.

# The headers that stay as they are (docs/stability.md).
headers=(swiftmalloc.h swiftmalloc_heap.hpp swiftmalloc_layout.h)

build_id=$(readelf -n "$library" | sed -n 's/.*Build ID: //p')
[ -n "$build_id" ] || give_up "$library has no build id"
[ "$(readelf -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')" = libswiftmalloc.so.0 ] ||
  give_up "$library does not call itself libswiftmalloc.so.0: please run $build"

# debug_file FILE: what the library has for debuggers. gdb says no more without the index of names, and warns of none.
debug_file() {
  "$triple-objcopy" --only-keep-debug --remove-section=.debug_names --compress-debug-sections=zlib "$library" "$1"
  chmod 644 "$1"
}

# common_files PREFIX LIBRARIES ZSH: library, headers, manual, and the tool with its completions, below a prefix such as /usr. ZSH is the
# folder below share/zsh where zsh looks. The library keeps its name from version to version: processes and services name it in LD_PRELOAD.
common_files() {
  local prefix=$1 libraries=$1/$2 zsh=$1/share/zsh/$3 header
  mkdir -p "$libraries" "$prefix/include" "$prefix/share/man/man3"
  "$triple-strip" --strip-unneeded -o "$libraries/libswiftmalloc.so.0" "$library"
  chmod 644 "$libraries/libswiftmalloc.so.0"
  ln -s libswiftmalloc.so.0 "$libraries/libswiftmalloc.so"
  # pkg-config and CMake: seen from lib/pkgconfig.
  LIB=$2 Scripts/link-files.sh "$prefix" .. "$(sed 's,[^/]*,..,g' <<<"$2/pkgconfig")/include"
  if [ -n "$objects" ]; then install -m 644 $objects "$libraries"; else rm "$libraries/pkgconfig/swiftmalloc-static.pc"; fi
  for header in "${headers[@]}"; do install -m 644 "CShims/include/$header" "$prefix/include"; done
  Scripts/package/manual.py swiftmalloc "$version" "$SOURCE_DATE_EPOCH" >"$prefix/share/man/man3/swiftmalloc.3"
  [ -n "$tool" ] || return 0
  mkdir -p "$prefix/bin" "$prefix/share/man/man1" "$prefix/share/bash-completion/completions" \
    "$zsh" "$prefix/share/fish/vendor_completions.d"
  install -m 755 "$tool" "$prefix/bin/swiftmallocctl"
  "$tool" --experimental-dump-help | Scripts/package/manual.py swiftmallocctl "$version" "$SOURCE_DATE_EPOCH" \
    >"$prefix/share/man/man1/swiftmallocctl.1"
  # It is read by a shell, not run.
  "$tool" --generate-completion-script bash | sed '1{/^#!/d}' >"$prefix/share/bash-completion/completions/swiftmallocctl"
  "$tool" --generate-completion-script zsh >"$zsh/_swiftmallocctl"
  "$tool" --generate-completion-script fish >"$prefix/share/fish/vendor_completions.d/swiftmallocctl.fish"
}

# The names that the library exports.
exported_names() { nm -D --defined-only "$library" | awk '{ print $3 }' | sort; }

# The packages of what is linked. Those of another machine's libraries are not here to be asked: the library alone needs libc.
needed_packages() {
  if [ -z "$tool" ]; then
    echo "libc6 (>= $(nm -D --undefined-only "$library" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//' | sort -Vu | tail -1))"
    return
  fi
  # As dpkg-shlibdeps wants it: beside a control file of a source, in the package's files.
  mkdir -p "$area/debian"
  printf 'Source: swiftmalloc\n\nPackage: swiftmalloc\nArchitecture: any\n' >"$area/debian/control"
  (cd "$area" && dpkg-shlibdeps -O "-e$root/usr/lib/$triple/libswiftmalloc.so.0" "-e$root/usr/bin/${tool##*/}") | sed -n 's/^shlibs:Depends=//p'
}
# Those that a debug mode loads when it has something to tell: names of functions and lines, and steps of stacks.
loaded_packages() { [ "$architecture" = amd64 ] && echo 'libdw1, libunwind8' || echo libdw1; }

# The Swift packages that are in the tool: a folder each.
parts() {
  local part
  [ -d .build/tool/checkouts ] || give_up "there is no .build/tool/checkouts with the licences of what the tool contains: please run $build"
  for part in .build/tool/checkouts/*/; do echo "${part%/}"; done
}
# Their licences in full, as they ask for it. A licence that nobody has looked at ends the script.
licences_of_parts() {
  local part file
  echo 'swiftmallocctl contains the libraries of Swift (Apache License 2.0 with Runtime Library Exception, https://swift.org/LICENSE.txt),'
  echo 'zlib (https://zlib.net/zlib_license.html), and these packages, each with its licence and notices:'
  parts | while read -r part; do
    grep -q 'Apache License' "$part"/LICENSE* || give_up "which licence has $part? Scripts/package/contents.sh does not know it"
    for file in "$part"/LICENSE* "$part"/NOTICE*; do
      [ -f "$file" ] || continue
      printf '\n==== %s: %s\n\n' "${part##*/}" "${file##*/}"
      cat "$file"
    done
  done
}

# In Debian's form. The same text for each architecture: packages of two of them share the file (Multi-Arch: same).
copyright() {
  cat <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: swiftmalloc

Files: *
Copyright: $(sed -n 's/^Copyright (c) //p' LICENSE)
License: Expat
$(sed '1,/^Copyright/d; /./,$!d; s/^$/./; s/^/ /' LICENSE | sed '1{/^ \.$/d}')

Files: usr/bin/swiftmallocctl
Copyright: 2014-2026 Apple Inc. and the Swift project authors
 1995-2022 Jean-loup Gailly and Mark Adler
 the authors of the packages that NOTICE.gz names
License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.
Comment:
 The tool is in the package for amd64 alone. Beside swiftmalloc's own code it
 contains the libraries of Swift (Apache License 2.0 with Runtime Library
 Exception), zlib (its own licence), and Swift packages, or parts of them (Apache
 License 2.0), whose names, licences and notices are in NOTICE.gz beside this file.
END
}

# What lintian says and is meant so.
overrides() {
  cat <<'END'
# One package for library, headers and tool: they are of one version (docs/stability.md).
swiftmalloc: package-name-doesnt-match-sonames libswiftmalloc0
swiftmalloc: link-to-shared-library-in-wrong-package usr/lib/*
# The tool is one file, which runs without what its build needs; zlib's compressed data is all that it takes from there.
swiftmalloc: embedded-library zlib *
# The package for amd64 alone has it: no other one wants the same path.
swiftmalloc: arch-dependent-file-not-in-arch-specific-directory [usr/bin/swiftmallocctl]
# Built from source by its authors, never uploaded to Debian.
swiftmalloc: initial-upload-closes-no-bugs *
END
}

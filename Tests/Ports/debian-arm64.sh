# Sourced: Debian's packages for arm64, by apt with lists of its own, so that this machine's own packages stay as they are.

# What the tests need inside: a shell and its tools, python3 for the judge, libraries of the programs, and programs to try.
arm64_packages=(busybox-static libc6 libgcc-s1 libstdc++6 libatomic1 bash libtinfo6 coreutils libselinux1 libacl1 libattr1 libgmp10
  libpcre2-8-0 libdw1 libelf1 zlib1g liblzma5 libbz2-1.0 perl-base libcrypt1 python3.11-minimal libpython3.11-minimal
  libpython3.11-stdlib libexpat1 libssl3 libffi8 libuuid1 redis-server redis-tools libjemalloc2 liblua5.1-0 liblzf1
  libhiredis0.14 liblsan0 libsystemd0 libcap2 libgcrypt20 libgpg-error0 liblz4-1 libzstd1 lua-cjson lua-bitop)

# arm64_apt FOLDER COMMAND…: apt-get or apt-cache with its lists in FOLDER.
arm64_apt() {
  local folder=$1 command=$2
  shift 2
  "$command" -o APT::Architectures::=amd64 -o APT::Architectures::=arm64 -o "Dir::State::lists=$folder/lists" \
    -o "Dir::Cache=$folder/cache" -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=- \
    -o APT::Sandbox::User=root -o APT::Get::List-Cleanup=false "$@"
}

# arm64_lists FOLDER: from where this machine takes its packages, with backports.
arm64_lists() {
  local folder=$1 from
  [ -f "$folder/ready" ] && return
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
  from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
  printf 'deb %s bookworm main\ndeb %s bookworm-backports main\n' "$from" "$from" >"$folder/sources.list"
  folder=$(realpath "$folder")
  arm64_apt "$folder" apt-get update -qq
  touch "$folder/ready"
}

# arm64_kernel FOLDER IMAGE SUITE: prints the path of the kernel that the package names.
arm64_kernel() {
  local folder package
  folder=$(realpath "$1")
  if [ ! -f "$folder/$2" ]; then
    package=$(arm64_apt "$folder" apt-cache depends -t "$3" "$2:arm64" | sed -n 's/.*Depends: \(linux-image[^ ]*\)/\1/p' | head -1)
    (cd "$folder" && arm64_apt "$folder" apt-get download -qq -t "$3" "$package" >&2)
    dpkg-deb --fsys-tarfile "$folder/${package%%:*}"_*_arm64.deb | tar x -O --wildcards './boot/vmlinuz*' >"$folder/$2.new"
    # Some are packed once more.
    mv "$folder/$2.new" "$folder/$2"
  fi
  echo "$folder/$2"
}

# arm64_root FOLDER ROOT: unpacks the packages there, unless the same ones are there.
arm64_root() {
  local folder
  folder=$(realpath "$1")
  [ "$(cat "$2/ready" 2>/dev/null)" = "${arm64_packages[*]}" ] && return
  rm -rf "$2" "$folder/packages"
  mkdir -p "$folder/packages" "$2"
  (cd "$folder/packages" && arm64_apt "$folder" apt-get download -qq "${arm64_packages[@]/%/:arm64}" >&2)
  local package
  for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$2"; done
  ln -sf python3.11 "$2/usr/bin/python3"
  ln -sf bash "$2/bin/sh"
  echo "${arm64_packages[*]}" >"$2/ready"
}

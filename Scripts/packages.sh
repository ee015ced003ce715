# Sourced by the scripts: installs what they need, by the names of Debian's packages.

# have_package NAME: whether it is installed.
have_package() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

# need_packages NAME…: installs those that are missing, and removes none; says in one sentence which it cannot install, and why.
need_packages() {
  local missing=() name as_root=()
  for name in "$@"; do have_package "$name" || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "swiftmalloc: please install ${missing[*]} (names of Debian's packages): there is no apt-get here" >&2
    return 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "swiftmalloc: please install ${missing[*]}: this user is not root and there is no sudo" >&2
      return 1
    }
    as_root=(sudo)
  fi
  local log in_the_way lock
  # Suites run side by side, and apt-get waits for no other one. What a second one misses may be there by then.
  exec {lock}>"${TMPDIR:-/tmp}/swiftmalloc-packages-$(id -u).lock"
  flock "$lock"
  log=$("${as_root[@]}" apt-get update -qq 2>&1 &&
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq -o DPkg::Lock::Timeout=120 --no-remove --no-install-recommends \
      "${missing[@]}" 2>&1 {lock}>&-) && { exec {lock}>&-; return 0; }
  exec {lock}>&-
  # Nothing of the user's is removed: who else has to decide is told.
  in_the_way=$(LC_ALL=C apt-get install --simulate --no-install-recommends "${missing[@]}" 2>/dev/null |
    sed -n 's/^Remv \([^ ]*\).*/\1/p' | tr '\n' ' ')
  if [ -n "$in_the_way" ]; then
    echo "swiftmalloc: ${missing[*]} cannot be installed beside ${in_the_way% }: nothing was changed; please choose, and install them by hand" >&2
  else
    log=$(printf '%s\n' "$log" | sed -n 's/^E: //p' | head -n 1)
    echo "swiftmalloc: apt-get cannot install ${missing[*]}${log:+ ($log)}; please install them by hand" >&2
  fi
  return 1
}

# need_libunwind_headers FOLDER: the C headers of libunwind. Its package cannot be installed beside LLVM's library of the same name, which
# libc++-dev brings: then they alone are unpacked into FOLDER, and compilers find them there.
need_libunwind_headers() {
  have_package libunwind-dev && return 0
  if [ ! -f "$1/libunwind.h" ]; then
    need_packages libunwind-dev 2>/dev/null && return 0
    rm -rf "$1.new" && mkdir -p "$1.new"
    (cd "$1.new" && apt-get download -qq -o APT::Sandbox::User=root libunwind-dev >/dev/null && dpkg -x libunwind-dev_*.deb .) || {
      echo "swiftmalloc: apt-get cannot download libunwind-dev; please install its headers by hand" >&2
      return 1
    }
    mkdir -p "$1"
    cp "$1.new"/usr/include/*/libunwind*.h "$1"
    rm -rf "$1.new"
  fi
  C_INCLUDE_PATH=$(realpath "$1")${C_INCLUDE_PATH:+:$C_INCLUDE_PATH}
  export C_INCLUDE_PATH
}

# need_library_packages: what the library is compiled with; before a second build begins beside it.
need_library_packages() {
  need_packages binutils libc6-dev gcc libunwind8 libdw-dev
  need_libunwind_headers .build/headers
}

# need_wheel FOLDER NAME==VERSION…: Python packages, of the index that pip uses, in a folder of their own; says in one sentence why
# it could not.
need_wheel() {
  local folder=$1 log
  shift
  [ -d "$folder" ] && return 0
  need_packages python3-pip || return 1
  rm -rf "$folder.new"
  if log=$(PIP_DISABLE_PIP_VERSION_CHECK=1 /usr/bin/python3 -m pip install --quiet --retries 1 --no-deps --only-binary :all: \
    --target "$folder.new" "$@" 2>&1); then
    mv "$folder.new" "$folder"
    return
  fi
  rm -rf "$folder.new"
  case $log in
    *[Cc]onnection* | *resol* | *timed\ out*) log='there is no network, or pip may not use it' ;;
    *) log=$(printf '%s\n' "$log" | sed -n 's/^ERROR: //p' | head -n 1) ;;
  esac
  echo "swiftmalloc: pip cannot install $*${log:+: $log}" >&2
  return 1
}

# need_swift: ends the script when there is no Swift 6.3 or later.
need_swift() {
  local version
  version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9.]+') || true
  case $version in
    '') echo "swiftmalloc: no Swift toolchain found: install Swift 6.3 and put \"swift\" into PATH" >&2 ;;
    [0-5].* | 6.[0-2]) echo "swiftmalloc: Swift $version found, 6.3 or later is needed" >&2 ;;
    *) return 0 ;;
  esac
  exit 1
}

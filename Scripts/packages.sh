# Sourced by the scripts: installs what they need, by the names of Debian's packages.

# have_package NAME: whether it is installed.
have_package() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

# need_packages NAME…: installs those that are missing; says which in one sentence when it cannot.
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
  { "${as_root[@]}" apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
      "${missing[@]}"; } >/dev/null 2>&1 || {
    echo "swiftmalloc: apt-get cannot install ${missing[*]}; please install them by hand" >&2
    return 1
  }
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

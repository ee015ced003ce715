# Sourced by the findings: fetches pinned packages of Debian 12 into a temporary folder, which goes at the end.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# Nothing is asked of servers but the packages.
unset DEBUGINFOD_URLS

# take NAME=VERSION…: unpacks the packages below $folder/root, and those that they depend on and that are not installed.
take() {
  local missing
  mkdir -p root
  missing=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances "${@%%=*}" | grep -E '^[a-z0-9]' | sort -u |
    while read -r name; do
      printf '%s\n' "${@%%=*}" | grep -qx "$name" || dpkg-query -W -f '${Status}' "$name" 2>/dev/null |
        grep -q 'ok installed' || echo "$name"
    done)
  # shellcheck disable=SC2086
  apt-get download -qq "$@" $missing 2>error || { sed 's/^/cannot be tried: /' error; exit 3; }
  for package in *.deb; do
    dpkg -x "$package" root
    rm "$package"
  done
  export PATH="$folder/root/usr/bin:$PATH"
  libraries=$folder/root/usr/lib/x86_64-linux-gnu:$folder/root/lib/x86_64-linux-gnu
}

# equal WHAT EXPECTED SEEN: says what was seen; ends with status 1 when it is something else by now.
equal() {
  echo "$1: $3"
  [ "$2" = "$3" ] || { echo "this has changed: it was \"$2\""; exit 1; }
}

# Sourced: real programs, of Debian's source packages, built for musl. apt has lists and folders of its own for them, so that this
# machine's own packages stay as they are.

# source_apt FOLDER COMMAND…: apt-get with its lists in FOLDER.
source_apt() {
  local folder=$1
  shift
  apt-get -qq -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o "Dir::Etc::sourcelist=$folder/sources.list" \
    -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root "$@"
}

# source_of FOLDER PACKAGE: prints where its sources are unpacked, as they were before Debian's changes.
source_of() {
  local folder from archive
  mkdir -p "$1/apt/lists/partial" "$1/apt/cache/archives/partial" "$1/source"
  folder=$(realpath "$1")
  if [ ! -d "$folder/source/$2" ]; then
    if [ ! -f "$folder/apt/ready" ]; then
      from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
      echo "deb-src $from $(. /etc/os-release && echo "$VERSION_CODENAME") main" >"$folder/apt/sources.list"
      source_apt "$folder/apt" update
      touch "$folder/apt/ready"
    fi
    (cd "$folder/source" && source_apt "$folder/apt" source --download-only "$2" >&2)
    archive=$(ls "$folder/source/$2"_*.orig.tar.*z)
    mkdir "$folder/source/$2.new"
    tar xf "$archive" -C "$folder/source/$2.new" --strip-components 1
    mv "$folder/source/$2.new" "$folder/source/$2"
  fi
  echo "$folder/source/$2"
}

# build_real FOLDER PROGRAM…: into FOLDER/bin, under the names that Debian gives them. What was built stays.
build_real() {
  local folder source program compiler
  folder=$(realpath "$1")
  shift
  mkdir -p "$folder/bin"
  compiler="musl-gcc -Wl,--eh-frame-hdr,--build-id -idirafter $folder/include"
  for program in "$@"; do
    [ ! -x "$folder/bin/$program" ] || continue
    case $program in
      lua5.4)
        source=$(source_of "$folder" lua5.4)
        make -s -C "$source/src" CC="$compiler" SYSCFLAGS=-DLUA_USE_LINUX SYSLIBS="-Wl,-E -ldl" lua >&2
        cp "$source/src/lua" "$folder/bin/lua5.4"
        ;;
      sqlite3)
        source=$(source_of "$folder" sqlite3)
        (cd "$source" && ./configure --quiet --disable-shared && make -s sqlite3.c shell.c) >&2
        $compiler -O2 -DSQLITE_THREADSAFE=1 -o "$folder/bin/sqlite3.new" "$source/shell.c" "$source/sqlite3.c" -lm -lpthread -ldl >&2
        mv "$folder/bin/sqlite3.new" "$folder/bin/sqlite3"
        ;;
      redis)
        source=$(source_of "$folder" redis)
        make -s -C "$source" CC="$compiler" MALLOC=libc USE_SYSTEMD=no BUILD_TLS=no >&2
        cp "$source/src/redis-cli" "$source/src/redis-benchmark" "$source/src/redis-server" "$folder/bin"
        cp "$source/src/redis-server" "$folder/bin/redis"
        ;;
    esac
  done
}

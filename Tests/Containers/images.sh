# Sourced by Tests/Containers/run.sh, which sets $folder, $area and $package: the images.

# A store of its own, so that nothing of the user's changes. Without a name server and a network for containers: they share this machine's
# while they are built, and have none when they run.
engine() {
  podman --root "$folder/store" --runroot "$folder/run" --cgroup-manager cgroupfs --runtime runc --log-level fatal "$@"
}

# stand_ins FOLDER SWIFT: what stands behind FROM, once. SWIFT is the folder of the toolchain.
stand_ins() {
  if ! engine image exists debian:bookworm-slim; then
    echo "== the base images"
    if [ ! -f "$1/ready" ]; then
      rm -rf "$1"
      local from
      from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
      debootstrap --variant=minbase bookworm "$1" "$from" >"$folder/debootstrap.log" || {
        tail -5 "$folder/debootstrap.log"
        exit 1
      }
      touch "$1/ready"
    fi
    tar -C "$1" -c . | engine import --quiet - localhost/debian:bookworm-slim >/dev/null
  fi
  stand_in swift:6.3-bookworm "binutils git ca-certificates libc6-dev libgcc-12-dev libstdc++-12-dev libxml2 libncurses6 libsqlite3-0 libcurl4" \
    "PATH=$2/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  stand_in node:22-bookworm-slim nodejs
  stand_in python:3.13-slim-bookworm python3
}

# stand_in NAME PACKAGES [VARIABLE]: Debian's smallest with further packages.
stand_in() {
  engine image exists "$1" && return
  mkdir -p "$area/empty"
  printf '%s\n' 'FROM debian:bookworm-slim' \
    "RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends $2 >/dev/null" ${3:+"ENV $3"} >"$area/Dockerfile"
  build "localhost/$1" "$area/Dockerfile" "$area/empty"
}

# image NAME CONTEXT EXAMPLE OPTION…: the image of a committed Dockerfile. The package is put into the context, as its head says.
image() {
  local name=$1 context=$2 example=$3
  shift 3
  rm -rf "$area/context"
  cp -r "$context" "$area/context"
  # By the name that the Dockerfiles know, whatever it is called here.
  cp "$package" "$area/context/swiftmalloc_tried_amd64.deb"
  build "localhost/$name" "Examples/Containers/$example/Dockerfile" "$area/context" "$@"
  echo "        image $name: $(($(engine inspect --format '{{.Size}}' "$name") / 1000000)) MB"
}

# build TAG DOCKERFILE CONTEXT OPTION…
build() {
  local tag=$1 file=$2 context=$3
  shift 3
  engine build --format docker --network host --pull=never --tag "$tag" --file "$file" "$@" "$context" >"$folder/build.log" 2>&1 || {
    echo "FAIL    $file cannot be built"
    tail -20 "$folder/build.log"
    exit 1
  }
}

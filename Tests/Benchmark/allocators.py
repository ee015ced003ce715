"""The allocators that are compared: Debian's, mimalloc's newest from PyPI, ours, and any other library."""
from dataclasses import dataclass
from pathlib import Path
import os
import re
import subprocess


class BadInput(Exception):
    """What was asked for cannot be done; the text is one sentence."""


@dataclass(frozen=True)
class Allocator:
    label: str
    path: str  # empty for glibc
    version: str
    is_peer: bool
    variables: tuple = ()  # K=V, in the environment of what is measured


# label: the name of the library, the package that it is in: Debian's, or NAME==VERSION of a wheel.
PEERS = {
    "glibc": ("", "libc6"),
    "mimalloc3": ("libmimalloc.so.3", "cmeel-mimalloc==3.4.3"),
    "mimalloc2": ("libmimalloc.so.2", "libmimalloc2.0"),
    "jemalloc": ("libjemalloc.so.2", "libjemalloc2"),
    "tcmalloc": ("libtcmalloc_minimal.so.4", "libtcmalloc-minimal4"),
    # The proxy is what replaces malloc; the package brings both.
    "tbb": ("libtbbmalloc_proxy.so.2", "libtbbmalloc2"),
}
# In programs that are compiled for musl.
MUSL = {"musl": ("", "musl")}
OURS = "swiftmalloc"


def need_packages(root, names):
    """Installs what is missing; gives the sentence that says why it could not, or nothing."""
    return _need(root, "need_packages", *names) if names else ""


def _need(root, function, *words):
    script = '. "$0"; "$@"'
    done = subprocess.run(["bash", "-c", script, str(root / "Scripts/packages.sh"), function, *words], stderr=subprocess.PIPE, text=True)
    return "" if done.returncode == 0 else done.stderr.strip().replace("swiftmalloc: ", "")


def _version(package):
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return shown.stdout.strip()


def _find(library, package):
    listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True).stdout.split()
    for path in listed:
        if os.path.basename(path) == library and os.path.exists(path):
            return os.path.realpath(path)
    raise BadInput(f"{package} is installed, but its {library} is not found")


def _from_wheel(root, library, package):
    """The library of a Python package, which is installed into a folder of its own."""
    folder = root / ".build/benchmark/wheels" / package.replace("==", "-")
    folder.parent.mkdir(parents=True, exist_ok=True)
    missing = _need(root, "need_wheel", str(folder), package)
    if missing:
        raise BadInput(f"{missing}; --peers can leave it out")
    path = next(folder.rglob(library), None)
    if not path:
        raise BadInput(f"{package} is installed in {folder}, but has no {library}")
    return _checked(path)


def _checked(path):
    """The whole path of a library that the loader can preload."""
    if not os.path.isfile(path):
        raise BadInput(f"{path} is not there" + (": Scripts/build.sh makes it" if str(path).endswith("dist/libswiftmalloc.so") else ""))
    path = os.path.realpath(path)
    tried = subprocess.run(["/bin/true"], env={**os.environ, "LD_PRELOAD": path}, stderr=subprocess.PIPE, text=True, check=False)
    if tried.returncode != 0 or "cannot be preloaded" in tried.stderr:
        raise BadInput(f"{path} cannot be preloaded")
    return path


def find(root, peers, ours, others, live=False):
    """All that are to be compared: the peers, the other libraries, then ours, publishing its counters, and as it is."""
    found = []
    known = {**PEERS, **MUSL}
    chosen = [known[label] for label in peers]
    missing = need_packages(root, [package for library, package in chosen if library and "==" not in package])
    if missing:
        raise BadInput(missing)
    for label in peers:
        library, package = known[label]
        if "==" in package:
            found.append(Allocator(label, _from_wheel(root, library, package), package.split("==")[1], True))
        else:
            found.append(Allocator(label, _find(library, package) if library else "", _version(package), True))
    for path in others:
        path = _checked(path)
        label = re.sub(r"^lib|\.so.*$", "", os.path.basename(path))
        taken = [allocator.label for allocator in found] + [OURS]
        number = 2
        while label in taken:
            label = re.sub(r"-\d+$", "", label) + f"-{number}"
            number += 1
        # Another build of ours is shown beside, but is no peer to be measured against.
        own = b"SWIFTMALLOC_" in Path(path).read_bytes()
        found.append(Allocator(label, path, "", not own))
    if ours != "none":
        if live:
            found.append(Allocator(f"{OURS}-live", _checked(ours), "", False, ("SWIFTMALLOC_LIVE=1",)))
        found.append(Allocator(OURS, _checked(ours), "", False))
    if not found:
        raise BadInput("there is nothing to compare: neither a library nor a peer")
    return found

#!/usr/bin/env bash
# Python 3.11 on Linux: the peak memory of a program that it runs, ru_maxrss of os.wait4 and of getrusage(RUSAGE_CHILDREN), is
# at least what Python itself had resident when it started it: `true` of 400 MB. The kernel keeps the peak across exec, and
# until then the child has its parent's memory. A tool that measures programs has to be small, or to read VmHWM.
. "$(dirname "$0")/packages.sh"
take python3.11-minimal=3.11.2-6+deb12u9 libpython3.11-minimal=3.11.2-6+deb12u9 libpython3.11-stdlib=3.11.2-6+deb12u9
cat >peak.py <<'P'
import os, subprocess, sys
memory = b"x" * int(sys.argv[1])
child = subprocess.Popen(["/bin/true"])
kilobytes = os.wait4(child.pid, 0)[2].ru_maxrss
child.returncode = 0
print("400 MB or more" if kilobytes * 1024 >= 400_000_000 else "under 40 MB" if kilobytes < 40_000 else kilobytes)
P
peak() { PYTHONHOME=root/usr python3.11 peak.py "$1"; }
equal "Python 3.11.2, peak memory of /bin/true started by a small process" "under 40 MB" "$(peak 0)"
equal "and by a process of 400 MB" "400 MB or more" "$(peak 400000000)"

# kind: command
# Expressions on numpy arrays of 1 to 25 MB, whose temporaries change their size from one expression to the next.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR source=../../../Scripts/packages.sh
. "$real/../../../Scripts/packages.sh"

# It has wheels for Python 3.11 to 3.14.
package=numpy==2.3.5
folder=$PWD/${package/==/-}
packages() { printf '%s\n' python3 python3-pip; }
# One thread, so that the pool of the linear algebra, which is not used here, is no part of it.
command_line() {
    quoted PYTHONPATH="$folder" OPENBLAS_NUM_THREADS=1 /usr/bin/python3 "$inputs/temporaries.py" "$(scaled 40)"
}
prepare() {
    need_wheel "$folder" "$package" || exit 1
    works '^total [0-9]' "$inputs/temporaries.py"
}
part "$@"

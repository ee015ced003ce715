# title: python3 with PYTHONMALLOC=malloc: the same work, every object from malloc
# needs: python3
# command: /usr/bin/python3
# shellcheck shell=bash
export PYTHONHASHSEED=0 PYTHONMALLOC=malloc
/usr/bin/python3 "$MATRIX_INPUTS/work.py"

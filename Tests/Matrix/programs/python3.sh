# title: python3: json, threads, multiprocessing, subprocess, sqlite3, ast, re, big dicts
# needs: python3
# command: /usr/bin/python3
# quick: yes
# shellcheck shell=bash
export PYTHONHASHSEED=0
/usr/bin/python3 "$MATRIX_INPUTS/work.py"

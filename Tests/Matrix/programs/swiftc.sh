# title: swiftc: one file at -O, its interface and its assembly; run
# needs:
# command: swiftc
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
cp "$MATRIX_INPUTS/churn.swift" main.swift
swiftc -O -o program main.swift
./program
swiftc -typecheck -dump-ast main.swift 2>/dev/null | wc -l
swiftc -emit-ir -Onone main.swift | grep -c '^define'

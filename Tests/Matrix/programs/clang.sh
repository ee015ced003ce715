# title: clang: an STL-heavy file, its syntax tree, its IR; run
# needs: clang g++
# command: clang
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
# <regex> alone takes clang as long as all the rest.
compile=(clang -xc++ -std=c++17 -DNO_REGEX)
"${compile[@]}" -O1 -pthread -o program "$MATRIX_INPUTS/stl.cpp" -lstdc++ -lm
./program
cp "$MATRIX_INPUTS/stl.cpp" .
"${compile[@]}" -fsyntax-only -Xclang -ast-dump -Xclang -ast-dump-filter=churn stl.cpp | wc -l
"${compile[@]}" -O0 -S -emit-llvm -o - stl.cpp | digest

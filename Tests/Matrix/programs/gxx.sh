# title: g++: an STL-heavy file at -O2, run; exceptions and iostreams in the result
# needs: g++
# command: g++
# shellcheck shell=bash
g++ -std=c++17 -O2 -pthread -o program "$MATRIX_INPUTS/stl.cpp"
./program

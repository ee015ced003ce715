# title: cmake: configure, generate, build with 2 jobs, ctest
# needs: cmake make g++
# command: cmake ctest make c++
# shellcheck shell=bash
mkdir source
cat >source/CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.13)
project(Work CXX)
set(names "")
foreach(n RANGE 1 30)
  file(WRITE ${CMAKE_BINARY_DIR}/file${n}.cpp "#include <string>\nstd::string f${n}(int n) { return std::string(n, 'x') + \"${n}\"; }\n")
  list(APPEND names ${CMAKE_BINARY_DIR}/file${n}.cpp)
endforeach()
add_library(files STATIC ${names})
add_executable(program main.cpp)
target_link_libraries(program files)
enable_testing()
foreach(n RANGE 1 10)
  add_test(NAME test${n} COMMAND program ${n})
endforeach()
set(text "")
foreach(n RANGE 1 3000)
  string(APPEND text "item ${n};")
  math(EXPR sum "${sum} + ${n}")
endforeach()
string(REGEX REPLACE "item ([0-9]+);" "\\1," text "${text}")
string(SHA256 sum_text "${text}")
message(STATUS "digest ${sum_text} ${sum}")
CMAKE
cat >source/main.cpp <<'CXX'
#include <iostream>
#include <string>
std::string f1(int);
std::string f30(int);
int main(int count, char **arguments) { int n = count > 1 ? std::stoi(arguments[1]) : 5; std::cout << f1(n) << f30(n) << std::endl; return 0; }
CXX
cmake -S source -B build -DCMAKE_BUILD_TYPE=Release | grep -E 'digest|Generating done' | sed 's/ (.*//'
cmake --build build -j 2 >build.log
./build/program 12
cd build && ctest -j 2 | grep 'tests passed'

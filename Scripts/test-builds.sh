# Sourced by the scripts that build for tests alone.

# Options of `swift build` and `swift test` that cut a third of the compiler's work: each module is compiled as a whole, and
# without what debuggers want. Everything that shares a build folder uses the same, or it is compiled again.
test_build=(-debug-info-format none -Xswiftc -whole-module-optimization -Xswiftc -num-threads -Xswiftc 1)

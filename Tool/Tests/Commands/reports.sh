# Sourced by run.sh: swiftmallocctl symbolize.

strip -o "$area/stripped" "$area/twice"
(unset SWIFTMALLOCCTL_DIRECTORY; "$tool" run --debug --log "$area/report" -- "$area/stripped" >/dev/null 2>&1)
build_id=$(readelf -n "$area/twice" | sed -n 's/.*Build ID: //p')
resolved() { prints 'in twice +/.*twice\.c:3' 'in main +/.*twice\.c:4' '^SUMMARY: swiftmalloc: double-free .*twice\.c:3 in twice$'; }

unresolved() { grep -q "in ??  ($area/stripped+0x[0-9a-f]*, build id $build_id)" "$area/report" && ends 0 symbolize "$area/report" && lacks 'twice.c'; }
check "a report of a stripped program says build ids" unresolved
mkdir -p "$area/symbols/.build-id/${build_id:0:2}" "$area/other"
by_name() { cp "$area/twice" "$area/other/stripped" && ends 0 symbolize "$area/report" --debug-dir "$area/other" && resolved; }
check "symbolize with the program that has symbols" by_name
by_build_id() {
  objcopy --only-keep-debug "$area/twice" "$area/symbols/.build-id/${build_id:0:2}/${build_id:2}.debug"
  ends 0 symbolize "$area/report" --debug-dir "$area/symbols" && resolved
}
check "symbolize with a separate debug file" by_build_id
sanitizer_form() {
  sed "s/, build id \([0-9a-f]*\))/) (BuildId: \1)/" "$area/report" >"$area/report.other"
  grep -q BuildId "$area/report.other" && ends 0 symbolize "$area/report.other" --debug-dir "$area/symbols" && resolved
}
check "symbolize AddressSanitizer's form" sanitizer_form
from_a_pipe() { "$tool" symbolize - --debug-dir "$area/symbols" <"$area/report" >"$output" 2>&1 && resolved; }
check "symbolize standard input" from_a_pipe
each_symbolizer() {
  local name
  for name in llvm-symbolizer addr2line eu-addr2line; do
    command -v "$name" >/dev/null || continue
    mkdir -p "$area/path" && rm -f "$area/path"/* && ln -s "$(command -v "$name")" "$area/path/$name"
    PATH=$area/path "$tool" symbolize "$area/report" --debug-dir "$area/symbols" >"$output" 2>&1
    resolved || { echo "with $name"; return 1; }
  done
  rm -f "$area/path"/*
  ! PATH=$area/path "$tool" symbolize "$area/report" >"$output" 2>&1 && prints 'no symbolizer found'
}
check "symbolize with each symbolizer there is" each_symbolizer
other_build() {
  sed 's/64/65/' "$area/twice.c" >"$area/another.c" && gcc -g -O1 -fno-builtin -Wl,--build-id=sha1 -o "$area/other/stripped" "$area/another.c" || return 1
  cp "$area/other/stripped" "$area/stripped"
  ends 1 symbolize "$area/report" --debug-dir "$area/other" && prints "other/stripped has the build id [0-9a-f]+, not the report's $build_id: it is not used" \
    "in \?\?  \($area/stripped\+0x" && lacks 'twice\.c'
}
check "a file with another build id is named and not used" other_build
not_position_independent() {
  gcc -g -O0 -no-pie -fno-builtin -o "$area/fixed" "$area/twice.c" && strip -o "$area/fixed-stripped" "$area/fixed" || return 1
  (unset SWIFTMALLOCCTL_DIRECTORY; "$tool" run --debug --log "$area/report.fixed" -- "$area/fixed-stripped" >/dev/null 2>&1)
  mkdir -p "$area/fixed-symbols" && cp "$area/fixed" "$area/fixed-symbols/fixed-stripped"
  ends 0 symbolize "$area/report.fixed" --debug-dir "$area/fixed-symbols" && resolved
}
check "symbolize a program at a fixed address" not_position_independent
unreadable() { ends 1 symbolize "$area/none" && prints 'cannot be read: no such file' && ends 0 symbolize /dev/null && prints '^swiftmallocctl: /dev/null is empty' && [ "$(wc -l <"$output")" -eq 1 ]; }
check "a report that cannot be read" unreadable

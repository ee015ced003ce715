# Sourced by run.sh: swiftmallocctl profile FILE. The profiles are of a program that never runs.

mkdir -p "$area/profile"
cat >"$area/profile/app.cpp" <<'C'
#include <cstdlib>
namespace kept {
inline __attribute__((always_inline)) void *inlined(std::size_t size) { return std::malloc(size * 3); }
template <typename Element> __attribute__((noinline)) void *grow(Element count) { return inlined(count); }
__attribute__((noinline)) void *leaf(int count) { return std::malloc(count); }
__attribute__((noinline)) void *branch(int count) { return count > 3 ? leaf(count) : grow(count); }
}
int main(int count, char **) { return kept::branch(count) == nullptr; }
C
g++ -g -O1 -o "$area/profile/app" "$area/profile/app.cpp" || exit 2
app=$area/profile/app heap=$area/profile/heap.pprof
# In use: leaf 3 MiB, what is inlined in grow 1 MiB, of another thread 512 KiB; nobody knows who has 1 KiB.
samples=(
  "4:4194304:3:3145728:main:_ZN4kept4leafEi<_ZN4kept6branchEi<main" "2:2097152:1:1048576:main:~_ZN4kept4growIiEEPvT_<_ZN4kept6branchEi<main"
  "1:524288:1:524288:worker;1:~_ZN4kept4growIiEEPvT_<main" "1:1024:1:1024:main:0x1234")
write_profile() { Tool/Tests/Commands/write_profile.py "$@"; }
write_profile "$heap" "$app" "${samples[@]}" && write_profile "$area/profile/moved.pprof" "$app" --start 0x7f0000010000 --time 1800000060 --stored "${samples[@]:0:2}" \
  "3:1572864:3:1572864:worker:~_ZN4kept4growIiEEPvT_<main" || exit 2

profile_table() {
  ends 0 profile "$heap" && prints '^inuse_space of .*/heap\.pprof: 4\.5 MiB in 4 samples, one for each 512 KiB of space on average$' '^live bytes: 12345$' \
    '^ +flat +flat% +cum +cum% +function$' '^ *3\.0 MiB +66\.7% +3\.0 MiB +66\.7%  kept::leaf\(int\)$' \
    '^ *1\.5 MiB +33\.3% +1\.5 MiB +33\.3%  kept::inlined\(unsigned long\)$' '^ +0 B +0\.0% +4\.5 MiB +100\.0%  main$' \
    '^ +0 B +0\.0% +1\.5 MiB +33\.3%  void\* kept::grow<int>\(int\)$' '^ *1\.0 KiB +0\.0% +1\.0 KiB +0\.0%  0x1234$' && lacks swiftmallocctl
}
check "profile lists functions, inlined ones too" profile_table
profile_options() {
  ends 0 profile "$heap" --sample-type alloc_objects --rows 1 && prints '^alloc_objects of .*: 8 in 4 samples' '^ *4 +50\.0% +4 +50\.0%  kept::leaf' '^and 5 more, 4 flat: --rows 6 shows all$' &&
    ends 0 profile "$heap" --cum --rows 1 && prints '^ +0 B +0\.0% +4\.5 MiB +100\.0%  main$' && lacks leaf &&
    ends 1 profile "$heap" --sample-type nonsense && prints '^swiftmallocctl: .*/heap\.pprof counts no nonsense: it counts alloc_objects, alloc_space, inuse_objects, inuse_space$' &&
    ends 64 profile "$heap" --rows 0 && ends 64 profile "$heap" --folded --json && ends 64 profile && ends 64 profile - --diff - && ends 64 profile ''
}
check "profile of another sample type" profile_options
profile_filters() {
  ends 0 profile "$heap" --focus 'branch|nobody' --rows 9 && prints '^inuse_space of .*: 4\.0 MiB in 2 samples' ' kept::leaf' && lacks 0x1234 &&
    ends 0 profile "$heap" --ignore '^kept::leaf' --folded && prints '^0x1234 1024$' && lacks 'leaf' && [ "$(awk '{ sum += $NF } END { print sum }' "$output")" = 1573888 ] &&
    ends 0 profile "$heap" --hide '^kept::(inlined|leaf)' --folded && prints '^main;kept::branch\(int\) 3145728$' '^main;kept::branch\(int\);void\* kept::grow<int>\(int\) 1048576$' &&
    ends 0 profile "$heap" --tagfocus 'thread=^work' && prints ': 512 KiB in 1 sample,' && ends 0 profile "$heap" --tagignore thread=main && prints ': 512 KiB in 1 sample,' &&
    ends 0 profile "$heap" --tagfocus 'heap=^parser' && prints ': 0 B in 0 samples' &&
    ends 64 profile "$heap" --focus '[' && prints '^Error: --focus "\[" is no regular expression' && ends 64 profile "$heap" --tagfocus thread && prints '--tagfocus is LABEL=EXPRESSION' && ends 64 profile "$heap" --tagignore 'thread=(' && prints 'no regular expression behind the ='
}
check "profile --focus, --ignore, --hide and labels" profile_filters
profile_json() {
  ends 0 profile "$heap" --json --rows 2 &&
    holds '(r["sampleType"] == {"type": "inuse_space", "unit": "bytes", "total": 4719616} and [t["total"] for t in r["sampleTypes"]] == [8, 6816768, 6, 4719616]
           and [(o["function"], o["flat"], o["cumulative"]) for o in r["rows"]] == [("kept::leaf(int)", 3145728, 3145728), ("kept::inlined(unsigned long)", 1572864, 1572864)]
           and r["rowsLeftOut"] == 4 and r["comments"] == ["live bytes: 12345"] and r["period"] == 524288)'
}
check "profile --json" profile_json
profile_folded() {
  ends 0 profile "$heap" --folded && prints '^main;kept::branch\(int\);kept::leaf\(int\) 3145728$' '^main;void\* kept::grow<int>\(int\);kept::inlined\(unsigned long\) 524288$' '^0x1234 1024$' &&
    [ "$(awk '{ sum += $NF } END { print sum }' "$output")" = 4719616 ]
}
check "profile --folded adds up to the sum" profile_folded
profile_diff() {
  ends 0 profile "$area/profile/moved.pprof" --diff "$heap" && prints ': \+1023 KiB in [0-9] samples, .*, over 1 min 00 s$' '^ *1\.0 MiB +22\.2% +1\.0 MiB +22\.2%  kept::inlined' '^ *-1\.0 KiB +0\.0% +-1\.0 KiB +0\.0%  0x1234$' && lacks leaf &&
    ends 0 profile "$area/profile/moved.pprof" --diff "$heap" --folded && prints '^main;void\* kept::grow<int>\(int\);kept::inlined\(unsigned long\) 524288 1572864$' '^main;kept::branch\(int\);kept::leaf\(int\) 3145728 3145728$' &&
    ends 0 profile "$heap" --diff "$heap" && prints ': 0 B in 0 samples'
}
check "profile --diff of two runs at other addresses" profile_diff
profile_output() {
  local named=$area/profile/named.pprof
  echo before >"$named"
  ends 0 profile "$heap" --output "$named" && [ "$(stat -c %a "$named")" = 644 ] && [ "$(ls "$area/profile" | grep -c named)" = 1 ] || return 1
  # Its names are its own: the program is needed no more.
  mv "$app" "$app.away"
  ends 0 profile "$named" && prints 'kept::leaf\(int\)$' 'kept::inlined' && lacks swiftmallocctl
  local status=$?
  ends 0 profile "$heap" && prints '^swiftmallocctl: there are no symbols for .*/app, build id [0-9a-f]+$' ' app\+0x[0-9a-f]+$' || status=1
  mv "$app.away" "$app"
  "$tool" profile "$heap" --output - | "$tool" profile - >"$output" && prints 'of -: 4\.5 MiB' 'kept::leaf' || status=1
  return "$status"
}
check "profile --output has the names" profile_output
profile_unwritable() {
  local status=0
  echo good >"$area/profile/good"
  mkdir "$area/profile/full"
  mount -t tmpfs -o size=4k none "$area/profile/full" 2>/dev/null && { head -c 4096 /dev/zero >"$area/profile/full/kept"
    ends 1 profile "$heap" --output "$area/profile/full/kept" && prints '/kept cannot be written: no space left on device$' && [ "$(wc -c <"$area/profile/full/kept")" = 4096 ] && [ "$(ls "$area/profile/full")" = kept ] || status=1
    umount "$area/profile/full"; }
  ends 1 profile "$heap" --output "$area/none/there" && prints '^swiftmallocctl: .*/none/there cannot be written: no such file or directory$' && lacks leaf || status=1
  ends 1 profile "$area/profile/app" --output "$area/profile/good" && [ "$(cat "$area/profile/good")" = good ] || status=1
  ends 0 profile "$heap" --output /dev/null || status=1
  return "$status"
}
check "profile leaves a good file where the new one cannot be written" profile_unwritable
no_profiles() {
  local one_line='^swiftmallocctl: .* '
  ends 1 profile "$area/none" && prints "${one_line}cannot be opened: no such file or directory$" && ends 1 profile "$area" && prints "${one_line}cannot be read: is a directory$" &&
    ends 1 profile "$app" && prints "${one_line}is no profile, or damaged: " && ends 1 profile /dev/null && prints "${one_line}is empty: there is no profile in it$" &&
    head -c 300 "$heap" >"$area/profile/cut" && ends 1 profile "$area/profile/cut" && prints "${one_line}is cut: its compressed data has no end$" && [ "$(wc -l <"$output")" -eq 1 ] &&
    ends 1 profile "$heap" --diff "$area/profile/cut" && prints '/cut is cut' &&
    echo '{"a": 1}' >"$area/profile/json" && ends 1 profile "$area/profile/json" && prints "${one_line}is no profile, or damaged: "
}
check "files that are no profiles" no_profiles
profile_debug_files() {
  local status=0
  mkdir -p "$area/profile/debug"
  objcopy --only-keep-debug "$app" "$area/profile/debug/app.debug" && cp "$app" "$app.whole" && strip "$app" || return 1
  ends 0 profile "$heap" && prints ' app\+0x[0-9a-f]+$' && lacks leaf || status=1
  ends 0 profile "$heap" --debug-dir "$area/profile/debug" && prints 'kept::leaf\(int\)$' 'kept::inlined' || status=1
  # The debug file alone.
  rm "$app" && ends 0 profile "$heap" --debug-dir "$area/profile/debug" && prints 'kept::leaf\(int\)$' 'kept::inlined' || status=1
  mv "$app.whole" "$app"
  return "$status"
}
check "profile with separate debug files" profile_debug_files
profile_fixed_address() {
  # Neither its addresses nor the start of its mapping are offsets in the file.
  g++ -g -O1 -no-pie -Wl,-Ttext-segment=0x7654000 -o "$area/profile/fixed" "$area/profile/app.cpp" && write_profile "$area/profile/fixed.pprof" "$area/profile/fixed" --start 0x7655000 "${samples[@]}" || return 1
  ends 0 profile "$area/profile/fixed.pprof" && prints 'kept::leaf\(int\)$' 'kept::inlined\(unsigned long\)$' ' main$' && lacks swiftmallocctl &&
    PATH=$area/none "$tool" profile "$area/profile/fixed.pprof" >"$output" 2>&1 && prints 'kept::leaf\(int\)$' ' main$'
}
check "profile of a program at a fixed address" profile_fixed_address
profile_without_symbolizer() {
  local name path
  mkdir -p "$area/profile/path"
  PATH=$area/profile/path "$tool" profile "$heap" >"$output" 2>&1 && prints 'kept::leaf\(int\)$' 'void\* kept::grow<int>\(int\)$' 'no symbolizer found, so there are no lines' && lacks 'kept::inlined' || return 1
  for name in llvm-symbolizer addr2line eu-addr2line; do
    path=$(command -v "$name") || continue
    rm -f "$area/profile/path/"*
    ln -s "$path" "$area/profile/path/$name"
    PATH=$area/profile/path "$tool" profile "$heap" >"$output" 2>&1
    prints 'kept::leaf' 'kept::inlined' ' main$' && lacks swiftmallocctl || { echo "with $name"; return 1; }
  done
}
check "profile with each symbolizer there is, and none" profile_without_symbolizer

#!/usr/bin/env bash
# What GUARD_SAMPLE costs: instructions (callgrind) of real programs at several rates, as a percentage of those without it, with the
# number of guarded blocks. The kernel's part, about 5 microseconds a guarded block, is not counted.
#
# usage: Tests/Measure/guarded-cost.sh [LIBRARY]
set -eu
cd "$(dirname "$0")/../.."
library=$(realpath -e "${1:-dist/libswiftmalloc.so}")
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
cat >"$area/work.py" <<'PYTHON'
import json
rows = [{"id": i, "name": "row %d" % i, "parts": [i * j for j in range(20)]} for i in range(1500)]
for _ in range(3):
    rows = json.loads(json.dumps(rows))
PYTHON
cat >"$area/work.sql" <<'SQL'
create table t(a integer primary key, b text, c text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
  insert into t select i, 'name ' || i, hex(randomblob(i % 60)) from n;
create index u on t(b);
select count(*), max(c) from t where b like '%7%' order by b;
select group_concat(b) from (select b from t order by c limit 3000);
SQL
cat >"$area/work.pl" <<'PERL'
my %h;
for my $i (1 .. 40000) { $h{"key $i"} = [$i, "value " x ($i % 7)]; delete $h{"key " . ($i - 500)} }
print scalar(keys %h), "\n";
PERL
run() {
  case $1 in
    python3) PYTHONMALLOC=malloc "${@:2}" "$(python3 -c 'import sys; print(sys.executable)')" "$area/work.py" ;;
    sqlite3) "${@:2}" sqlite3 :memory: ".read $area/work.sql" ;;
    perl) "${@:2}" perl "$area/work.pl" ;;
  esac
}
count() {  # PROGRAM RATE
  rm -f "$area/stats"
  run "$1" env SWIFTMALLOC_GUARD_SAMPLE="$2" SWIFTMALLOC_PROFILE_SEED=7 LD_PRELOAD="$library" \
    valgrind --tool=callgrind --callgrind-out-file=/dev/null >/dev/null 2>"$area/out"
  sed -n 's/.*Collected : //p' "$area/out"
}
guarded() {  # PROGRAM RATE
  run "$1" env SWIFTMALLOC_GUARD_SAMPLE="$2" SWIFTMALLOC_PROFILE_SEED=7 SWIFTMALLOC_STATS=json \
    SWIFTMALLOC_LOG="$area/stats" LD_PRELOAD="$library" >/dev/null
  sed -n 's/.*"guarded":{"live":[0-9]*,"total":\([0-9]*\),"covered":\([0-9]*\).*/\1 \2/p' "$area/stats"
  rm -f "$area/stats"
}
echo "program  GUARD_SAMPLE  instructions  more  guarded  of covered stacks"
for program in python3 sqlite3 perl; do
  plain=$(count "$program" none)
  echo "$program  none  $plain"
  for rate in 4m 1m 256k 64k; do
    with=$(count "$program" "$rate")
    read -r total covered < <(guarded "$program" "$rate")
    awk -v p="$program" -v r="$rate" -v a="$plain" -v b="$with" -v t="$total" -v c="$covered" \
      'BEGIN { printf "%s  %s  %s  %.2f %%  %s  %s\n", p, r, b, (b - a) / a * 100, t, c }'
  done
done

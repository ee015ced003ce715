# title: sort --parallel, gawk, sed, join, comm, paste, split, sha256sum on 60 000 lines
# needs: coreutils gawk sed grep findutils
# command: sort gawk sed grep find xargs
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

prose 60000 >text
sort --parallel=4 -S 8M text | digest
sort --parallel=2 -k3,3 -k1,1r text | digest
gawk '{ for (i = 1; i <= NF; i++) { count[$i]++; where[$i] = where[$i] "," NR } }
      END { n = asorti(count, names); for (i = 1; i <= n; i++) print names[i], count[names[i]], length(where[names[i]]) }' text | digest
sed -E 's/(w[0-9a-f]+) (the|of)/\2-\1/g; /memory/{s/block/BLOCK/g;h;G}' text | digest
grep -cE '(heap|span).*w[0-9]+[a-f]' text
split -l 2000 text part.
find . -name 'part.*' -print0 | xargs -0 -P 3 -n 2 sha256sum | sort -k2 | digest
tr ' ' '\n' <text | sort -u >words
join <(cut -c1-3 words | sort | uniq -c | gawk '{ print $2, $1 }') <(cut -c1-3 words | sort -u) | digest
paste -d, <(head -n 1000 text) <(tail -n 1000 text) | digest
comm -12 <(head -n 3000 words | sort) <(tail -n 3000 words | sort) | wc -l
shuf --random-source=<(yes) text | digest

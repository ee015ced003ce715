# title: zstd on 2 threads: levels 1 to 19, long window, dictionary training
# needs: zstd
# command: zstd
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
prose 40000 >text
for level in 1 3 9 15 19; do
    zstd -q -T2 -"$level" -c text >packed
    zstd -q -dc packed | cmp - text && echo "level $level: $(digest <packed)"
done
zstd -q -T2 --long=27 -c text | zstd -q --long=27 -dc | digest
split -l 50 -a 3 text part.
zstd -q --train part.* -o dictionary --maxdict=20000
for part in part.aa?; do zstd -q -D dictionary -c "$part" | zstd -q -D dictionary -dc | cmp - "$part"; done && echo "dictionary"
zstd -q -t packed && echo "sound"

# title: rsync: a tree of 500 files, changed and synchronised, with deletes, checksums and compression
# needs: rsync
# command: rsync
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
prose 30000 >text
mkdir -p tree/{a,b/c}
split -l 100 -a 3 text tree/a/
split -l 200 -a 3 text tree/b/c/
cp text tree/b/whole
find tree -exec touch -h -d @1700000000 {} +
rsync -ai tree/ copy/ | sort | digest
diff -r tree copy && echo "same"
rm tree/a/aa? && mv tree/b/c tree/moved
sed -i '1000,1010s/the/THE/' tree/b/whole
touch -d @1700000500 tree/b/whole
rsync -ai --delete --no-whole-file --checksum tree/ copy/ | sort | digest
diff -r tree copy && echo "same after the changes"
rsync -a --list-only tree/ | wc -l
# Over a pipe, as over the network, with compression.
cat >local-shell <<'SH'
#!/bin/sh
shift
exec "$@"
SH
chmod +x local-shell
rsync -az -e ./local-shell tree/ anywhere:"$PWD/remote/"
diff -r tree remote && echo "same over a pipe"

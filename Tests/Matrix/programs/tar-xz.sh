# title: tar with xz on 2 threads, gzip, bzip2: round trips of 400 files
# needs: tar xz-utils gzip bzip2
# command: tar xz gzip bzip2
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
mkdir -p tree/{a,b,c}
prose 40000 >text
split -l 100 -a 3 text tree/a/
head -c 3000000 /dev/zero >tree/b/zeros
openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 -in text -out tree/c/noise 2>/dev/null || cp text tree/c/noise
ln -s ../a/aaa tree/c/link
options=(--sort=name --mtime=@1700000000 --owner=0 --group=0 --numeric-owner)
tar "${options[@]}" -cf plain.tar tree
digest <plain.tar
tar "${options[@]}" -I 'xz -T2 -3 --block-size=512KiB' -cf archive.tar.xz tree
xz -t archive.tar.xz && echo "xz is sound"
xz -dc -T2 archive.tar.xz | cmp - plain.tar && echo "xz gives it back"
tar "${options[@]}" -czf archive.tar.gz tree
tar "${options[@]}" -cjf archive.tar.bz2 tree
for archive in archive.tar.*; do
    mkdir out
    tar -C out -xf "$archive"
    diff -r tree out/tree && echo "$archive: same"
    tar -tf "$archive" | digest
    rm -r out
done
xz -9e -k -c tree/a/aaa | xz -dc | cmp - tree/a/aaa && echo "xz -9e"

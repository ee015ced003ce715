# title: xz: compresses 300 KB
# needs: xz-utils
prepare() { seq 50000 >data; }
command=(xz -1 -T1 -k data)

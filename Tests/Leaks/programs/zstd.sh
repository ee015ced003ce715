# title: zstd: compresses 300 KB in one thread
# needs: zstd
prepare() { seq 50000 >data; }
command=(zstd -q -3 --single-thread data -o data.zst)

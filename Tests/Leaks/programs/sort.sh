# title: sort: 20 000 lines by two keys
# needs: coreutils
prepare() { for ((i = 0; i < 20000; i++)); do echo "$((i * 7919 % 1009)) $((i % 13))"; done >data; }
command=(sort --parallel=1 -k2,2n -k1,1nr data)

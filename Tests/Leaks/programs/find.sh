# title: find: 300 files by name, size and kind
# needs: findutils
# quick: yes
prepare() { for ((i = 0; i < 30; i++)); do mkdir -p d$i/e; touch d$i/e/{a,b,c}.txt; done; }
command=(find . -type f -name '*.txt' -size -10k -printf '%p %s\n')

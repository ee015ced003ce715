# title: ls: a directory of 300 files, long
# needs: coreutils
# quick: yes
prepare() { mkdir d; for ((i = 0; i < 300; i++)); do : >d/file$i; done; }
command=(ls -la --color=always d)

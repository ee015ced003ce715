# title: tar: an archive of 200 files
# needs: tar
# quick: yes
prepare() { mkdir d; for ((i = 0; i < 200; i++)); do echo $i >d/file$i; done; ln -s file1 d/link; ln d/file2 d/hard; }
command=(tar --format=pax --sort=name -cf a.tar d)

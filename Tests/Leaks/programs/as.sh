# title: as and its objects: a file of 2 000 instructions
# needs: binutils
# quick: yes
prepare() { { echo .text; for ((i = 0; i < 2000; i++)); do echo "l$i: mov %rax, %rbx"; [ $((i % 10)) != 0 ] || echo " jmp l$((i / 2))"; done; } >work.s; }
command=(as work.s -o work.o)

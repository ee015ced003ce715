# title: dash: loops, functions, aliases, traps
# needs: dash
# quick: yes
command=(/bin/dash -c 'f() { local x; x=$1; eval "v$x=$x$x"; }; i=0; while [ $i -lt 500 ]; do f $i; i=$((i + 1)); done; alias ll="ls -l"; trap "echo bye" EXIT; set -- a b c; for x; do echo "$x"; done')

# title: sed: a script over 5 000 lines
# needs: sed
# quick: yes
prepare() { seq 5000 >data; }
command=(sed -E -n 's/([0-9])([0-9])/\2\1/g; /3$/!{H;x;s/\n/,/;x}; ${x;p}' data)

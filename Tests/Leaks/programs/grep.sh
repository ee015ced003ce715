# title: grep: a regular expression with back references over 20 000 lines
# needs: grep
prepare() { seq 20000 >data; }
command=(grep -nE '([0-9])\1.*3|7$' data)

# title: vim: edits a file by commands, without a terminal
# needs: vim-tiny
prepare() { seq 200 >data; }
command=(vim.tiny -u NONE -i NONE -n -es -c '%s/1/one/g' -c 'g/7/d' -c 'wq' data)

# title: vim in batch mode: search and replace, sort, undo, macros, folds and its script language
# needs: vim
# command: vim
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
prose 8000 >text
cat >commands.vim <<'VIM'
set nocompatible undolevels=1000
edit text
%s/\<w\(\x\+\)\>/<\1>/g
g/memory/normal! Aaddition
sort u
undo
redo
global/heap/move 0
let @q = "ddp$hhx"
normal! 100@q
v/thread/s/the/THE/ge
10,2000join
undo
let g:table = {}
for line in getline(1, '$')
  for word in split(line)
    let g:table[word] = get(g:table, word, 0) + 1
  endfor
endfor
call writefile(map(sort(keys(g:table)), {_, k -> k .. " " .. g:table[k]}), 'words')
call writefile([json_encode(filter(copy(g:table), {k, v -> v > 100}))], 'common')
for g:n in range(60)
  execute 'new file' .. g:n
  call setline(1, map(range(200), {_, k -> 'line ' .. k * g:n}))
  wq
endfor
write! result
quitall!
VIM
vim -u NONE -i NONE -n -N -es -S commands.vim </dev/null || true
for file in result words common; do digest <"$file"; done
cat file? file?? | digest

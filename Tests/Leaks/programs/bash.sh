# title: bash: arrays, functions, arithmetic, pattern substitution
# needs: bash
# quick: yes
command=(/bin/bash -c 'declare -A m; for ((i = 0; i < 2000; i++)); do m[k$((i % 97))]+="$i "; done; f() { local x=${1//1/one}; printf "%s\n" "${#x}"; }; for k in "${!m[@]}"; do f "${m[$k]}"; done; read -r a b <<<"x y"; [[ $a =~ ^x$ ]] && echo "$b"; trap "echo bye" EXIT; exit 0')

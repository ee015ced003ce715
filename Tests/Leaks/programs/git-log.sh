# title: git: log with patches and renames over 30 commits
# needs: git
prepare() {
    git init -q -b main work && cd work && git config user.name Test && git config user.email test@example.org
    for ((i = 0; i < 30; i++)); do seq $i $((i + 200)) >file$((i % 5)); [ $((i % 7)) != 6 ] || git mv -f file0 moved; git add -A; git commit -qm "Commit $i"; done
}
command=(git -C work --no-pager log --stat -p -M --all)

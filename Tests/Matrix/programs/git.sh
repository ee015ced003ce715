# title: git: 150 commits and 1500 by fast-import, merge, clone, gc, log, blame, fsck
# needs: git
# command: git
# quick: yes
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@example
git config --global init.defaultBranch main
git config --global gc.auto 0
git config --global pack.threads 2
git init -q repository
cd repository || exit
prose 2000 >text
for ((i = 1; i <= 150; i++)); do
    export GIT_AUTHOR_DATE="$((1700000000 + i)) +0000" GIT_COMMITTER_DATE="$((1700000000 + i)) +0000"
    sed -i "$((i * 13))s/.*/changed in commit $i/" text
    echo "$i" >"file$((i % 20))"
    git add .
    git commit -q -m "commit $i"
    if [ "$i" = 75 ]; then git branch side; fi
done
git checkout -q side
echo side >side-file
git add . && git commit -q -m side
git checkout -q main
git merge -q -m merge side
git rev-parse HEAD
git log --stat --format='%H %s' | digest
git blame text | digest
git diff HEAD~100 | digest
git grep -c changed HEAD | digest
cd .. || exit

# A long history in one process.
{
    for ((i = 1; i <= 1500; i++)); do
        content="content $i $((i * i))"
        printf 'commit refs/heads/main\ncommitter c <c@example> %d +0000\ndata 2\nc\nM 100644 inline file%d\ndata %d\n%s\n' \
            $((1700000000 + i)) $((i % 300)) ${#content} "$content"
    done
} >stream
git init -q --bare long.git
git -C long.git fast-import --quiet <stream
git -C long.git rev-parse main
git -C long.git fast-export main | digest

git clone -q repository clone
git clone -q --bare "file://$PWD/long.git" transported.git
git -C transported.git rev-parse main
for directory in clone long.git repository; do
    git -C "$directory" gc -q --aggressive --prune=now
    git -C "$directory" fsck --full --strict 2>/dev/null | digest
    git -C "$directory" count-objects -v | grep -E '^(count|in-pack|packs)'
done
git -C clone bundle create -q ../bundle --all
git bundle verify -q bundle 2>/dev/null && echo "bundle verified"
git -C clone archive HEAD | digest

# title: git: status, in a repository of 30 files with changes
# needs: git
prepare() {
    git init -q -b main work && cd work && git config user.name Test && git config user.email test@example.org
    for ((i = 0; i < 30; i++)); do seq $i $((i + 200)) >file$i; done
    git add -A && git commit -qm All && echo changed >file7 && rm file8 && mv file9 other
}
command=(git -C work -c core.preloadIndex=false -c status.submoduleSummary=false status)

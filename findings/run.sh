#!/usr/bin/env bash
# Runs every finding and prints a line for each: "as stated", "CHANGED" with what came, or "not tried" and why.
#
# Usage: findings/run.sh [REGEX]
set -u
cd "$(dirname "$0")"
stated=0 changed=0 untried=0
for script in *.sh; do
  case $script in run.sh | packages.sh) continue ;; esac
  [[ $script =~ ${1:-.} ]] || continue
  output=$(timeout 300 bash "$script" 2>&1)
  case $? in
    0) stated=$((stated + 1)); echo "as stated  ${script%.sh}" ;;
    3) untried=$((untried + 1)); echo "not tried  ${script%.sh}: $(tail -1 <<<"$output")" ;;
    *) changed=$((changed + 1)); echo "CHANGED    ${script%.sh}"; sed 's/^/           /' <<<"$output" ;;
  esac
done
echo "$stated as stated, $changed changed, $untried not tried"
[ "$changed" -eq 0 ]

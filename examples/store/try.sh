#!/usr/bin/env bash
# Two processes with one file, a third one while the file is taken, and the suite: what is left out of it is said.
set -euo pipefail
program=$1 file=$(mktemp -d)/runs.jsonl
trap 'rm -rf "$(dirname "$file")"' EXIT

"$program" "$file" | sed "s#$file#the file#"
printf '{"do":"admit","what":{"ru' >>"$file"  # as when the machine stops in the middle of a line
"$program" "$file" | sed "s#$file#the file#"
flock -n "$file" "$program" "$file" 2>&1 | cut -d: -f1 || true

"$program"_suite --gtest_brief=1 >"$file.suite" || { cat "$file.suite"; exit 1; }
grep -h 'this test needs' "$file.suite" | sort -u
grep -oE '^\[  (PASSED|FAILED)  \]' "$file.suite"

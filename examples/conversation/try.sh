#!/usr/bin/env bash
# Three processes, one conversation. Their runs have other ids each time, and are not shown.
set -euo pipefail
program=$1 run=()
for question in "Which service is slow?" "Since when?" "What helps?"; do
  said=$("$program" "$question" "${run[@]}")
  run=("${said%%$'\n'*}")
  printf '> %s\n%s\n' "$question" "${said#*$'\n'}"
done

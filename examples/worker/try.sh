#!/usr/bin/env bash
# The first process dies within a tool call; the second one is told to leave when the order is done.
set -euo pipefail
program=$1

("$program" "One kettle" || echo "exit code $?") 2>&1 | grep -v Killed

coproc service { exec "$program"; }
while read -r line <&"${service[0]}"; do
  echo "$line"
  [[ $line != *": ok,"* ]] || kill -TERM "$service_PID"
done

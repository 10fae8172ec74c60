#!/usr/bin/env bash
# The smallest agent: the program that is built from examples/hello answers, leaves its run in the journal, and is short.
# usage: hello_test.sh PROGRAM
# [EX-01]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

failed=0
report() { printf '%s %s\n' "$1" "$2"; [ "$1" = ok ] || failed=1; }

said=$(EXECUTUS_DB=$place/hello.db EXECUTUS_MODEL_TIER_FAST=scripted/examples/hello/script.yaml "$1" 2>&1) && code=0 || code=$?
if [ "$code $said" = "0 $(cat examples/hello/expected.txt)" ]; then report ok 'it answers'
else report FAILED "exit $code, said: $said"; fi

if [ -s "$place/hello.db" ]; then report ok 'its run is in the journal'; else report FAILED 'there is no journal'; fi

lines=$(grep -cvE '^ *(//.*)?$' examples/hello/main.cpp)
if [ "$lines" -le 15 ]; then report ok "it has $lines lines of code"; else report FAILED "$lines lines of code are more than 15"; fi
exit $failed

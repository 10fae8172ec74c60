#!/usr/bin/env bash
# The suite of journal stores says which tests it leaves out, and fails a store that is wrong. [API-01]
#   judged_stores_test.sh PROGRAM   (judged_stores.cpp)
set -euo pipefail
program=$1
said=$(mktemp)
trap 'rm -f "$said"' EXIT
die() { echo "error: $*"; cat "$said"; exit 1; }
expect() { grep -qF -- "$1" "$said" || die "it does not say '$1'"; }

"$program" --gtest_filter='Bare/*' >"$said" || die "a store that lacks much fails what it could do"
for need in "stores that read the time from the suite's clock" "a worker that is opened after another one was closed" \
  "several workers at the same time" "a worker that is presumed dead"; do expect "this test needs $need"; done
expect '[       OK ] Bare/JournalConformance.AdmitsARunWithItsFirstEntry/0'
expect '[  SKIPPED ] Bare/JournalConformance.TakesOverTheRunsOfADeadWorker/0'

! "$program" --gtest_filter='Forgetful/*' >"$said" || die "a store that forgets everything passes"
expect '[  FAILED  ] Forgetful/JournalConformance.HasWhatItAcknowledgedWhenItIsOpenedAgain/0'
expect 'does not say so: JournalPlace::lacks() names takeover'

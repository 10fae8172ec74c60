#!/usr/bin/env bash
# Builds executus (release) and runs its tests.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$root/scripts/run_tests.sh"
cd "$root"

say "executus tests (Debian 12): installs a compiler, libraries and npm by apt when they are missing (171 MB to download,
940 MB on disk), by npm what the interop tests talk to (55 MB, 200 MB under build/; 2 and 15 MB where there is node 20),
builds (about 230 MB under build/) and runs every test. On 2 cores: 7.5 minutes the first time."
say

need_packages build test
scripts/interop.sh
scripts/build.sh release -DEXECUTUS_TESTS=ON
title "Tests"
fix_seeds
run_tests release

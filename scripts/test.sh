#!/usr/bin/env bash
# Builds executus (release) and runs its tests.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

say "executus tests (Debian 12): installs a compiler and libraries by apt when they are missing (148 MB to download,
810 MB on disk), builds (about 70 MB under build/) and runs every test. On 2 cores: 6 minutes the first time."
say

need_packages build test
scripts/build.sh release -DEXECUTUS_TESTS=ON
title "Tests"
run_tests release

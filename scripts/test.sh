#!/usr/bin/env bash
# Builds executus (release), runs its tests, and the examples as a stranger would build them.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$root/scripts/run_tests.sh"
cd "$root"

say "executus tests (Debian 12): installs a compiler, libraries and npm by apt when they are missing (211 MB to download,
1080 MB on disk), by npm what the interop tests talk to (55 MB, 200 MB under build/; 2 and 15 MB where there is node 20),
builds (about 230 MB under build/) runs every test, and builds and runs the
examples with clang and g++. On 2 cores: 9 minutes the first time."
say

need_packages build test
scripts/interop.sh
scripts/build.sh release -DEXECUTUS_TESTS=ON
title "Examples"
examples=ok
scripts/examples.sh || examples=failed
title "Tests"
fix_seeds
run_tests release
[ "$examples" = ok ] || die "the examples: see above"

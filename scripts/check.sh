#!/usr/bin/env bash
# What a change has to pass besides scripts/test.sh: formatting, layers, the reference of the headers, clang-tidy on what
# changed, the tests under ASan and UBSan and under TSan, the crash tests with many rounds, and the fuzzers for a while. One
# step after the other; a failed one stops none.
# scripts/check.sh [STEP...] runs only the named steps: format layers docs tidy asan tsan crash fuzz.
# EXECUTUS_TEST_SECONDS: what scripts/test.sh took before it; the last lines count it in.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$root/scripts/run_tests.sh"
cd "$root"

say "executus checks (Debian 12): installs ccache, clang-format, clang-tidy, doxygen, libvips, the sanitizers' runtime and
their symbolizer by apt when they are missing (174 MB to download, 790 MB on disk, besides those of test.sh), builds
(about 2 GB under build/). On 2 cores: 38 minutes the first time."

# Joined by &&, since bash forgets `set -e` inside a condition.
step_format() { scripts/format.sh --check; }
step_layers() { scripts/layers.sh; }
step_docs() {
  scripts/features.sh --check && scripts/texts.sh && rm -rf build/docs && doxygen docs/Doxyfile && say "build/docs/html/index.html"
}
step_tidy() { scripts/tidy.sh; }
step_asan() { scripts/interop.sh && scripts/build.sh asan -DEXECUTUS_TESTS=ON && run_tests asan; }
# Without the program, and so without the tests that start it: what has threads is tested below it. Without the image module:
# TSan knows nothing of the locks inside libvips and glib, and takes their threads for races. What is suppressed is known
# by the names of functions, and these by the symbolizer, which it does not find by itself.
step_tsan() {
  scripts/interop.sh && scripts/build.sh tsan -DEXECUTUS_TESTS=ON "-DEXECUTUS_WITHOUT=src/cli;vips" &&
    TSAN_OPTIONS="suppressions='$root/scripts/tsan.supp' external_symbolizer_path=$(command -v llvm-symbolizer-19)" run_tests tsan
}
step_crash() {
  scripts/build.sh release -DEXECUTUS_TESTS=ON &&
    EXECUTUS_CRASH_ROUNDS=${EXECUTUS_CRASH_ROUNDS:-100} run_tests release -L crash
}
# The same walk each time: red is the change's doing. Who runs scripts/fuzz.sh by hand goes elsewhere.
step_fuzz() { EXECUTUS_FUZZ_RANDOM=${EXECUTUS_FUZZ_RANDOM:-1} scripts/fuzz.sh 8; }

passed=0 failed=0 took=()
run_step() {  # run_step NAME
  local begin=$SECONDS
  title "$1"
  local said="${green}ok$plain"
  if "step_$1"; then passed=$((passed + 1)); else failed=$((failed + 1)) && said="${red}failed$plain"; fi
  took+=("$said $1, $((SECONDS - begin)) s")
  say "${took[-1]}"
}

fix_seeds
need_packages build test check
[ $# -gt 0 ] || set -- format layers docs tidy asan tsan crash fuzz
for step; do run_step "$step"; done

title "Steps"
[ -z "${EXECUTUS_TEST_SECONDS:-}" ] || say "${green}ok$plain scripts/test.sh, $EXECUTUS_TEST_SECONDS s"
printf '%s\n' "${took[@]}"
say "$((${EXECUTUS_TEST_SECONDS:-0} + SECONDS)) s in all"
say_flaky
say "$passed passed, $failed failed"
[ "$failed" = 0 ]

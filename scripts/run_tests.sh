# Runs tests that are built, and counts them. Sourced after lib.sh.
#
# EXECUTUS_RETRIES (0 unless set; .ci/run sets 2): so often a failed test is run again, alone. When it then passes, it
# counts as passed and is named as FLAKY in the last lines. Failed for good at once: what a sanitizer reports, and what
# is labelled `crash`, since there a rare failure is what the test looks for.

# What is random in the crash tests is the same each time here; the tests started by hand choose for themselves.
fix_seeds() {
  export EXECUTUS_CRASH_SEED=${EXECUTUS_CRASH_SEED:-1}
  say "Seed of the crash tests: $EXECUTUS_CRASH_SEED (another one: EXECUTUS_CRASH_SEED=N)."
}

flaky_tests=$logs/flaky
# The tests of this .ci/run that passed only when they were run again.
say_flaky() { [ -z "${EXECUTUS_RETRIES:-}" ] || [ ! -s "$flaky_tests" ] || cat "$flaky_tests"; }

# A test's name as a regular expression of ctest.
exactly() { printf '^%s$' "$(sed 's/[][\.*^$+?(){}|]/\\&/g' <<<"$1")"; }

# Fails when the test fails. Its output goes to a log of its own, so that the first failure stays readable.
run_again() {  # run_again PRESET NAME
  local report=$logs/again-$1.xml
  rm -f "$report"
  ctest --test-dir "build/$1" -R "$(exactly "$2")" --timeout 300 --output-on-failure --no-tests=error \
    --output-junit "$report" </dev/null >>"$logs/again-$1.log" 2>&1
  [ -s "$report" ] && awk -f "$root/scripts/count_tests.awk" "$report" >/dev/null
}

passes_again() {  # passes_again PRESET NAME
  local try
  for ((try = 1; try <= EXECUTUS_RETRIES; ++try)); do
    say "running again, alone ($try of $EXECUTUS_RETRIES): $2"
    if run_again "$1" "$2"; then
      say "FLAKY: $2 (build/$1; failed, then passed alone at try $try; the failure: ${logs#"$root"/}/tests-$1.log)" >>"$flaky_tests"
      return 0
    fi
  done
  return 1
}

# Takes the output of count_tests.awk and says how many of its failed tests pass when they are run again.
count_flaky() {  # count_flaky PRESET COUNTED
  local name at_once flaky=0
  at_once=$(ctest --test-dir "build/$1" -N -L '^crash$' </dev/null | sed -n 's/^ *Test *#[0-9]*: //p')
  while read -r name; do
    if grep -qxF "$name" <<<"$at_once"; then say "not run again, for it is labelled crash: $name" >&2
    elif passes_again "$1" "$name" >&2; then flaky=$((flaky + 1)); fi
  done < <(sed -n 's/^failed: //p' <<<"$2")
  echo $flaky
}

# Runs what is built in a folder of build/ and ends with a line "N passed, N failed". Fails when a test failed, could not be
# started, or when there was none. What ctest skipped on a test's own word (GTEST_SKIP) is listed, and counted as neither.
run_tests() {  # run_tests PRESET [CTEST_OPTION...]
  local report=$logs/tests-$1.xml log=$logs/tests-$1.log preset=$1 counted passed failed flaky=0
  shift
  rm -f "$report" "$logs/again-$preset.log"
  ctest --test-dir "build/$preset" "$@" -j "$(nproc)" --timeout 300 --output-on-failure --no-tests=error \
    --test-output-truncation middle --output-junit "$report" </dev/null 2>&1 |
    tee "$log" | grep -vE '^ +Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test +#[0-9]+: .* Passed |^(Test project|Internal ctest) ' || true
  [ -s "$report" ] || { say "${red}failed:$plain ctest left no report; its output: $log"; say "0 passed, 1 failed"; return 1; }
  counted=$(awk -f "$root/scripts/count_tests.awk" "$report") || true
  sed '$d' <<<"$counted"
  read -r passed _ failed _ < <(tail -n 1 <<<"$counted")
  if [ "$failed" -gt 0 ] && [ "${EXECUTUS_RETRIES:-0}" -gt 0 ]; then flaky=$(count_flaky "$preset" "$counted"); fi
  say_flaky
  say "$((passed + flaky)) passed, $((failed - flaky)) failed"
  [ "$failed" = "$flaky" ]
}

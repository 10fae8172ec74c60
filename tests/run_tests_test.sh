#!/usr/bin/env bash
# What scripts/run_tests.sh makes of failed tests, tried with a ctest that fails to order.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=$(mktemp -d)
unset EXECUTUS_CRASH_SEED  # the caller's seed must not reach the tests below
trap 'rm -rf "$place"' EXIT

failed=0
report() { printf '%s %s\n' "$1" "$2"; [ "$1" = ok ] || failed=1; }

# $place/tests has a line for each test: NAME LABEL OUTCOME..., one outcome for each time it is run (the last one stays):
# pass, fail, report (what AddressSanitizer says), skip.
mkdir -p "$place/scripts" "$place/bin" "$place/build/release"
cp "$here"/scripts/{lib.sh,run_tests.sh,count_tests.awk} "$place/scripts"
cat >"$place/bin/ctest" <<'EOF'
#!/usr/bin/env bash
pattern=. label=. junit='' list=''
while [ $# -gt 0 ]; do
  case $1 in
    -R) pattern=$2; shift ;;
    -L) label=$2; shift ;;
    -N) list=yes ;;
    --output-junit) junit=$2; shift ;;
  esac
  shift
done
cd "$(dirname "$0")/.."
number=0
[ -n "$list" ] || echo '<testsuite>' >"$junit"
while read -r name has outcomes; do
  grep -qE -- "$pattern" <<<"$name" && grep -qE -- "$label" <<<"$has" || continue
  if [ -n "$list" ]; then echo "  Test #$((++number)): $name"; continue; fi
  echo "$name" >>ran
  read -ra outcomes <<<"$outcomes"
  time=$(grep -cxF "$name" ran) last=${#outcomes[@]}
  outcome=${outcomes[$((time > last ? last - 1 : time - 1))]}
  status=fail inside='<failure message="Failed"/><system-out>expected 1</system-out>'
  case $outcome in
    pass) status=run inside='<system-out/>' ;;
    report) inside='<system-out>==7==ERROR: AddressSanitizer: heap-use-after-free</system-out>' ;;
    skip) status=notrun inside='<skipped message="SKIP_RETURN_CODE=0"/>' ;;
  esac
  printf '\t<testcase name="%s" status="%s">\n\t\t%s\n\t</testcase>\n' "${name//&/&amp;}" "$status" "$inside" >>"$junit"
done <tests
[ -n "$list" ] || echo '</testsuite>' >>"$junit"
EOF
chmod +x "$place/bin/ctest"

# Runs the tests given as lines and keeps what was said and the exit code.
try() {  # try RETRIES LINE...
  local retries=$1
  shift
  printf '%s\n' "$@" >"$place/tests"
  rm -rf "$place/ran" "$place/build/logs"
  code=0
  said=$(cd "$place" && PATH=$place/bin:$PATH EXECUTUS_RETRIES=$retries bash -c \
    'source scripts/lib.sh; source scripts/run_tests.sh; run_tests release' 2>&1) || code=$?
}
runs_of() { grep -cxF "$1" "$place/ran" || true; }
last_line() { tail -n 1 <<<"$said"; }
check() {  # check WHAT CONDITION...
  local what=$1
  shift
  if "$@"; then report ok "$what"; else report FAILED "$what; exit $code, said: $said"; fi
}
ends_with() { [ "$(last_line)" = "$1" ]; }
says() { grep -qF "$1" <<<"$said"; }
silent() { ! grep -qF "$1" <<<"$said"; }

try 2 'A.Good unit pass' 'A.Lucky unit fail pass'
check 'a test that passes alone counts as passed' ends_with '2 passed, 0 failed'
check 'the run goes on' [ "$code" = 0 ]
check 'the line before the last names it as FLAKY' grep -q '^FLAKY: A.Lucky ' <(tail -n 2 <<<"$said")
check 'what passed is not run again' [ "$(runs_of A.Good)" = 1 ]

try 2 'A.Lucky unit fail fail pass'
check 'it has two more tries' ends_with '1 passed, 0 failed'

try 2 'A.Broken unit fail' 'A.BrokenToo unit fail pass'
check 'a test that fails three times is red' ends_with '1 passed, 1 failed'
check 'and so is the run' [ "$code" != 0 ]
check 'after three runs' [ "$(runs_of A.Broken)" = 3 ]
check 'another one is still tried' [ "$(runs_of A.BrokenToo)" = 2 ]

try 2 'A.Leaks unit report pass'
check "a sanitizer's report is red at once" ends_with '0 passed, 1 failed'
check 'without another run' [ "$(runs_of A.Leaks)" = 1 ]

try 2 'Crash.Once crash fail pass'
check 'what is labelled crash is red at once' ends_with '0 passed, 1 failed'
check 'without another run as well' [ "$(runs_of Crash.Once)" = 1 ]

try 2 'crash_tools.Mends crash_tools fail pass'
check 'a label that only begins with crash is another one' ends_with '1 passed, 0 failed'

try 2 'All/P.Of[a]+b/c&d unit fail pass'
check 'names are taken as they are' ends_with '1 passed, 0 failed'

try 0 'A.Lucky unit fail pass'
check 'without EXECUTUS_RETRIES nothing is run again' [ "$(runs_of A.Lucky)" = 1 ]
check 'and the test is red' ends_with '0 passed, 1 failed'
check 'and not called flaky' silent FLAKY

try 2 'A.Skips unit skip' 'A.Good unit pass'
check 'a skipped test is neither' ends_with '1 passed, 0 failed'
check 'and named' says 'skipped: A.Skips'

try 2 'A.Skips unit skip'
check 'no test at all is red' ends_with '0 passed, 1 failed'

# The places where the switches are set.
check '.ci/run retries twice' grep -qx 'export EXECUTUS_RETRIES=2' "$here/.ci/run"
check '.ci/run forgets the flaky tests of the run before' grep -q 'rm -f build/logs/flaky' "$here/.ci/run"
check 'check.sh names flaky tests before its last line' grep -qx say_flaky <(tail -n 4 "$here/scripts/check.sh")
for script in test check; do
  check "$script.sh fixes the seeds" grep -qx fix_seeds "$here/scripts/$script.sh"
  check "$script.sh does not retry by itself" [ "$(grep -c RETRIES "$here/scripts/$script.sh")" = 0 ]
done
said=$(cd "$place" && bash -c 'source scripts/lib.sh; source scripts/run_tests.sh; fix_seeds; env') code=0
check 'the seed is fixed' grep -qx EXECUTUS_CRASH_SEED=1 <<<"$said"
check 'and printed' says 'Seed of the crash tests: 1'
said=$(cd "$place" && EXECUTUS_CRASH_SEED=7 bash -c 'source scripts/lib.sh; source scripts/run_tests.sh; fix_seeds; env')
check 'the environment chooses another one' grep -qx EXECUTUS_CRASH_SEED=7 <<<"$said"
exit $failed

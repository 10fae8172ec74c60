#!/usr/bin/env bash
# Builds the fuzzers of fuzz/ and runs each of them: scripts/fuzz.sh [SECONDS [FUZZER...]]
# SECONDS for each, 20 unless said; 0 runs the seeds only. As many at a time as there are cores. What they find out goes to
# build/fuzz/corpus/ and is where the next run begins; the seeds in fuzz/corpus/ stay as they are. EXECUTUS_FUZZ_RANDOM: the number
# that the search begins with, another one each time unless said. See fuzz/README.md.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

seconds=${1:-20}
[ $# -eq 0 ] || shift
need_packages build check
scripts/build.sh fuzz

fuzzers=("$@")
[ $# -gt 0 ] || mapfile -t fuzzers < <(sed -n 's/^executus_fuzzer(\([a-z0-9_]*\) .*/\1/p' fuzz/CMakeLists.txt)
work=build/fuzz
rm -rf "$work/verdicts"
mkdir -p "$work/verdicts" "$work/findings" "$work/dictionaries"

# The seeds once each, then what is new for as long as was asked for.
fuzz() {  # fuzz NAME
  local corpus=$work/corpus/$1 words=$work/dictionaries/$1.dict seeds file
  local options=(-timeout=10 -rss_limit_mb=2048 -max_len=4096 "-seed=${EXECUTUS_FUZZ_RANDOM:-0}" "-artifact_prefix=$work/findings/$1-")
  mapfile -t seeds < <(find "fuzz/corpus/$1" -type f)
  [ ${#seeds[@]} -gt 0 ] || { say "fuzz/corpus/$1 is missing: a fuzzer has seeds"; return 1; }
  "$work/fuzz/fuzz_$1" "${options[@]}" "${seeds[@]}" || return
  [ "$seconds" != 0 ] || return 0
  mkdir -p "$corpus"
  for file in common "$1"; do [ ! -f "fuzz/dictionaries/$file.dict" ] || cat "fuzz/dictionaries/$file.dict"; done >"$words"
  "$work/fuzz/fuzz_$1" "${options[@]}" "-dict=$words" "-max_total_time=$seconds" -print_final_stats=1 "$corpus" "fuzz/corpus/$1"
}

# How many inputs a log tells of: of the last stage, since one that ran nothing has found nothing.
inputs_in() {  # inputs_in LOG
  [ "$seconds" != 0 ] || { grep -c '^Executed ' "$1" || true; return; }
  awk '/^stat::number_of_executed_units:/ { n = $2 } END { print n + 0 }' "$1"
}

show_finding() {  # show_finding NAME LOG
  local found
  grep -aE -m 4 'this does not hold: |^the text: |^SUMMARY: |runtime error: |terminate called|is missing: ' "$2" | cut -c 1-300 || true
  found=$(sed -n 's/.*Test unit written to //p' "$2" | tail -n 1)
  [ -n "$found" ] || found=$(sed -n 's/^Running: //p' "$2" | tail -n 1)  # a seed
  [ -z "$found" ] || say "the input: $found
to repeat it: $work/fuzz/fuzz_$1 $found"
}

run_fuzzer() {  # run_fuzzer NAME
  local log=$logs/fuzz-$1.log verdict=passed inputs edges
  fuzz "$1" >"$log" 2>&1 </dev/null || verdict=failed
  inputs=$(inputs_in "$log")
  edges=$(awk 'match($0, / cov: [0-9]+/) { edges = substr($0, RSTART + 6, RLENGTH - 6) } END { if (edges) print ", " edges " edges" }' "$log")
  [ "$inputs" -gt 0 ] || verdict=failed
  echo "$verdict" >"$work/verdicts/$1"
  if [ "$verdict" = passed ]; then
    say "${green}ok$plain $1, $inputs inputs$edges"
  else
    say "${red}failed$plain $1, $inputs inputs; all of its output: $log"
    show_finding "$1" "$log"
  fi
}

begin=$SECONDS
for name in "${fuzzers[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
  { verdict=$(run_fuzzer "$name"); say "$verdict"; } &  # at once: others print too
done
wait

passed=$(cat "$work"/verdicts/* | grep -c passed || true)
failed=$((${#fuzzers[@]} - passed))
say "fuzzed in $((SECONDS - begin)) s"
say "$passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" = 0 ]

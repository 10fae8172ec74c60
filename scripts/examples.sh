#!/usr/bin/env bash
# Installs the release build into a folder of its own, builds the examples against it as a stranger would, with
# find_package(executus) and both compilers, and runs them: what they print is what their expected.txt says.
#   scripts/examples.sh [EXAMPLE...]   default: all of them
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

prefix=$root/build/installed
examples=("$@")
[ $# -gt 0 ] || mapfile -t examples < <(cd examples && ls -d */main.cpp | cut -d/ -f1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Not optimised: what counts is that it compiles, without a warning, and what it does.
build_with() {  # build_with COMPILER
  local folder=$root/build/examples-$1
  rm -rf "$folder"
  quietly "examples-configure-$1" cmake -S examples -B "$folder" -G Ninja -DCMAKE_CXX_COMPILER="$1" \
    -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror"
  quietly "examples-build-$1" cmake --build "$folder" -j "$(nproc)" --target "${examples[@]/#/example_}"
}

# Every example runs in the root of the sources with a journal of its own, a script for each tier it names (script.yaml,
# script_TIER.yaml) and input.txt on its standard input. One of several processes has a try.sh, which gets the program's path.
run_example() {  # run_example COMPILER NAME
  local folder=examples/$2 program=$root/build/examples-$1/example_$2 said=$work/$1-$2.txt input=/dev/null script tier
  local run=("$program") settings=(EXECUTUS_DB="$work/$1-$2.db")
  for script in "$folder"/script*.yaml; do
    tier=${script##*/script} && tier=${tier%.yaml} && tier=${tier#_}
    [ ! -e "$script" ] || settings+=("EXECUTUS_MODEL_TIER_$(tr a-z A-Z <<<"${tier:-fast}")=scripted/$root/$script")
  done
  [ ! -e "$folder/input.txt" ] || input=$folder/input.txt
  [ ! -e "$folder/try.sh" ] || run=("$folder/try.sh" "$program")
  env "${settings[@]}" timeout 60 "${run[@]}" <"$input" >"$said" 2>&1 || say "exit code $?" >>"$said"
  sed -i "s#$root/##g" "$said"
  diff -u "$folder/expected.txt" "$said" || die "$2, built with $1, said something else than $folder/expected.txt"
}

for example in "${examples[@]}"; do
  [ "$(wc -l <"examples/$example/main.cpp")" -le 80 ] || die "examples/$example/main.cpp has more than 80 lines: make it shorter"
done
scripts/build.sh release -DEXECUTUS_TESTS=ON
rm -rf "$prefix"
quietly install cmake --install build/release --prefix "$prefix"
for compiler in clang++-19 g++; do
  begin=$SECONDS
  build_with "$compiler"
  for example in "${examples[@]}"; do run_example "$compiler" "$example"; done
  say "ok: ${#examples[@]} examples with $("$compiler" --version | head -n 1), $((SECONDS - begin)) s"
done

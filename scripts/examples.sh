#!/usr/bin/env bash
# Installs the release build into a folder of its own, builds the examples against it as a stranger would, with g++ and
# find_package(executus), and runs them.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

prefix=$root/build/installed examples=$root/build/examples
scripts/build.sh release -DEXECUTUS_TESTS=ON
rm -rf "$prefix" "$examples"
quietly install cmake --install build/release --prefix "$prefix"
quietly examples-configure cmake -S examples -B "$examples" -G Ninja -DCMAKE_CXX_COMPILER=g++ -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS="-Wall -Wextra"
quietly examples-build cmake --build "$examples" -j "$(nproc)"
say "built with $(g++ --version | head -n 1)"

# Every example runs with a scripted model of its own and a state of its own.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ran=0
for program in "$examples"/example_*; do
  name=${program##*/example_}
  [ -x "$program" ] || continue
  EXECUTUS_DB=$work/$name.db EXECUTUS_MODEL_TIER_FAST=scripted/$root/examples/$name/script.yaml \
    quietly "example-$name" timeout 60 "$program"
  say "ok $name: $(tail -n 1 "$logs/example-$name.log")"
  ran=$((ran + 1))
done
[ "$ran" -gt 0 ] || die "no example was built"

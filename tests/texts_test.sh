#!/usr/bin/env bash
# scripts/texts.sh finds texts that name what is not there, and is content with this tree and with a small one.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

failed=0
report() { printf '%s %s\n' "$1" "$2"; [ "$1" = ok ] || failed=1; }

# A small tree without a fault; each try puts one into it.
tree() {
  rm -rf "$place/tree"
  mkdir -p "$place/tree"/{docs/errors,docs/guides,include/executus/base,src/base,src/testing,scripts}
  cd "$place/tree"
  printf '| code | what |\n|---|---|\n| `store.io` | disk |\n| `store.full` | disk |\n| `config.any` | text |\n| `internal` | others (`models.limits`) |\n' >docs/errors/README.md
  printf '// The idea is in the header (executus/base/error.hpp, or base/error.hpp, or error.hpp).\nthrow failed("store.io", "no"); f("store.full", "config.any", "internal", "prices.yaml");\n' >src/base/error.cpp
  printf 'failed("test.only", "no");\n' >src/base/error_test.cpp
  printf '// What went wrong.\n' >include/executus/base/error.hpp
  mkdir docs/adr
  : >docs/adr/0002-why.md
  printf '# see src/base, docs/adr/0002\n' >scripts/x.sh
  printf '[codes](../errors/README.md#table) `src/base/error.cpp` [web](https://x.org/a.md) `f[1](none)`\n' >docs/guides/first.md
}
run() { said=$("$here/scripts/texts.sh" "$place/tree" 2>&1) && code=0 || code=$?; }

tree
run
if [ "$code" = 0 ] && [ -z "$said" ]; then report ok 'a tree without a fault passes'; else report FAILED "it does not pass: $said"; fi

refuses() {  # refuses WHAT FILE LINE WORDS
  tree
  printf '%s\n' "$3" >>"$place/tree/$2"
  run
  if [ "$code" != 0 ] && [ "$(wc -l <<<"$said")" = 1 ] && grep -qF "$4" <<<"$said"; then report ok "refused: $1"
  else report FAILED "$1: exit $code, said: $said"; fi
}
refuses 'a code without a row' src/base/error.cpp 'failed("store.gone", "no");' "'store.gone' has no row"
refuses 'a code of a new area' include/executus/base/error.hpp 'failed("disk.full", "no");' "'disk.full' has no row"
refuses 'a row without a code' docs/errors/README.md '| `store.sold` | never |' "'store.sold', which no code gives"
refuses 'a code of an area that has rows' src/base/error.cpp 'failed("config.other", "no");' "'config.other' has no row"
refuses 'a row for a whole area' docs/errors/README.md '| `config.*` | never |' "'config.*', which no code gives"
refuses 'a second row' docs/errors/README.md '| `store.io` | again |' "two rows for 'store.io'"
refuses 'a row of a word without a code' docs/errors/README.md '| `external` | never |' "'external', which no code gives"
refuses 'a row of a code that only a test gives' docs/errors/README.md '| `test.only` | never |' "'test.only', which no code gives"
refuses 'a header that is not there' src/base/error.cpp '// See base/fault.hpp.' "names 'base/fault.hpp'"
refuses 'a bare header that is not there' src/base/error.cpp 'int n;  // as fault.hpp says' "names 'fault.hpp'"
refuses 'a page that is not there, in a comment' src/base/error.cpp '// docs/errors/pages.md' "names 'docs/errors/pages.md'"
refuses 'a path that is not there, in a page' docs/guides/first.md 'Look at `src/base/fault.cpp`.' "names 'src/base/fault.cpp'"
refuses 'a folder that is not there' docs/guides/first.md '`src/store/`' "names 'src/store'"
refuses 'an ADR that is not there' src/base/error.cpp '// As docs/adr/0001 says.' "names 'docs/adr/0001'"
refuses 'a link to nothing' docs/guides/first.md '[more](second.md)' "links to 'second.md'"
refuses 'a script that is not there' scripts/x.sh '# used by scripts/y.sh' "names 'scripts/y.sh'"

tree
sed -i 's/`store.io` |/`store.io`, `store.full` |/; /^| `store.full`/d' docs/errors/README.md
run
if [ "$code" != 0 ] && [ "$said" = 'docs/errors/README.md: a row for each code, not one for `store.io`, `store.full`' ]; then report ok 'refused: a row for two codes'
else report FAILED "a row for two codes: exit $code, said: $said"; fi

cd "$here"
if said=$(scripts/texts.sh); then report ok 'this tree'; else report FAILED "this tree: $said"; fi
if grep -q 'scripts/texts.sh' scripts/check.sh; then report ok 'check.sh runs it'; else report FAILED 'check.sh does not run it'; fi
exit $failed

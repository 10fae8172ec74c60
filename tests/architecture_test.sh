#!/usr/bin/env bash
# The layers hold in this tree, and the check that says so notices when they do not.
#   tests/architecture_test.sh BUILD_DIR
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

failed=0
report() { printf '%s %s\n' "$1" "$2"; [ "$1" = ok ] || failed=1; }

mkdir "$copy/tree"
cp -r "$here/src" "$here/include" "$copy/tree"
[ ! -d "$here/examples" ] || cp -r "$here/examples" "$copy/tree"

# The tree with one line more has to be refused, with that line's file and `reason` in the message.
refuses() {  # refuses FILE LINE REASON
  mkdir -p "$(dirname "$copy/tree/$1")"
  printf '%s\n' "$2" >>"$copy/tree/$1"
  local said
  if said=$("$here/scripts/layers.sh" "$copy/tree"); then
    report FAILED "a tree with '$2' in $1 passes"
  elif grep -F "$1:" <<<"$said" | grep -qF "$3"; then
    report ok "refused: $2 in $1"
  else
    report FAILED "'$2' in $1 is refused, but with: $said"
  fi
  if [ -e "$here/$1" ]; then cp "$here/$1" "$copy/tree/$1"; else rm "$copy/tree/$1"; fi
}

if "$here/scripts/layers.sh" "$here" "$build"; then report ok "this tree"; else report FAILED "this tree"; fi

# [ARC-01] The model substrate and the agent loop know nothing of the harness above them.
refuses src/llm/catalog/spec.cpp '#include <executus/run/agent.hpp>' 'llm/catalog must not include run'
refuses src/agent/loop.cpp '#include <executus/journal/entry.hpp>' 'agent must not include journal'
refuses include/executus/agent/loop.hpp '#include <executus/run/executor.hpp>' 'agent must not include run'

# Numbers are written in one way, and read to the last digit.
refuses src/run/definition/inputs.cpp 'auto text = boost::json::serialize(value);' 'use parse_json and write_json'
refuses src/run/definition/inputs.cpp 'auto value = json::parse(text);' 'use parse_json and write_json'

# [ARC-06] The kernel includes no battery, no battery another one.
refuses src/run/executor.cpp '#include "critic/signs.hpp"' 'run must not include critic'
refuses include/executus/run/executor.hpp '#include <executus/compact/summarizer.hpp>' 'run must not include compact'
refuses src/deliver/deliveries.cpp '#include "critic/signs.hpp"' 'deliver must not include critic'
refuses src/run/executor_test.cpp '#include "runtime/agent_file/agent_file.hpp"' 'run must not include runtime'
refuses src/llm/openai/wire.cpp '#include "llm/anthropic/wire.hpp"' 'llm/openai must not include llm/anthropic'
refuses src/async/strand.cpp '#include <executus/testing/manual_loop.hpp>' 'async must not include testing'

# The rooms of a folder form no cycle; seen from outside, a room is what its folder is.
refuses src/run/record/recorder.cpp '#include "run/life/live_run.hpp"' 'run/record must not include run/life'
refuses src/llm/answer/wire.cpp '#include "llm/http/model_list.hpp"' 'llm/answer must not include llm/http'
refuses src/llm/openai/chat/request.cpp '#include "llm/openai/responses/item.hpp"' 'llm/openai/chat must not include llm/openai/responses'
refuses src/runtime/agent_file/idle_keys.cpp '#include "runtime/state_path.hpp"' 'stands above the rooms of runtime'
refuses src/base/text.cpp '#include "base/yaml/yaml.hpp"' 'the include of base/yaml in base lies on a cycle'
refuses src/llm/planted/wire.cpp '#include "llm/http/model_list.hpp"' 'llm/planted has no line in scripts/layers.txt'
refuses src/critic/critic.cpp '#include "llm/openai/chat/request.hpp"' 'critic must not include llm/openai'
refuses src/agent/loop.cpp '#include "run/record/recorder.hpp"' 'agent must not include run'

# [ARC-07] sqlite3.h, and any other third-party header, belongs to one folder; public headers name none of them.
refuses src/journal/status.cpp '#include <sqlite3.h>' 'private to src/store/sqlite/'
refuses src/tools/fetch.cpp '#include <curl/curl.h>' 'private to src/net/client/'
refuses src/agent/loop.cpp '#  include <boost/asio/post.hpp>' 'private to src/async/'
refuses src/runtime/agent_file/agent_file.cpp '#include <yaml-cpp/yaml.h>' 'private to src/base/'
refuses include/executus/async/task.hpp '#include <boost/asio/awaitable.hpp>' 'private to'
refuses include/executus/base/json.hpp '#include "base/text.hpp"' 'not installed'
refuses examples/planted/main.cpp '#include "run/life/live_run.hpp"' 'not installed'

# [ARC-04] A light host has the core: no battery, no store and no tool library, which come after `run`, is a layer below
# the kernel.
above=$(awk '$1 == "may" && kernel { print $2 } $2 == "run" { kernel = 1 }' "$here/scripts/layers.txt")
grep -qxF critic <<<"$above" || report FAILED "no battery comes after 'run' in layers.txt"
for layer in "may run" "may agent" "may llm " "core "; do
  line=$(grep "^$layer" "$here/scripts/layers.txt" | head -1)
  if tr ' ' '\n' <<<"${line#* }" | grep -qxF "$above"; then
    report FAILED "a battery in the core: $line"
  else
    report ok "no battery in: ${layer}"
  fi
done

# [ARC-05] The archives of the core call no database and no web library.
mkdir -p "$copy/build/src/journal"
printf 'extern "C" int sqlite3_close(void*);\nint leak() { return sqlite3_close(nullptr); }\n' >"$copy/leak.cpp"
"${CXX:-clang++-19}" -c "$copy/leak.cpp" -o "$copy/leak.o"
ar rc "$copy/build/src/journal/libexecutus_journal.a" "$copy/leak.o"
if said=$("$here/scripts/layers.sh" "$here" "$copy/build"); then
  report FAILED "a core archive that calls sqlite3_close passes"
elif grep -qF sqlite3_close <<<"$said"; then
  report ok "refused: sqlite3_close in an archive of the core"
else
  report FAILED "a core archive with sqlite3_close is refused, but with: $said"
fi

# [ARC-07] A store's tests are linked from the store, the core and the fakes, and from nothing else of this project.
core=$(awk '$1 == "core" { for (i = 2; i <= NF; i++) print "src/" $i "/" }' "$here/scripts/layers.txt")
for store in "$here"/src/store/*/; do
  store=src/store/$(basename "$store")
  programs=$(ninja -C "$build" -t targets all | grep -oE "^$store/[a-z_]+_test:" | tr -d : || true)
  [ -n "$programs" ] || report FAILED "$store has no test program in $build"
  for program in $programs; do
    archives=$(ninja -C "$build" -t inputs "$program" | grep -oE 'src/.*/libexecutus_[a-z_]+\.a' || true)
    strangers=$(grep -vF -e "$store/" -e src/testing/ -e "$core" <<<"$archives" | xargs || true)
    if [ -z "$strangers" ] && [ -n "$archives" ]; then report ok "$program: alone"; else report FAILED "$program needs ${strangers:-nothing at all}"; fi
  done
done

exit $failed

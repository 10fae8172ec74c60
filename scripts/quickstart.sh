#!/usr/bin/env bash
# Builds executus, starts an agent, kills it in the middle with SIGKILL, recovers it, and shows that nothing happened twice.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

say "executus quick start (Debian 12): installs a compiler and libraries by apt when they are missing (128 MB to download,
700 MB on disk) and builds one binary (about 45 MB under build/). On 2 cores: 3 minutes the first time
(the build takes 2 of them), then seconds."
need_packages build
scripts/build.sh release

example=examples/quickstart
model_option=() kill_after=1
if providers=$(compgen -e | grep -xE 'OPENAI_API_KEY|OPENAI_BASE_URL|ANTHROPIC_API_KEY|GEMINI_API_KEY|OLLAMA_HOST|EXECUTUS_MODEL_TIER_FAST'); then
  model="the real one of $(xargs <<<"$providers")"
else
  model="none is configured (for example by OPENAI_API_KEY), so a script stands in for it: $example/script.yaml.
         The log, the tools, the kill and the recovery are real."
  model_option=(--model "scripted/$example/script.yaml") kill_after=3
fi

state=$(mktemp -d "${TMPDIR:-/tmp}/executus-quickstart.XXXXXX")
export EXECUTUS_DB=$state/executus.db
run=quickstart
executus() { "$root/build/release/executus" "$@"; }
events() { executus runs events "$run" --json 2>"$state/events.err"; }
show() { printf '\n%s\n' "$dim\$$plain $bold$*$plain"; }

title "An agent explains why a build failed"
say "agent:   $example/explain.yaml"
say "log:     $example/shop/build.log ($(wc -l <$example/shop/build.log) lines of g++)"
say "model:   $model"
say "journal: $EXECUTUS_DB"

show "executus run $example/explain.yaml \"Why does this build fail?\" ${model_option[*]} &"
"$root/build/release/executus" run "$example/explain.yaml" "Why does this build fail?" --run-id "$run" "${model_option[@]}" \
  </dev/null >"$state/run.log" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT  # Ctrl-C here does not reach a background process
while kill -0 "$pid" 2>/dev/null; do
  events | awk -v responses="$kill_after" -f scripts/quickstart_ready.awk && break
  sleep 0.1
done

if kill -KILL "$pid" 2>/dev/null; then
  trap - EXIT
  wait "$pid" 2>/dev/null || true
  show "kill -KILL $pid"
else
  cat "$state/run.log"
  die "the run ended before it could be killed; the lines above are what it said"
fi
events >"$state/before.jsonl"

show "executus runs list"
executus runs list
show "executus recover"
executus recover || true  # what came of it stands in the journal
events >"$state/after.jsonl"

title "The journal of the run"
awk -v before="$state/before.jsonl" -v width="${COLUMNS:-110}" -f scripts/quickstart_journal.awk "$state/after.jsonl"
say "
More: EXECUTUS_DB=$EXECUTUS_DB build/release/executus runs show $run"

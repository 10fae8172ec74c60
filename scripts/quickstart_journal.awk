# Shows the events of a recovered run and where it was killed, and fails when the journal shows a model call or a tool call
# twice. `before`: the events as they were right after the kill.

# The JSON string that follows `key` in `text`, as it reads; line breaks become `newline`.
function string_after(text, key, newline,   i, c, out) {
  i = index(text, key)
  if (i == 0) return ""
  for (i += length(key) + 1; (c = substr(text, i, 1)) != "\"" && c != ""; i++) {
    if (c == "\\") { c = substr(text, ++i, 1); if (c == "n") c = newline; else if (c == "t") c = " " }
    out = out c
  }
  return out
}
function show(what, detail) { printf "%4d  %-11s %s\n", seq, what, substr(detail, 1, width - 19) }
function wrong(why) { print "error: " why > "/dev/stderr"; failed = 1 }

BEGIN { while ((getline line < before) > 0) old[++kept] = line }

{ seq = $0; sub(/.*"seq":/, "", seq); seq += 0 }
NR <= kept && $0 != old[NR] { wrong("entry " NR " is not what it was at the kill") }
NR == kept + 1 { print "      " sprintf("%-11s", "SIGKILL") " ------------------------------------------" }
{ after = NR > kept }

/"kind":"admitted"/ { show("admitted", "the run is in the journal") }
/"kind":"opened"/ { show("opened", ++attempts == 1 ? "by the first process" : "by the process that recovers it") }
/"kind":"responded"/ {
  models++
  counted["model", after]++
  message = $0
  sub(/.*"message":/, "", message)
  sub(/,"finish":.*/, "", message)
  if (message in seen) wrong("model call " models " is the same as model call " seen[message])
  seen[message] = models
  show("model " models, string_after($0, "\"text\":", " "))
  answer = string_after($0, "\"text\":", "\n")
  rest = $0
  for (i = 0; (at = index(rest, "\"name\":")) > 0; i++) {
    rest = substr(rest, at)
    call[models - 1, i] = string_after(rest, "\"name\":", " ") " " string_after(rest, "\"arguments\":", " ")
    asked++
    rest = substr(rest, 8)
  }
}
/"kind":"settled"/ {
  match($0, /"call":\[[0-9]+,[0-9]+\]/)
  position = substr($0, RSTART + 8, RLENGTH - 9)
  split(position, part, ",")
  counted["tool", after]++
  if (settled[position]++) wrong("tool call " position " was settled twice")
  show("  tool", call[part[1], part[2]])
}
/"kind":"ended"/ { ended = string_after($0, "\"status\":", " "); show("ended", ended) }

END {
  for (position in settled) distinct++
  if (distinct != asked) wrong(asked " tool calls were asked for, " distinct + 0 " have an outcome")
  if (ended != "ok") wrong("the run did not end well")
  if (attempts != 2) wrong("the journal shows " attempts + 0 " processes, not two")
  sub(/\n+$/, "", answer)
  print "\n" answer
  if (failed) exit 1
  printf "\nBefore the kill: %d model calls, %d tool calls. After it: %d model calls, %d tool calls. None happened twice.\n",
    counted["model", 0], counted["tool", 0], counted["model", 1], counted["tool", 1]
}

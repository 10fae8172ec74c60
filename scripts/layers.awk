# Reads layers.txt, then lines `path:line:#include ...`. Writes `from to path:line` for each include from one room of a
# folder, or from the files in the folder itself, to another into the file `between`. See layers.sh.

function fail(why) { printf "%s:%s: error: %s\n", path, line, why; failed = 1 }

# The folder a path without src/ or include/executus/ belongs to: the longest one it begins with, or "".
function folder_of(name,   i, best) {
  sub(/\.[a-z]+$/, "", name)  # include/executus/store/sqlite.hpp is store/sqlite
  for (i = 1; i <= count; i++)
    if (index(name "/", folders[i] "/") == 1 && length(folders[i]) > length(best)) best = folders[i]
  return best
}

function folder_of_public(name) {
  return ("include/executus/" name) in placed ? placed["include/executus/" name] : house(folder_of(name))
}

function folder_of_includer(   name) {
  name = path
  if (sub(/^include\/executus\//, "", name)) return folder_of_public(name)
  return sub(/^src\//, "", name) ? folder_of(name) : "everything"
}

# A room of a folder is to everything outside that folder what the folder is.
function seen_from_outside(to) { return (to in parent) && from != parent[to] && house(from) != parent[to] ? parent[to] : to }
function house(folder) { return folder in parent ? parent[folder] : folder }

# An own header of the project. `scope` says which of the two kinds it is.
function check_own(target, scope,   to) {
  if (path ~ /^include\// && scope == "private") return fail("a public header must not include \"" target "\", which is not installed")
  if (path ~ /^examples\// && scope == "private") return fail("an example must not include \"" target "\", which is not installed")
  if (from == "everything") return
  to = scope == "public" ? folder_of_public(target) : folder_of(target)
  if (to == "") return fail("\"" target "\" lies in no folder of layers.txt")
  to = seen_from_outside(to)
  if (from in parent && to == parent[from] && scope == "private" && !(from in ground) && path !~ /_test\.[a-z]+$/)
    return fail(from " must not include what stands above the rooms of " to " (" target ")")
  if (to != from && house(to) == house(from) && scope == "private" && path !~ /_test\.[a-z]+$/)
    print from, to, path ":" line >between
  if (to == from || (from, to) in may) return
  if (to == "testing" && path ~ /_test\.[a-z]+$/) return
  fail(from " must not include " to " (" target ")")
}

function check_third_party(target,   i, j, places, ok) {
  for (i = 1; i <= privates; i++) {
    if (index(target, prefix[i]) != 1) continue
    ok = 0
    for (j = split(allowed[i], places, " "); j > 0; j--) if (index(path, places[j]) == 1) ok = 1
    if (!ok) fail("<" target "> is private to " (allowed[i] == "" ? "nobody" : allowed[i]))
  }
}

/^ *(#|$)/ && NR == FNR { next }
$1 == "may" && NR == FNR {
  for (i = 3; i <= NF; i++) {
    if ($i == "*") for (j = 1; j <= count; j++) may[$2, folders[j]]
    else if ($i ~ /^-/) delete may[$2, substr($i, 2)]
    else may[$2, $i]
  }
  folders[++count] = $2
}
# A room may include what its folder may, the folder's public headers and the rooms named; the folder all its rooms.
# With `.` the files that lie in the folder itself as well.
$1 == "room" && NR == FNR {
  parent[$2] = $2
  sub(/\/[^\/]*$/, "", parent[$2])
  for (i = 1; i <= count; i++) if ((parent[$2], folders[i]) in may && house(folders[i]) != parent[$2]) may[$2, folders[i]]
  for (i = 3; i <= NF; i++) if ($i == ".") ground[$2]; else may[$2, parent[$2] "/" $i]
  may[$2, parent[$2]]; may[parent[$2], $2]
  folders[++count] = $2
}
$1 == "file" && NR == FNR { placed[$2] = $3 }
$1 == "only" && NR == FNR {
  prefix[++privates] = $2
  for (i = 3; i <= NF; i++) allowed[privates] = allowed[privates] (i > 3 ? " " : "") $i
}
NR == FNR { next }

{
  match($0, /:[0-9]+:/)
  path = substr($0, 1, RSTART - 1)
  line = substr($0, RSTART + 1, RLENGTH - 2)
  if (!match($0, /[<"][^>"]*[>"]/)) next
  target = substr($0, RSTART + 1, RLENGTH - 2)
  quoted = substr($0, RSTART, 1) == "\""
  checked++
  from = folder_of_includer()
  if (from == "") { fail("this file lies in no folder of layers.txt"); next }
  if (sub(/^executus\//, "", target)) check_own(target, "public")
  else if (quoted && path !~ /^(tests|fuzz|examples)\//) check_own(target, "private")
  else if (quoted && path ~ /^examples\// && folder_of(target) != "") check_own(target, "private")
  else check_third_party(target)
}
END {
  if (checked == 0) { print "error: there is no #include to check here"; failed = 1 }
  else print "includes: " checked
  exit failed
}

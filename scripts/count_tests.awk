# Counts the cases of a JUnit report as ctest writes it; the last line is "N passed, N failed".
# A case that ctest could not run is failed, unless the test itself said that it skips. What a sanitizer reported is told
# apart, for no second run makes it good.
function plain(text) {
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
  gsub(/&amp;/, "\\&", text)
  return text
}
/^[ \t]*<testcase / { name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name); name = plain(name); open = 1; reported = 0 }
/^[ \t]*<testcase .*status="run"/ { passed++; open = 0 }
/^[ \t]*<testcase .*status="disabled"/ { print "disabled: " name; open = 0 }
open && /<skipped message="SKIP_/ { print "skipped: " name; open = 0 }
open && /(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|: runtime error: / { reported = 1 }
/^[ \t]*<\/testcase>/ { if (open) { failed++; print (reported ? "failed, with a sanitizer's report: " : "failed: ") name } open = 0 }
END {
  if (passed + failed == 0) { print "no test ran"; failed = 1 }
  printf "%d passed, %d failed\n", passed, failed
  exit failed > 0
}

# Counts the cases of a JUnit report as ctest writes it; the last line is "N passed, N failed".
# A case that ctest could not run is failed, unless the test itself said that it skips.
/^[ \t]*<testcase / { name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name); open = 1 }
/^[ \t]*<testcase .*status="run"/ { passed++; open = 0 }
/^[ \t]*<testcase .*status="disabled"/ { print "disabled: " name; open = 0 }
open && /<skipped message="SKIP_/ { print "skipped: " name; open = 0 }
/^[ \t]*<\/testcase>/ { if (open) { failed++; print "failed: " name } open = 0 }
END {
  if (passed + failed == 0) { print "no test ran"; failed = 1 }
  printf "%d passed, %d failed\n", passed, failed
  exit failed > 0
}

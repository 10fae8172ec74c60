# Says which of the cases fail; exit code 1 if one does.
. ./slug.sh
failed=0
check() {
  said=$(slug "$1")
  [ "$said" = "$2" ] || { echo "slug '$1' is '$said', not '$2'"; failed=1; }
}
check "Report" "report"
check "Hello, World" "hello-world"
check "  Spaces  " "spaces"
[ "$failed" = 0 ] && echo "all pass"
exit "$failed"

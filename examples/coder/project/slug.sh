# A title as part of an address: slug "Hello, World" says hello-world.
slug() {
  printf '%s' "$1" | tr 'A-Z' 'a-z' | tr -c 'a-z0-9' '-'
  echo
}

// Regular expressions of other people's schemas: the first line is one, the rest the text. None backtracks for ever.
#include "base/pattern/pattern.hpp"

#include "base/pattern/lookahead_pattern.hpp"
#include "fuzz/property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  auto [first, rest] = split_at_line(text_of(data, size));
  (void)pattern_cost(first);
  Pattern pattern(first);
  if (!pattern.ok()) return 0;
  auto found = pattern.search(rest);
  expect(pattern.search(rest) == found && Pattern(pattern).search(rest) == found, "equal texts match alike");
  return 0;
}

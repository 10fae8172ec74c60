// JSON values one after the other: the same however the bytes were cut; each is closed, or a line of something else.
#include <optional>
#include <vector>

#include <executus/base/json_scan.hpp>
#include <executus/llm/kit/json_values.hpp>

#include "fuzz/cuts.hpp"
#include "fuzz/fed.hpp"
#include "fuzz/property.hpp"

namespace executus::fuzz {
namespace {

struct ValuesOutcome {
  std::vector<std::string> values;
  std::string pending;
  bool operator==(const ValuesOutcome&) const = default;
};

// Nothing: a value was too long.
std::optional<ValuesOutcome> values_in(const Pieces& pieces, std::size_t limit) {
  llm::JsonValues parser(limit);
  ValuesOutcome outcome;
  if (!fed(parser, pieces, outcome.values)) return std::nullopt;
  outcome.pending = parser.pending();
  return outcome;
}

void check_value(const std::string& value) {
  JsonScan scan;
  bool whole = scan.feed(value) == value.size() && scan.state() == JsonScan::State::whole;
  expect(whole || value.find('\n') == std::string::npos, "a value is closed, or one line", value);
}

void check_limit(std::string_view bytes, std::size_t limit) {
  auto whole = values_in({bytes}, limit);
  for_each_cut(bytes, [&](const Pieces& pieces) {
    expect(values_in(pieces, limit) == whole, "values do not depend on how the bytes were cut");
  });
  if (!whole) return;
  for (const auto& value : whole->values) check_value(value);
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus::fuzz;
  auto bytes = text_of(data, size);
  check_limit(bytes, 32);
  check_limit(bytes, size);
  return 0;
}

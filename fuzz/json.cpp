// JSON: what was read is written so that it is read the same; nesting is bounded; no error quotes the text.
#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "fuzz/property.hpp"

namespace executus::fuzz {
namespace {

std::size_t depth_of(const boost::json::value& value) {
  std::size_t deepest = 0;
  if (const auto* object = value.if_object())
    for (const auto& member : *object) deepest = std::max(deepest, depth_of(member.value()));
  if (const auto* array = value.if_array())
    for (const auto& element : *array) deepest = std::max(deepest, depth_of(element));
  return deepest + (value.is_structured() ? 1 : 0);
}

void check_error(const Error& error) {
  expect(error.code() == "json.malformed", "an error of JSON has the code of one");
  expect(!has_canary(error.message()) && error.message().size() < 256, "an error quotes nothing", error.message());
}

void check_json(std::string_view text) {
  auto value = parse_json(text);
  if (!value) return check_error(value.error());
  expect(is_valid_utf8(text), "JSON is valid UTF-8");
  expect(depth_of(*value) <= max_json_depth, "nesting is bounded");
  auto canonical = canonical_json(*value);
  expect(is_valid_utf8(canonical), "the canonical form is valid UTF-8");
  for (const auto& written : {canonical, boost::json::serialize(*value)}) {
    auto again = parse_json(written);
    expect(again.ok() && canonical_json(*again) == canonical, "equal values have equal canonical forms", written);
  }
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  executus::fuzz::check_json(executus::fuzz::text_of(data, size));
  return 0;
}

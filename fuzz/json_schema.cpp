// JSON Schema: the first line is a schema, the rest a value. No schema makes the check throw or go on for ever, and
// what fits the stricter schema that providers are sent fits the one it was made of.
#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "fuzz/property.hpp"
#include "llm/structured/answer_schema.hpp"

namespace executus::fuzz {
namespace {

namespace json = boost::json;

bool fits(const json::value& schema, const json::value& value) {
  auto findings = validate(schema, value);
  expect(findings.size() <= 20, "findings are bounded");
  for (const auto& finding : findings) expect(!finding.empty() && finding.size() < 65'536, "a finding says something");
  return findings.empty();
}

void check_stricter(const json::object& schema, const json::value& value) {
  json::value stricter = llm::with_fields_required(schema);
  expect(!check_schema(stricter), "a schema that is sent is one", json::serialize(stricter));
  expect(!fits(stricter, value) || fits(schema, value), "what fits the stricter schema fits",
         json::serialize(stricter));
  expect(llm::with_fields_required(stricter.get_object()) == stricter.get_object(), "required once is required",
         json::serialize(stricter));
}

// Schemas that a value has to fit, whatever it is.
void check_own(const json::value& value) {
  expect(fits(true, value) && fits(json::object{}, value) && !fits(false, value), "true fits all, false nothing");
  expect(fits({{"const", value}}, value), "a value fits itself", json::serialize(value));
  expect(fits({{"enum", json::array{value}}}, value), "a value is one of itself", json::serialize(value));
  expect(fits({{"anyOf", {false, json::object{{"const", value}}}}}, value), "one alternative is enough");
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  auto [first, rest] = split_at_line(text_of(data, size));
  auto schema = parse_json(first);
  auto value = parse_json(rest);
  if (!value) return 0;
  check_own(*value);
  if (!schema) return 0;
  (void)fits(*schema, *value);  // also what is no schema
  if (check_schema(*schema) || !schema->is_object()) return 0;
  check_stricter(schema->get_object(), *value);
  return 0;
}

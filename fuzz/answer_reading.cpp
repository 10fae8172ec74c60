// An answer that has to be JSON: the first line is its schema, the rest what the model said.
#include "llm/answer/answer_reading.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "fuzz/property.hpp"
#include "llm/structured/answer_schema.hpp"

namespace executus::fuzz {
namespace {

namespace json = boost::json;
using namespace llm;

void check_unfenced(std::string_view text) {
  auto inner = unfenced(text);
  expect(inner.empty() || (inner.data() >= text.data() && inner.data() + inner.size() <= text.data() + text.size()),
         "what is in a fence is a part of the text");
}

void check_reading(const json::object& schema, std::string_view text) {
  auto reading = read_answer(assistant_message(std::string(text)), schema, nullptr);
  if (reading.findings.empty()) expect(validate(schema, reading.value).empty(), "a value that is taken fits");
  auto again = repair_message(reading.findings, &schema);
  expect(again.size() < 1'000'000, "what a model is told is bounded");
}

// However the value is wrapped, it is found.
void check_wrapped(const json::value& value) {
  auto text = canonical_json(value);
  for (const auto& wrapped : {text, "```json\n" + text + "\n```", "Here it is:\n```\n" + text + "\n```\nBye.",
                              "  ```\r\n" + text + "\r\n  ```"}) {
    auto reading = read_answer(assistant_message(wrapped), {}, nullptr);
    expect(reading.findings.empty() && canonical_json(reading.value) == text, "a fence is forgiven", wrapped);
  }
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  auto [first, rest] = split_at_line(text_of(data, size));
  check_unfenced(rest);
  auto schema = parse_json(first);
  check_reading(schema && schema->is_object() ? schema->get_object() : json::object{}, rest);
  if (auto value = parse_json(rest)) check_wrapped(*value);
  return 0;
}

// Expressions for the calculator. It ends, whatever it gets; an exact value is an expression of its own that has that
// value, and an operation undone gives the value back.
#include <string>

#include "fuzz/property.hpp"
#include "tools/calculate/expression.hpp"

namespace {

using executus::tools::calculate;

bool is_exact(const std::string& value) { return value.find(' ') == std::string::npos; }

// Unless it is too long to be calculated.
void expect_same(const std::string& expression, const std::string& value, const char* property) {
  auto again = calculate(expression);
  executus::fuzz::expect(!again.ok() || *again == value, property, expression);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(executus::fuzz::text_of(data, size));
  auto value = calculate(text);
  if (!value.ok()) return 0;
  expect_same("(" + text + ")", *value, "brackets change nothing");
  expect_same("(" + text + ") * 7 / 7", *value, "what is multiplied and divided is what it was");
  expect_same("(" + text + ") + 0.125 - 0.125", *value, "what is added and taken away is what it was");
  if (is_exact(*value)) expect_same(*value, *value, "a value has itself as its value");
  return 0;
}

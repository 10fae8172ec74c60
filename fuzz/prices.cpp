// Price files: a table or an error that says where; what a table says of any usage is no cost below zero.
#include "base/text.hpp"
#include "fuzz/property.hpp"
#include "llm/tables/prices_file.hpp"

namespace executus::fuzz {
namespace {

using namespace llm;

void check_error(const Error& error) {
  expect(error.code() == "config.invalid" || error.code() == "yaml.malformed",
         "an error of a file has the code of one");
  expect(error.message().starts_with("prices.yaml:"), "an error says where", error.message());
  expect(is_valid_utf8(error.message()), "an error is valid UTF-8", error.message());
}

void check_cost(const Prices& prices, std::string_view target, const Usage& usage) {
  for (std::int64_t day : {0, 20'000, 2'932'896}) {
    auto cost = prices.cost(target, usage, WallTime(std::chrono::days(day)));
    expect(!cost || cost->count >= 0, "no cost is below zero");
  }
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  auto prices = llm::Prices().with(text_of(data, size), "prices.yaml");
  if (!prices) {
    check_error(prices.error());
    return 0;
  }
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  for (const char* target : {"openai/gpt-x", "openai/gpt-x-2026-01-01", "work/gpt-x", "lab/m", "none"})
    for (const llm::Usage& usage :
         {llm::Usage{}, {1, 1, 0, 0, 0}, {1000, 20, 2000, 5, 1}, {most, most, most, most, most}})
      check_cost(*prices, target, usage);
  return 0;
}

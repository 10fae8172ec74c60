// What models cost: the table that is shipped (prices.yaml says its sources), and a user's file above it.
//
//   prices:                # USD for a million tokens
//     openai/gpt-x: {input: 2.50, output: 15, cache_read: 0.25, cache_write: 3.125}
//     lab/*: {input: 0, output: 0}                     # a server of one's own: free, which is not unknown
//   like: {work: openai}                               # the provider "work" charges what openai does
//
// Cached input without a price of its own costs what other input does. `long` holds the prices of a request whose whole
// input is over `over` tokens; without them the cost of such a request is not known. After `until` (a day, inclusive,
// UTC) the prices under `then` hold; without them the cost is not known.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>
#include <executus/llm/cost.hpp>
#include <executus/llm/message.hpp>

#include "llm/tables/model_table.hpp"

namespace executus::llm {

// Picodollars a token: exactly the USD for a million tokens with six decimals.
struct Rates {
  std::int64_t input = 0;
  std::int64_t output = 0;
  std::optional<std::int64_t> cache_read = {};
  std::optional<std::int64_t> cache_write = {};
};

struct Price {
  struct Long {
    std::int64_t over = 0;
    std::optional<Rates> rates = {};
  };
  Rates rates = {};
  std::optional<Long> longer = {};
  std::optional<WallTime> end = {};  // from then on `then`
  std::shared_ptr<const Price> then = {};
};

// Nothing when the price is not known for that time or length, or when a server that charges counted no tokens.
// Rounded to the nearest nano-dollar once, at the end.
[[nodiscard]] std::optional<NanoDollars> cost_of(const Usage& usage, const Price& price, WallTime when);

// A value. Any thread.
class Prices final {
 public:
  // Knows nothing.
  Prices() = default;

  // The shipped ones.
  [[nodiscard]] static Prices shipped();

  // Puts a file above what is there: what it names counts from here on. Error config.invalid or yaml.malformed;
  // `file` is for messages.
  [[nodiscard]] Result<Prices> with(std::string_view yaml, std::string file) const;

  [[nodiscard]] std::optional<NanoDollars> cost(std::string_view target, const Usage& usage, WallTime when) const;

 private:
  ModelTable<Price> table_;
};

}  // namespace executus::llm

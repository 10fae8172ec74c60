#include "llm/tables/prices.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "llm/prices_text.hpp"
#include "llm/tables/prices_file.hpp"

namespace executus::llm {
namespace {

// Wide enough for sums of any counts of tokens, and for the picodollars they cost at any rate.
__extension__ using Wide = __int128;

NanoDollars rounded(Wide pico) {
  constexpr Wide nano = 1'000;
  constexpr Wide most = std::numeric_limits<std::int64_t>::max();
  return {static_cast<std::int64_t>(std::min((pico + nano / 2) / nano, most))};
}

// The cache's parts are parts of the input; servers that count them beside it say an input that is too small.
Wide whole_input(const Usage& usage) {
  return std::max(Wide{usage.input}, Wide{usage.cache_read} + Wide{usage.cache_write});
}

NanoDollars at_rates(const Usage& usage, const Rates& rates) {
  Wide plain = whole_input(usage) - usage.cache_read - usage.cache_write;
  return rounded(plain * rates.input + Wide{usage.output} * rates.output +
                 Wide{usage.cache_read} * rates.cache_read.value_or(rates.input) +
                 Wide{usage.cache_write} * rates.cache_write.value_or(rates.input));
}

bool is_free(const Rates& rates) {
  return rates.input == 0 && rates.output == 0 && rates.cache_read.value_or(0) == 0 &&
         rates.cache_write.value_or(0) == 0;
}

const Price* price_at(const Price& price, WallTime when) {
  const Price* now = &price;
  while (now && now->end && when >= *now->end) now = now->then.get();
  return now;
}

}  // namespace

std::optional<NanoDollars> cost_of(const Usage& usage, const Price& price, WallTime when) {
  const Price* now = price_at(price, when);
  if (!now) return std::nullopt;
  bool longer = now->longer && whole_input(usage) > now->longer->over;
  if (longer && !now->longer->rates) return std::nullopt;
  const Rates& rates = longer ? *now->longer->rates : now->rates;
  if (usage == Usage{} && !is_free(rates)) return std::nullopt;
  return at_rates(usage, rates);
}

Prices Prices::shipped() { return Prices().with(kShippedPrices, "prices.yaml").value(); }

Result<Prices> Prices::with(std::string_view yaml, std::string file) const {
  auto layer = read_prices(yaml, std::move(file));
  if (!layer) return layer.error();
  Prices both = *this;
  both.table_.put_above(std::move(*layer));
  return both;
}

std::optional<NanoDollars> Prices::cost(std::string_view target, const Usage& usage, WallTime when) const {
  const Price* price = table_.find(target);
  return price ? cost_of(usage, *price, when) : std::nullopt;
}

}  // namespace executus::llm

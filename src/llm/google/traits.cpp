#include "llm/google/traits.hpp"

#include <array>

namespace executus::llm::google {
namespace {

struct Family {
  std::string_view name;  // an id is of the family when it begins with it; the longest counts
  Traits traits;
};

constexpr int kMillion = 1'048'576;

constexpr Traits levels(Traits::LowestLevel lowest, Traits::Temperature temperature) {
  Traits traits;
  traits.context_tokens = kMillion;
  traits.lowest_level = lowest;
  traits.temperature = temperature;
  return traits;
}

constexpr Traits before_gemini_3(int context_tokens) {
  Traits traits;
  traits.context_tokens = context_tokens;
  traits.thinking = Traits::Thinking::none;
  traits.temperature = Traits::Temperature::taken;
  traits.schemas = Traits::Schemas::without_tools;
  traits.result_images = Traits::ResultImages::beside;
  traits.signatures = Traits::Signatures::optional;
  return traits;
}

constexpr Traits budget(int least, int most) {
  Traits traits = before_gemini_3(kMillion);
  traits.thinking = Traits::Thinking::budget;
  traits.least_budget = least;
  traits.most_budget = most;
  return traits;
}

constexpr auto kMinimal = Traits::LowestLevel::minimal;
constexpr auto kLow = Traits::LowestLevel::low;
constexpr auto kTaken = Traits::Temperature::taken;
constexpr auto kIgnored = Traits::Temperature::ignored;

// ai.google.dev/gemini-api/docs: models, thinking, latest-model, and the developer's guides to the Flash models,
// November 2026. The levels of 3.1 Pro, 3.7 Flash and 3.8 Flash begin with LOW.
constexpr std::array kFamilies{
    Family{"gemini-", levels(kLow, kIgnored)},
    Family{"gemini-3.8-flash", levels(kLow, kIgnored)},
    Family{"gemini-3.7-flash", levels(kLow, kIgnored)},
    Family{"gemini-3.6-flash", levels(kMinimal, kIgnored)},
    Family{"gemini-3.5-flash-lite", levels(kMinimal, kIgnored)},
    Family{"gemini-3.5-flash", levels(kMinimal, kTaken)},
    Family{"gemini-3.1-flash-lite", levels(kMinimal, kTaken)},
    Family{"gemini-3.1-pro", levels(kLow, kTaken)},
    Family{"gemini-3-flash", levels(kMinimal, kTaken)},
    Family{"gemini-3-pro", levels(kLow, kTaken)},
    Family{"gemini-2.5-pro", budget(128, 32'768)},
    Family{"gemini-2.5-flash", budget(0, 24'576)},
    Family{"gemini-2.5-flash-lite", budget(0, 24'576)},
    Family{"gemini-2", before_gemini_3(kMillion)},
    Family{"gemini-1", before_gemini_3(0)},
};

constexpr std::string_view kPrefix = "models/";

}  // namespace

Traits traits_of(std::string_view model) {
  if (model.starts_with(kPrefix)) model.remove_prefix(kPrefix.size());
  const Family* found = nullptr;
  for (const auto& family : kFamilies)
    if (model.starts_with(family.name) && (!found || found->name.size() < family.name.size())) found = &family;
  return found ? found->traits : before_gemini_3(0);  // Gemma, and what others serve
}

}  // namespace executus::llm::google

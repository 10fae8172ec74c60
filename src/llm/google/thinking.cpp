#include "llm/google/thinking.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include <executus/llm/kit/wire.hpp>

namespace executus::llm::google {
namespace {

constexpr int kAsTheModelLikes = -1;

bool is_most(std::string_view effort) { return effort == "high" || effort == "xhigh" || effort == "max"; }

std::string level_of(std::string_view effort, const Traits& traits) {
  if (effort == "none" || effort == "minimal")
    return traits.lowest_level == Traits::LowestLevel::minimal ? "MINIMAL" : "LOW";
  if (is_most(effort)) return "HIGH";
  std::string level(effort);
  for (char& c : level) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return level;
}

int budget_of(std::string_view effort, const Traits& traits) {
  if (effort == "none") return traits.least_budget;
  if (effort == "minimal") return 512;
  if (effort == "low") return 2'048;
  if (effort == "medium") return 8'192;
  return is_most(effort) ? traits.most_budget : kAsTheModelLikes;
}

}  // namespace

boost::json::object thinking_config(std::string_view effort, const Traits& traits) {
  if (effort.empty() || traits.thinking == Traits::Thinking::none) return {};
  if (traits.thinking == Traits::Thinking::budget) return {{"thinkingBudget", budget_of(effort, traits)}};
  return {{"thinkingLevel", text_json(level_of(effort, traits))}};
}

}  // namespace executus::llm::google

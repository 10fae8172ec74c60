#include "cli/output/spending.hpp"

#include <boost/json/value.hpp>

namespace executus::cli {
namespace {

std::string two_digits(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

std::string time_text(Milliseconds time) {
  auto seconds = time.count() / 1'000;
  if (seconds < 10) return std::to_string(seconds) + "." + std::to_string(time.count() / 100 % 10) + "s";
  auto minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (minutes == 0) return std::to_string(seconds) + "s";
  if (hours == 0) return std::to_string(minutes) + "m" + two_digits(seconds % 60) + "s";
  if (days == 0) return std::to_string(hours) + "h" + two_digits(minutes % 60) + "m";
  return std::to_string(days) + "d" + two_digits(hours % 24) + "h";
}

std::string cost_text(const llm::CostSum& cost) {
  if (auto total = cost.total()) return llm::to_string(*total);
  return cost.known.count == 0 ? "unknown" : "unknown (" + llm::to_string(cost.known) + " known)";
}

std::string dollars(std::optional<llm::NanoDollars> cost) { return cost ? llm::to_string(*cost).substr(1) : ""; }

void add_spending(boost::json::object& json, const llm::Usage& usage, const llm::CostSum& cost) {
  auto total = cost.total();
  json["usage"] = {{"input_tokens", usage.input},
                   {"output_tokens", usage.output},
                   {"cache_read_tokens", usage.cache_read},
                   {"cache_write_tokens", usage.cache_write},
                   {"reasoning_tokens", usage.reasoning}};
  json["cost_micro_usd"] = total ? boost::json::value(llm::micro_dollars(*total)) : boost::json::value(nullptr);
  json["known_cost_micro_usd"] = llm::micro_dollars(cost.known);
  json["unpriced_calls"] = cost.unpriced;
}

}  // namespace executus::cli

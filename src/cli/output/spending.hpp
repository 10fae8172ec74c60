// What runs took, as people and programs read it.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include <executus/base/clock.hpp>
#include <executus/llm/cost.hpp>
#include <executus/llm/message.hpp>

namespace executus::cli {

// "0.4s", "12s", "3m05s", "2h07m", "3d04h".
[[nodiscard]] std::string time_text(Milliseconds time);

// "$0.12"; "unknown" where a call has no known price, with the part that is known: "unknown ($0.10 known)".
[[nodiscard]] std::string cost_text(const llm::CostSum& cost);

// A number of dollars, exact: "0.0105". Empty: not known.
[[nodiscard]] std::string dollars(std::optional<llm::NanoDollars> cost);

// "cost_micro_usd" (null: not known), "known_cost_micro_usd", "unpriced_calls" and "usage".
void add_spending(boost::json::object& json, const llm::Usage& usage, const llm::CostSum& cost);

}  // namespace executus::cli

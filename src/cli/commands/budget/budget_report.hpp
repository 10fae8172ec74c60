// Budgets as people and scripts see them.
#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/budget/account.hpp>

namespace executus::cli {

// Amounts in seconds, tokens and US dollars; a limit that is not there is null.
[[nodiscard]] boost::json::object budget_json(const budget::Standing& standing);
[[nodiscard]] std::string budget_table(const std::vector<budget::Standing>& standings);
[[nodiscard]] std::string budget_csv(const std::vector<budget::Standing>& standings);

}  // namespace executus::cli

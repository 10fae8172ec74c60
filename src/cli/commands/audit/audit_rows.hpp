// A run, and a group of them, as `executus audit` shows them.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/audit/history.hpp>

namespace executus::cli {

using Row = std::vector<std::string>;

[[nodiscard]] const Row& table_heading();
[[nodiscard]] Row table_row(const audit::AuditRun& run);
[[nodiscard]] const Row& csv_heading();
[[nodiscard]] Row csv_values(const audit::AuditRun& run);
[[nodiscard]] boost::json::object to_json(const audit::AuditRun& run);

// The sum of many, in words: "3 runs, 2m05s, 1234 tokens in, 56 out, $0.12".
[[nodiscard]] std::string total_text(const audit::Spending& sum);

[[nodiscard]] Row group_heading(audit::By by);
[[nodiscard]] Row group_row(const audit::Spending& group);
[[nodiscard]] Row group_csv_heading(audit::By by);
[[nodiscard]] Row group_csv_values(const audit::Spending& group);
[[nodiscard]] boost::json::object to_json(const audit::Spending& group, audit::By by);

}  // namespace executus::cli

// What a budget is kept about: accounts, each with its limits. A run counts in the account of its agent, in that of its
// caller, and in those of the runs at or above it whose agents have a budget of their own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/ids.hpp>
#include <executus/run/run_info.hpp>
#include <executus/run/spending_limits.hpp>

namespace executus::budget {

// Names of accounts: "agent:NAME", "caller:NAME", "run:ID". Frozen.
[[nodiscard]] std::string account_of_agent(std::string_view name);
[[nodiscard]] std::string account_of_caller(std::string_view name);
[[nodiscard]] std::string account_of_run(const RunId& run);
// Those that a run counts in, whether or not they have limits. A run without a caller counts in none of a caller.
[[nodiscard]] std::vector<std::string> accounts_of(const RunInfo& info);

struct Limit {
  std::string account;
  SpendingLimits limits = {};
  Milliseconds window{0};  // what was spent longer ago does not count; 0: everything does
  BreachPolicy policy = {};
  bool operator==(const Limit&) const = default;
};

// Error budget.limit: no account, nothing limited, a negative amount or window, or a policy `tier` without a tier.
void check(const Limit& limit);

// How an account stands.
struct Standing {
  Limit limit;
  Amounts spent = {};      // within the window, as models said
  Amounts estimated = {};  // besides: where no model said it
  Amounts held = {};       // by runs that ask models now, or may without asking again
  bool operator==(const Standing&) const = default;
};

inline constexpr std::string_view kNoAccount = "";  // no limit has it

// What a run holds, and how much of what it has used is counted. A run that may ask models has one.
struct Hold {
  RunId run;
  std::int64_t epoch = 0;
  std::vector<std::string> accounts = {};  // kNoAccount among them: for calls beside the run's own
  Amounts charged = {};                    // of what its journal says that it used
  Amounts held = {};
  Amounts asked = {};  // by estimate, the calls that it was held for
  bool operator==(const Hold&) const = default;
};

}  // namespace executus::budget

#include <boost/json.hpp>

#include "base/duration.hpp"
#include "cli/commands.hpp"
#include "cli/model_listing_json.hpp"
#include "cli/table.hpp"

namespace executus::cli {
namespace {

std::string or_dash(const std::string& text) { return text.empty() ? "-" : printable_line(text); }

std::string provider_table(const llm::ModelListing& listing) {
  std::vector<std::vector<std::string>> rows{{"PROVIDER", "CREDENTIALS", "FROM", "ADDRESS"}};
  for (const auto& each : listing.providers)
    rows.push_back({each.name, each.problem.empty() ? std::string(to_string(each.credentials)) : "unusable",
                    or_dash(each.source), or_dash(each.base_url)});
  return table(rows);
}

std::string tier_table(const llm::ModelListing& listing) {
  std::vector<std::vector<std::string>> rows{{"TIER", "MODEL", "FROM"}};
  for (const auto& each : listing.tiers) rows.push_back({each.name, or_dash(each.spec), or_dash(each.source)});
  for (const auto& [name, spec] : listing.aliases) rows.push_back({name, spec, "alias"});
  return table(rows);
}

std::string left_of(const llm::TargetHealth& health) {
  if (!health.benched_for) return "asked, failed " + std::to_string(health.failures) + " times";
  if (*health.benched_for == Milliseconds::max()) return "benched";
  return "benched for " + format_duration(std::chrono::ceil<std::chrono::seconds>(*health.benched_for));
}

std::string or_any(std::int64_t limit) { return limit > 0 ? std::to_string(limit) : "-"; }

std::string limit_table(const llm::ModelListing& listing) {
  if (listing.limits.empty()) return "";
  std::vector<std::vector<std::string>> rows{{"LIMITED", "REQUESTS/MIN", "TOKENS/MIN", "AT A TIME"}};
  for (const auto& [key, limit] : listing.limits)
    rows.push_back({key, or_any(limit.requests_per_minute), or_any(limit.tokens_per_minute),
                    or_any(static_cast<std::int64_t>(limit.concurrent))});
  return "\n" + table(rows);
}

std::string health_table(const llm::ModelListing& listing) {
  if (listing.health.empty()) return "";
  std::vector<std::vector<std::string>> rows{{"MODEL", "HEALTH", "WHY"}};
  for (const auto& each : listing.health) rows.push_back({each.target, left_of(each), or_dash(each.reason)});
  return "\n" + table(rows);
}

}  // namespace

Exit execute(Session& session, const ModelsList&) {
  auto listing = session.runtime().models().list();
  if (session.globals().json) {
    session.print_json(to_json(listing));
  } else if (session.globals().quiet) {
    std::string names;
    for (const auto& each : listing.providers) names += each.name + "\n";
    session.print(names);
  } else {
    session.print(provider_table(listing) + "\n" + tier_table(listing) + limit_table(listing) + health_table(listing));
    for (const auto& each : listing.providers)
      if (!each.problem.empty()) session.warn(each.name + ": " + each.problem);
    auto fast = session.runtime().models().resolve("");
    if (!fast.ok()) session.warn(fast.error().message());
  }
  return Exit::ok;
}

}  // namespace executus::cli

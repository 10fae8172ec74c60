#include <algorithm>

#include <boost/json.hpp>

#include "base/duration.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/output/model_listing_json.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

std::string or_dash(const std::string& text) { return text.empty() ? "-" : printable_line(text); }

std::string or_any(std::int64_t limit) { return limit > 0 ? std::to_string(limit) : "-"; }

std::string models_of(const llm::ToldModels* told) {
  if (!told) return "-";
  return told->problem.empty() ? std::to_string(told->models) : "failed";
}

std::string provider_table(const llm::ModelListing& listing, const ToldModels& told) {
  std::vector<std::vector<std::string>> rows{{"PROVIDER", "CREDENTIALS", "FROM", "ADDRESS"}};
  if (told) rows.front().insert(rows.front().begin() + 1, "MODELS");
  for (const auto& each : listing.providers) {
    rows.push_back({each.name, each.problem.empty() ? std::string(to_string(each.credentials)) : "unusable",
                    or_dash(each.source), or_dash(each.base_url)});
    if (told) rows.back().insert(rows.back().begin() + 1, models_of(told_by(told, each.name)));
  }
  return table(rows);
}

std::string tier_table(const llm::ModelListing& listing) {
  std::vector<std::vector<std::string>> rows{{"TIER", "MODEL", "CONTEXT", "FROM"}};
  for (const auto& each : listing.tiers)
    rows.push_back({each.name, or_dash(each.spec), or_any(each.context_tokens), or_dash(each.source)});
  for (const auto& [name, spec] : listing.aliases) rows.push_back({name, spec, "-", "alias"});
  return table(rows);
}

std::string left_of(const llm::TargetHealth& health) {
  if (!health.suspended_for) return "asked, failed " + std::to_string(health.failures) + " times";
  if (*health.suspended_for == Milliseconds::max()) return "suspended";
  return "suspended for " + format_duration(std::chrono::ceil<std::chrono::seconds>(*health.suspended_for));
}

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

std::string names_of(const llm::ModelListing& listing) {
  std::string names;
  for (const auto& each : listing.providers) names += each.name + "\n";
  return names;
}

// Besides the tables, for a person.
void warn_of_problems(CommandContext& context, const llm::ModelListing& listing, const ToldModels& told) {
  auto fast = context.runtime().models().resolve("");
  auto said_below = fast.ok() ? std::string() : fast.error().message();
  for (const auto& each : listing.providers) {
    if (said_below.find(each.problem) == std::string::npos) context.warn(each.name + ": " + each.problem);
    const auto* said = told_by(told, each.name);
    if (said && !said->problem.empty()) context.warn(each.name + ": " + said->problem);
  }
  if (!fast.ok()) context.warn(said_below);
}

// Some may be out of reach, as a laptop's server is: that is no failure of the command. All of them are.
bool all_failed(const ToldModels& told) {
  auto failed = [](const llm::ToldModels& each) { return !each.problem.empty(); };
  return told && !told->empty() && std::ranges::all_of(*told, failed);
}

}  // namespace

Exit execute(CommandContext& context, const ModelsList& options) {
  auto& models = context.runtime().models();
  ToldModels told;
  if (options.refresh) told = context.wait(models.refresh());
  auto listing = models.list();
  for (auto& tier : listing.tiers)
    if (auto own = context.project().context_tokens.find(tier.spec); own != context.project().context_tokens.end())
      tier.context_tokens = own->second;
  if (context.globals().json)
    context.print_json(to_json(listing, told));
  else if (context.globals().quiet)
    context.print(names_of(listing));
  else
    context.print(provider_table(listing, told) + "\n" + tier_table(listing) + limit_table(listing) +
                  health_table(listing));
  if (!context.globals().json && !context.globals().quiet) warn_of_problems(context, listing, told);
  return all_failed(told) ? Exit::error : Exit::ok;
}

}  // namespace executus::cli

#include "llm/catalog/no_model.hpp"

#include <algorithm>

#include "llm/catalog/naming.hpp"

namespace executus::llm {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// The configured providers that can be used; the built-in ones have no models of their own.
std::vector<std::string> usable(const std::vector<ProviderInfo>& providers) {
  std::vector<std::string> names;
  for (const auto& provider : providers)
    if (provider.problem.empty() && (!provider.source.empty() || provider.scheme.empty()))
      names.push_back(provider.name);
  return names;
}

// What is wrong with the configured providers. Several of them may share a variable.
std::string problems_of(const std::vector<ProviderInfo>& providers) {
  std::string text;
  for (const auto& provider : providers)
    if (!provider.source.empty() && text.find(provider.problem) == std::string::npos)
      text += (text.empty() ? "" : "; ") + provider.problem;
  return text;
}

struct Variables {
  std::vector<std::string> useful;
  std::vector<std::string> planned;
};

Variables variables_of(const Vendors& vendors) {
  Variables variables;
  for (const auto& vendor : vendors) {
    const auto& variable = vendor.key_variable.empty() ? vendor.url_variable : vendor.key_variable;
    if (variable.empty()) continue;
    bool has_both = !vendor.key_variable.empty() && !vendor.url_variable.empty();
    auto words = variable + (has_both ? " (or " + vendor.url_variable + " for a compatible server)" : "");
    auto& all = vendor.make ? variables.useful : variables.planned;
    if (std::find(all.begin(), all.end(), words) == all.end()) all.push_back(words);
  }
  return variables;
}

}  // namespace

Error no_model_for(const std::string& tier, const std::vector<ProviderInfo>& providers, const Vendors& vendors) {
  if (auto found = usable(providers); !found.empty())
    return failed("model.no_provider", "no model is set for the tier '" + tier +
                                           "' (providers found: " + joined(found) + "); set " + tier_variable(tier) +
                                           "=" + found.front() + "/MODEL, or models.tiers." + tier +
                                           " in executus.yaml, or name a provider/model");
  auto variables = variables_of(vendors);
  auto wrong = problems_of(providers);
  std::string message = wrong.empty() ? "no model provider is configured: set "
                                      : "no model provider can be used: " + wrong + ". Mend that, or set ";
  for (const auto& variable : variables.useful) message += variable + ", or ";
  message += "LLM_LAB=openai+http://127.0.0.1:8080/v1 and " + tier_variable(tier) +
             "=lab/MODEL for any server with an OpenAI-compatible API";
  if (!variables.planned.empty())
    message += ". " + joined(variables.planned) + " will not help: this version has no client for these providers yet";
  return failed("model.no_provider", std::move(message));
}

}  // namespace executus::llm

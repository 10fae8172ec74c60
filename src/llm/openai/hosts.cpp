#include "llm/openai/hosts.hpp"

#include <algorithm>
#include <array>

#include "llm/catalog/dsn.hpp"

namespace executus::llm::openai {
namespace {

// Azure's reasoning models refuse max_tokens; its v1 API takes max_completion_tokens from all of them.
constexpr std::string_view kAzure = ".openai.azure.com";

// Servers that refuse a message with fields they do not know (status 400 or 422).
struct Refusal {
  std::string_view host;
  std::array<std::string_view, 2> takers;  // beginnings of the ids of models that take `reasoning` there
};

// Groq: console.groq.com/docs/reasoning, "Supported Models"; it calls the field `reasoning`, and so do its answers.
// Mistral takes reasoning only as a part of a list of content.
constexpr std::array kRefusals{
    Refusal{"api.groq.com", {"openai/gpt-oss", "qwen/qwen3"}},
    Refusal{"api.mistral.ai", {}},
};

bool is_taker(const Refusal& refusal, std::string_view model) {
  return std::any_of(refusal.takers.begin(), refusal.takers.end(),
                     [&](std::string_view begin) { return !begin.empty() && model.starts_with(begin); });
}

}  // namespace

bool is_official(std::string_view base_url) { return is_served_by(base_url, kOfficialUrl); }

std::string_view output_limit_key(std::string_view base_url) {
  return is_official(base_url) || host_of(base_url).ends_with(kAzure) ? "max_completion_tokens" : "max_tokens";
}

bool takes_reasoning_back(std::string_view base_url, std::string_view model) {
  auto host = host_of(base_url);
  return std::none_of(kRefusals.begin(), kRefusals.end(),
                      [&](const Refusal& refusal) { return refusal.host == host && !is_taker(refusal, model); });
}

}  // namespace executus::llm::openai

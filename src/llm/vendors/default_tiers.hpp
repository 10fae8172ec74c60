// Default models by vendor and tier, used where neither EXECUTUS_MODEL_TIER_<TIER> nor the configuration says another.
// Change them here, and only here. As of November 2026.
#pragma once

#include <map>
#include <string>

namespace executus::llm {

using DefaultTiers = std::map<std::string, std::string>;  // tier -> id?effort=...

// Chat Completions refuses tools together with reasoning from gpt-5.4 on: what is fast does not reason there
// (gpt-5.4-mini does so only when told), and what thinks is asked by Responses, with the same key.
[[nodiscard]] inline DefaultTiers openai_tiers() { return {{"fast", "gpt-5.4-mini"}}; }
[[nodiscard]] inline DefaultTiers openai_responses_tiers() { return {{"thinking", "gpt-6.1-sol?effort=high"}}; }

[[nodiscard]] inline DefaultTiers anthropic_tiers() {
  return {{"fast", "claude-haiku-5-5"}, {"thinking", "claude-opus-5-5?effort=high"}};
}
[[nodiscard]] inline DefaultTiers google_tiers() {
  return {{"fast", "gemini-3.8-flash?effort=low"}, {"thinking", "gemini-3.8-flash?effort=high"}};
}
[[nodiscard]] inline DefaultTiers ollama_tiers() {
  return {{"fast", "gpt-oss:20b?effort=low"}, {"thinking", "gpt-oss:20b?effort=high"}};
}
[[nodiscard]] inline DefaultTiers ollama_cloud_tiers() {
  return {{"fast", "gpt-oss:120b?effort=low"}, {"thinking", "gpt-oss:120b?effort=high"}};
}

}  // namespace executus::llm

#include "peers.hpp"

#include <ostream>

namespace executus::interop {

// How Claude's thinking goes back the mock checks only where a request sets a budget for it, as older models want it.
// Of Responses the mock says that an answer is incomplete, but not why (incomplete_details). Ollama's counts are 0 and
// its done_reason is "stop", whatever a fixture says.
const std::vector<Peer>& all_peers() {
  static const std::vector<Peer> peers{
      {.name = "chat", .scheme = "openai", .path = "/v1", .model = "gpt-5.1", .thinker = "gpt-5.1"},
      {.name = "responses",
       .scheme = "openai-responses",
       .path = "/v1",
       .model = "gpt-5.6-terra",
       .thinker = "gpt-5.6-terra",
       .at_limit = llm::FinishReason::other},
      {.name = "claude", .scheme = "anthropic", .path = "", .model = "claude-opus-5-5", .thinker = "claude-sonnet-4-5"},
      {.name = "gemini", .scheme = "google", .path = "", .model = "gemini-3.8-flash", .thinker = "gemini-3.8-flash"},
      {.name = "llama",
       .scheme = "ollama",
       .path = "",
       .model = "gpt-oss:20b",
       .thinker = "gpt-oss:20b",
       .counts_tokens = false,
       .has_call_ids = false,
       .at_limit = llm::FinishReason::stop},
  };
  return peers;
}

void PrintTo(const Peer& peer, std::ostream* out) { *out << peer.name; }

std::string case_name(const Peer& peer) { return peer.name; }

}  // namespace executus::interop

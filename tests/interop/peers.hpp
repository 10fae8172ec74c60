// The providers as the mock plays them, and what it leaves out of each.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include <executus/llm/message.hpp>

namespace executus::interop {

struct Peer {
  std::string name;    // of the provider in specs, as LLM_<NAME> gives it; and of its tests
  std::string scheme;  // of its DSN
  std::string path;    // of its API at the mock
  std::string model;
  std::string thinker;                                     // the model that shows how it thinks
  bool counts_tokens = true;                               // the mock says what an answer used
  bool has_call_ids = true;                                // the API has ids of tool calls, and the mock notes them
  llm::FinishReason at_limit = llm::FinishReason::length;  // what the mock's answer at the output limit comes to
};

[[nodiscard]] const std::vector<Peer>& all_peers();

// In gtest's names of cases and messages.
void PrintTo(const Peer& peer, std::ostream* out);
[[nodiscard]] std::string case_name(const Peer& peer);

}  // namespace executus::interop

// llama-swap: a server that loads the model a request names and puts others away for it. Its chat is the OpenAI
// protocol (docs/providers/llamaswap.md); this is the rest of it: which models it has, which are loaded, and putting
// them away.
//
// Threads: from any task. Errors: ModelError, as of a model's call.
#pragma once

#include <string>
#include <vector>

#include <executus/async/task.hpp>

namespace executus::net {
class HttpClient;
}

namespace executus::llm::llamaswap {

struct ListedModel {
  std::string id;
  std::string name;  // for people; empty: none
  std::string description;
  bool operator==(const ListedModel&) const = default;
};

struct RunningModel {
  std::string id;
  std::string state;  // "ready", "starting", "stopping", ...: the server's words
  bool operator==(const RunningModel&) const = default;
};

struct Address {
  std::string base_url;                                             // "http://host:8080"; a /v1 at its end is taken off
  std::string token = {};                                           // empty: none
  std::string name = "llamaswap";                                   // of the provider, for messages
  std::string variable = "the address and the token it was given";  // that holds them, for messages: LLM_SWAP
};

class Client final {
 public:
  // `http` outlives it.
  Client(Address address, net::HttpClient& http);

  [[nodiscard]] Task<std::vector<ListedModel>> list_models() const;  // unlisted ones are not among them
  [[nodiscard]] Task<std::vector<RunningModel>> running() const;

  // Stops what serves `id` at once, also in the middle of an answer. A model that is known and not loaded is no error.
  [[nodiscard]] Task<void> unload(std::string id) const;
  [[nodiscard]] Task<void> unload_all() const;

 private:
  Address address_;
  net::HttpClient& http_;
};

}  // namespace executus::llm::llamaswap

// Where Ollama's protocol is spoken, and the variables that usually say so: the daemon on this machine, Ollama's own
// cloud, and foreman, a queue in front of one daemon (a call waits until its turn has come and been answered; it may
// send the answer as a single object even when it was asked for a stream).
#pragma once

#include <string_view>

#include <executus/llm/kit/http_model.hpp>

namespace executus::llm::ollama {

struct Preset {
  std::string_view scheme;        // of DSNs, and the provider's name
  std::string_view key_variable;  // empty: it takes no key
  std::string_view url_variable;  // empty: it has one address only
  std::string_view default_url;
  Milliseconds call_timeout = kCallTimeout;
};

// OLLAMA_HOST is no URL: base_url_of_host() reads it.
inline constexpr Preset kLocal{"ollama", "", "OLLAMA_HOST", "http://127.0.0.1:11434"};

inline constexpr Preset kCloud{"ollama-cloud", "OLLAMA_API_KEY", "", "https://ollama.com"};

inline constexpr Preset kForeman{"foreman", "FOREMAN_TOKEN", "FOREMAN_URL", "http://127.0.0.1:8080",
                                 std::chrono::hours(1)};  // its queue counts

}  // namespace executus::llm::ollama

// The model lists of servers, as far as they tell how much their models take.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <executus/async/task.hpp>
#include <executus/base/clock.hpp>

#include "llm/vendor.hpp"
#include "net/client/http_client.hpp"

namespace executus::llm {

inline constexpr Milliseconds kListTimeLimit = std::chrono::seconds(15);
inline constexpr std::size_t kListSizeLimit = std::size_t{1} << 20;

// openai: GET /models of OpenAI-compatible servers. OpenAI's own tells no windows; vLLM (max_model_len), OpenRouter and
// others (context_length), Groq (context_window), Mistral (max_context_length), LM Studio (loaded_context_length) and
// llama.cpp (meta.n_ctx) do; what a model was trained for (n_ctx_train) is not what its server gives it. anthropic:
// max_input_tokens. google: inputTokenLimit. ollama: GET /api/ps, which tells what the models that are loaded were
// given memory for; no list tells that of the others.
enum class ListDialect { openai, anthropic, google, ollama };

using ListedWindows = std::map<std::string, int>;  // tokens by model id, of Ollama without ":latest"; only models of
                                                   // which something is told

// Pure.
[[nodiscard]] net::HttpRequest list_request(ListDialect dialect, const Endpoint& endpoint);

// Pure. Error: ModelError model.malformed when `body` is no such list.
[[nodiscard]] ListedWindows listed_windows(ListDialect dialect, std::string_view body, const std::string& provider);

// One exchange, no retries. Error: ModelError; model.list when the list is too long. `http` outlives the task.
[[nodiscard]] Task<ListedWindows> fetch_windows(ListDialect dialect, Endpoint endpoint, net::HttpClient& http);

}  // namespace executus::llm

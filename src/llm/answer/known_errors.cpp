#include "llm/answer/known_errors.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/ascii.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

// `name`: the error's type or code. `reason`: of a google.rpc.ErrorInfo. `words`: in its message.
enum class Where { name, reason, words };  // words: whatever their case

struct KnownError {
  Where where;
  std::string_view what;
  int means;
};

// Errors that mean the status on the right, whatever their own status (in the comment) is. Google's "You exceeded your
// current quota, please check your plan and billing details" is not among them: it also stands for the limit of a
// minute.
constexpr KnownError kAlways[] = {
    {Where::reason, "API_KEY_INVALID", 401},           // Google, 400
    {Where::words, "API key not valid", 401},          // the same through gateways that leave the reason out
    {Where::reason, "BILLING_DISABLED", 402},          // Google, 403
    {Where::name, "insufficient_quota", 402},          // OpenAI, 429
    {Where::name, "billing_not_active", 402},          // OpenAI, 429
    {Where::name, "billing_hard_limit_reached", 402},  // OpenAI, 400
    {Where::words, "credit balance is too low", 402},  // Anthropic, 400

    // More than the model, or its server, takes.
    {Where::name, "context_length_exceeded", 413},                 // OpenAI and many others, 400
    {Where::name, "string_above_max_length", 413},                 // OpenAI, 400
    {Where::name, "request_too_large", 413},                       // Anthropic, 413
    {Where::name, "exceed_context_size_error", 413},               // llama.cpp, 400
    {Where::name, "tokens_limit_reached", 413},                    // GitHub Models, 413
    {Where::name, "model_max_prompt_tokens_exceeded", 413},        // GitHub Copilot, 400
    {Where::words, "maximum context length", 413},                 // vLLM, OpenRouter, DeepSeek, Mistral, Ollama, 400
    {Where::words, "model's context length is only", 413},         // vLLM, 400
    {Where::words, "maximum model length", 413},                   // vLLM, 400
    {Where::words, "maximum prompt length", 413},                  // xAI, 400
    {Where::words, "exceeds the context window", 413},             // OpenAI Responses, 400
    {Where::words, "prompt is too long", 413},                     // Anthropic, 400
    {Where::words, "exceed context limit", 413},                   // Anthropic, 400: with max_tokens
    {Where::words, "exceeds the maximum number of tokens", 413},   // Google, 400
    {Where::words, "request payload size exceeds", 413},           // Google, 400
    {Where::words, "exceeds the available context size", 413},     // llama.cpp, 400 and 500
    {Where::words, "context size has been exceeded", 413},         // llama.cpp, 500 and in streams
    {Where::words, "exceed context window of", 413},               // llama-cpp-python, 400 and 500
    {Where::words, "exceeds the context length", 413},             // Ollama, 400
    {Where::words, "exceeded max context length", 413},            // Ollama, 400
    {Where::words, "input is too long for requested model", 413},  // Bedrock, 400
    {Where::words, "too many input tokens", 413},                  // Bedrock, 400
    {Where::words, "request too large for", 413},  // OpenAI, 429: more than a minute's tokens; Groq, 413
    {Where::words, "input tokens exceed", 413},    // OpenAI, 400
    {Where::words, "longer than the model's context length", 413},         // SGLang, 400
    {Where::words, "length of all messages is too long", 413},             // Perplexity, 400
    {Where::words, "too many tokens: ", 413},                              // Cohere, 400
    {Where::words, "context window exceeded", 413},                        // LiteLLM, 400
    {Where::words, "contextwindowexceedederror", 413},                     // LiteLLM, 400
    {Where::words, "when context the overflows", 413},                     // LM Studio, 400
    {Where::words, "greater than the context length", 413},                // LM Studio, 400
    {Where::words, "cannot truncate prompt with n_keep", 413},             // LM Studio, 400
    {Where::words, "exceeded model token limit", 413},                     // Moonshot, 400
    {Where::words, "context window exceeds limit", 413},                   // MiniMax, 400 and in base_resp
    {Where::words, "range of input length should be", 413},                // DashScope, 400
    {Where::words, "prompt exceeds max length", 413},                      // Z.AI, 400
    {Where::words, "`inputs` tokens + `max_new_tokens` must be <=", 413},  // TGI, 422
    {Where::words, "`inputs` must have less than", 413},                   // TGI, 422
    {Where::words, "image exceeds", 413},                                  // Anthropic, 400
    {Where::words, "image dimensions exceed", 413},                        // Anthropic, 400
    {Where::name, "image_too_large", 413},                                 // OpenAI, 400
    {Where::name, "image_file_too_large", 413},                            // OpenAI, 400
};

// Of those, the ones that are about an image.
constexpr KnownError kOfAnImage[] = {
    {Where::words, "image exceeds", 413},
    {Where::words, "image dimensions exceed", 413},
    {Where::name, "image_too_large", 413},
    {Where::name, "image_file_too_large", 413},
};

// Of an image that the server cannot read.
constexpr KnownError kUnreadableImage[] = {
    {Where::words, "could not process image", 400},            // Anthropic, 400
    {Where::name, "invalid_image_format", 400},                // OpenAI, 400
    {Where::name, "image_parse_error", 400},                   // OpenAI, 400
    {Where::words, "you uploaded an unsupported image", 400},  // OpenAI, 400, under several codes
    {Where::words, "unable to process input image", 400},      // Google, 400
    {Where::words, "provided image is not valid", 400},        // Google, 400
};

// These tell errors of a stream apart; a status says more, since some servers call every error an
// invalid_request_error.
constexpr KnownError kWithoutStatus[] = {
    {Where::name, "invalid_api_key", 401},       {Where::name, "authentication_error", 401},
    {Where::name, "permission_error", 403},      {Where::name, "not_found_error", 404},
    {Where::name, "invalid_request_error", 400},
};

// Of MiniMax's "base_resp", as HTTP statuses (platform.minimax.io: "Error Codes").
constexpr std::pair<int, int> kBaseCodes[] = {
    {1000, 500},  // unknown error
    {1001, 504},  // timeout
    {1002, 429},  // rate limit
    {1004, 401},  // not authorized
    {1008, 402},  // insufficient balance
    {1024, 500},  // internal error
    {1026, 400},  // sensitive input
    {1027, 400},  // sensitive output
    {1033, 500},  // system error
    {1039, 413},  // token limit
    {1041, 429},  // connection limit
    {1042, 400},  // too many invisible characters
    {2013, 400},  // invalid parameters
    {2049, 401},  // invalid key
};

bool has_reason(const json::object& error, std::string_view reason) {
  const auto* details = array_in(error, "details");
  if (!details) return false;
  for (const auto& detail : *details)
    if (const auto* object = detail.if_object(); object && text_in(*object, "reason") == reason) return true;
  return false;
}

bool contains_words(std::string_view text, std::string_view words) {
  return lowered(text).find(lowered(words)) != std::string::npos;
}

std::string plain_words(const json::value& said) {
  if (const auto* text = said.if_string()) return std::string(std::string_view(*text));
  if (const auto* object = said.if_object()) return error_words(*object);
  std::string all;
  if (const auto* list = said.if_array())
    for (const auto& each : *list)
      if (auto words = plain_words(each); !words.empty()) all += (all.empty() ? "" : "; ") + words;
  return all;
}

// What OpenRouter hands on of another provider's error: {"metadata": {"raw": "..."}}.
std::string raw_words(const json::object& error) {
  const auto* metadata = object_in(error, "metadata");
  const auto* raw = metadata ? metadata->if_contains("raw") : nullptr;
  if (!raw) return {};
  return raw->is_string() ? text_in(*metadata, "raw") : write_json(*raw);
}

std::string all_words(const json::object& error) { return error_words(error) + "\n" + raw_words(error); }

bool says(const json::object& error, const KnownError& known) {
  switch (known.where) {
    case Where::name:
      return text_in(error, "type") == known.what || text_in(error, "code") == known.what;
    case Where::reason:
      return has_reason(error, known.what);
    case Where::words:
      return contains_words(all_words(error), known.what);
  }
  return false;
}

int meaning_among(const auto& table, const json::object& error) {
  for (const auto& known : table)
    if (says(error, known)) return known.means;
  return 0;
}

}  // namespace

int meant_status(const json::object& error, int status) {
  if (int always = meaning_among(kAlways, error)) return always;
  return status != 0 ? status : meaning_among(kWithoutStatus, error);
}

std::string error_words(const json::object& error) {
  for (auto key : {"message", "error", "detail", "msg"})
    if (const auto* said = error.if_contains(key))
      if (auto words = plain_words(*said); !words.empty()) return words;
  return {};
}

int status_of_base_code(std::int64_t code) {
  for (const auto& [known, status] : kBaseCodes)
    if (known == code) return status;
  return 0;
}

bool is_about_an_unreadable_image(const json::object& error) { return meaning_among(kUnreadableImage, error) != 0; }

bool is_about_an_image(const json::object& error) { return meaning_among(kOfAnImage, error) != 0; }

}  // namespace executus::llm

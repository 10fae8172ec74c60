#include "llm/known_errors.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "llm/wire.hpp"

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

// These mean it whatever their status is, which stands beside. Google's "You exceeded your current quota, please check
// your plan and billing details" is not among them: it also stands for the limit of a minute.
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
    {Where::words, "maximum context length", 413},                 // vLLM, OpenRouter, DeepSeek, Mistral, 400
    {Where::words, "maximum prompt length", 413},                  // xAI, 400
    {Where::words, "maximum model length", 413},                   // vLLM, 400
    {Where::words, "exceeds the context window", 413},             // OpenAI Responses, 400
    {Where::words, "prompt is too long", 413},                     // Anthropic, 400
    {Where::words, "exceed context limit", 413},                   // Anthropic, 400: with max_tokens
    {Where::words, "exceeds the maximum number of tokens", 413},   // Google, 400
    {Where::words, "request payload size exceeds", 413},           // Google, 400
    {Where::words, "exceeds the available context size", 413},     // llama.cpp, 400
    {Where::words, "exceeds the context length", 413},             // Ollama, 400
    {Where::words, "exceeds maximum context length", 413},         // Ollama, 400
    {Where::words, "input is too long for requested model", 413},  // Bedrock, 400
    {Where::words, "request too large for", 413},  // OpenAI, 429: more than a minute's tokens; Groq, 413
    {Where::words, "input tokens exceed", 413},    // OpenAI, 400
    {Where::words, "longer than the model's context length", 413},  // SGLang, 400
    {Where::words, "length of all messages is too long", 413},      // Perplexity, 400
    {Where::words, "too many tokens: ", 413},                       // Cohere, 400
    {Where::words, "too many input tokens", 413},                   // Bedrock, 400
    {Where::words, "context window exceeded", 413},                 // LiteLLM, 400
    {Where::words, "contextwindowexceedederror", 413},              // LiteLLM, 400
    {Where::words, "when context the overflows", 413},              // LM Studio, 400
    {Where::words, "image exceeds", 413},                           // Anthropic, 400
    {Where::words, "image dimensions exceed", 413},                 // Anthropic, 400
    {Where::name, "image_too_large", 413},                          // OpenAI, 400
    {Where::name, "image_file_too_large", 413},                     // OpenAI, 400
};

// Of those, the ones that are about an image.
constexpr KnownError kOfAnImage[] = {
    {Where::words, "image exceeds", 413},
    {Where::words, "image dimensions exceed", 413},
    {Where::name, "image_too_large", 413},
    {Where::name, "image_file_too_large", 413},
};

// These tell errors of a stream apart; a status says more, since some servers call every error an
// invalid_request_error.
constexpr KnownError kWithoutStatus[] = {
    {Where::name, "invalid_api_key", 401},       {Where::name, "authentication_error", 401},
    {Where::name, "permission_error", 403},      {Where::name, "not_found_error", 404},
    {Where::name, "invalid_request_error", 400},
};

bool has_reason(const json::object& error, std::string_view reason) {
  const auto* details = array_in(error, "details");
  if (!details) return false;
  for (const auto& detail : *details)
    if (const auto* object = detail.if_object(); object && text_in(*object, "reason") == reason) return true;
  return false;
}

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool contains_words(std::string_view text, std::string_view words) {
  return !std::ranges::search(text, words, {}, lower, lower).empty();
}

// {"message": "..."}, or the whole body of a server that says {"error": "..."}.
std::string words_of(const json::object& error) {
  auto message = text_in(error, "message");
  return message.empty() ? text_in(error, "error") : message;
}

bool says(const json::object& error, const KnownError& known) {
  switch (known.where) {
    case Where::name:
      return text_in(error, "type") == known.what || text_in(error, "code") == known.what;
    case Where::reason:
      return has_reason(error, known.what);
    case Where::words:
      return contains_words(words_of(error), known.what);
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

bool is_about_an_image(const json::object& error) { return meaning_among(kOfAnImage, error) != 0; }

}  // namespace executus::llm

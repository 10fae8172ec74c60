#include "llm/known_errors.hpp"

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "llm/wire.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

// `name`: the error's type or code. `reason`: of a google.rpc.ErrorInfo. `words`: in its message.
enum class Where { name, reason, words };

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
};

// These tell errors of a stream apart; a status says more, since some servers call every error an
// invalid_request_error.
constexpr KnownError kWithoutStatus[] = {
    {Where::name, "invalid_api_key", 401},       {Where::name, "authentication_error", 401},
    {Where::name, "permission_error", 403},      {Where::name, "not_found_error", 404},
    {Where::name, "invalid_request_error", 400}, {Where::name, "context_length_exceeded", 400},
};

bool has_reason(const json::object& error, std::string_view reason) {
  const auto* details = array_in(error, "details");
  if (!details) return false;
  for (const auto& detail : *details)
    if (const auto* object = detail.if_object(); object && text_in(*object, "reason") == reason) return true;
  return false;
}

bool says(const json::object& error, const KnownError& known) {
  switch (known.where) {
    case Where::name:
      return text_in(error, "type") == known.what || text_in(error, "code") == known.what;
    case Where::reason:
      return has_reason(error, known.what);
    case Where::words:
      return text_in(error, "message").find(known.what) != std::string::npos;
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

}  // namespace executus::llm

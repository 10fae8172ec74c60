#include "llm/google/api_error.hpp"

#include <boost/json.hpp>

#include "llm/answer_errors.hpp"
#include "llm/failure.hpp"
#include "llm/wire.hpp"

namespace executus::llm::google {
namespace {

namespace json = boost::json;

// Seconds with a unit, unlike the header's.
std::optional<Milliseconds> duration_of(std::string_view text) {
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(1);
  bool is_number = !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_number ? parse_retry_after(text, WallTime{}) : std::nullopt;
}

}  // namespace

std::optional<Milliseconds> retry_delay_in(const json::object& error) {
  const auto* details = array_in(error, "details");
  if (!details) return std::nullopt;
  for (const auto& detail : *details) {
    const auto* object = detail.if_object();
    if (object && text_in(*object, "@type").ends_with("google.rpc.RetryInfo"))
      return duration_of(text_in(*object, "retryDelay"));
  }
  return std::nullopt;
}

void throw_if_api_error(const json::object& body, const Asked& asked) {
  try {
    throw_if_error(body, asked);
  } catch (const ModelError& error) {
    const auto* told = object_in(body, "error");
    auto wait = told ? retry_delay_in(*told) : std::nullopt;
    if (!wait) throw;
    throw ModelError(error.failure(), error.code(), error.message(), error.http_status(), wait);
  }
}

ModelError unusable_answer(const std::string& finish, const std::string& words, const Asked& asked) {
  bool stays = finish == "MISSING_THOUGHT_SIGNATURE";
  auto reason = words.empty() ? finish : finish + ": " + quotable(words, asked.secret);
  auto advice = stays ? "; begin a new conversation" : "; ask again";
  return {stays ? Failure::permanent : Failure::transient, stays ? "model.rejected" : "model.malformed",
          asked.target + " gave no usable answer (" + reason + ")" + advice};
}

}  // namespace executus::llm::google

#include <utility>

#include <executus/llm/kit/failure.hpp>

#include "base/known_keys.hpp"
#include "base/secrets/secrets.hpp"
#include "base/text.hpp"

namespace executus::llm {
namespace {

constexpr std::size_t kQuotedCharacters = 500;
constexpr std::size_t kReadBytes = std::size_t{32} * 1024;

}  // namespace

Failure failure_of_status(int status) {
  if (status == 408 || status == 409 || status == 425 || status == 429 || status >= 500) return Failure::transient;
  return status >= 300 ? Failure::permanent : Failure::unknown;
}

std::string_view code_of_status(int status) {
  if (status >= 300 && status < 400) return "model.redirected";
  if (status == 401 || status == 403) return "model.unauthorized";
  if (status == 402) return "model.no_credit";
  if (status == 404) return "model.not_found";
  if (status == 413) return kRequestTooLarge;
  if (status == 429) return "model.overloaded";
  return failure_of_status(status) == Failure::permanent ? "model.rejected" : "model.unavailable";
}

std::string quotable(std::string_view text, std::string_view secret) {
  // Cut, here or by what read it; a piece of a key is none either.
  std::string line = Secrets(secret).masked(repair_utf8(trim(text).substr(0, kReadBytes)), Cut::at_end);
  line = without_known_keys(std::move(line));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  std::string_view clipped = clip(line, kQuotedCharacters);
  return clipped.size() < line.size() ? std::string(clipped) + "..." : line;
}

}  // namespace executus::llm

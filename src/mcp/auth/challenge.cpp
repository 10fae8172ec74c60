#include "mcp/auth/challenge.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace executus::mcp {
namespace {

bool is_token_character(char c) {
  return is_ascii_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : left_(text) {}

  [[nodiscard]] bool at_end() const { return left_.empty(); }
  void skip(std::string_view characters) {
    left_.remove_prefix(std::min(left_.size(), left_.find_first_not_of(characters)));
  }
  std::string_view token() {
    auto end = std::ranges::find_if_not(left_, is_token_character);
    return taken(static_cast<std::size_t>(end - left_.begin()));
  }
  bool take(char c) {
    if (!left_.starts_with(c)) return false;
    left_.remove_prefix(1);
    return true;
  }
  // A token or a quoted string; tokens of base64 have '/' and '=' in them.
  std::string value() {
    if (!take('"')) return std::string(taken(std::min(left_.size(), left_.find_first_of(" \t,"))));
    std::string text;
    while (!left_.empty() && left_.front() != '"') {
      if (left_.front() == '\\' && left_.size() > 1) left_.remove_prefix(1);
      text += left_.front();
      left_.remove_prefix(1);
    }
    take('"');
    return text;
  }
  void pass_one() { left_.remove_prefix(1); }

 private:
  std::string_view taken(std::size_t count) {
    auto text = left_.substr(0, count);
    left_.remove_prefix(count);
    return text;
  }
  std::string_view left_;
};

void note(BearerChallenge& challenge, const std::string& name, std::string value) {
  if (name == "resource_metadata")
    challenge.resource_metadata = std::move(value);
  else if (name == "scope")
    challenge.scope = std::move(value);
  else if (name == "error")
    challenge.error = std::move(value);
}

}  // namespace

std::optional<BearerChallenge> bearer_challenge(std::string_view header) {
  HeaderReader reader(header);
  std::optional<BearerChallenge> challenge;
  bool inside = false;  // of a challenge of Bearer
  for (reader.skip(" \t,"); !reader.at_end(); reader.skip(" \t,")) {
    auto word = lowered(reader.token());
    if (word.empty()) {
      reader.pass_one();
      continue;
    }
    reader.skip(" \t");
    if (reader.take('=')) {
      reader.skip(" \t");
      auto value = reader.value();
      if (inside) note(*challenge, word, std::move(value));
      continue;
    }
    if (challenge) break;  // another challenge begins
    inside = word == "bearer";
    if (inside) challenge.emplace();
  }
  return challenge;
}

}  // namespace executus::mcp

#include "tools/masking.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kShortestKey = 8;

enum class Variables { all, secrets };

// Of a header or a variable.
bool names_a_secret(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::array<std::string_view, 7> words{"key", "token", "secret", "passw", "auth", "cookie", "credential"};
  return std::ranges::any_of(words, [&](auto word) { return lower.find(word) != std::string::npos; });
}

void add_values(std::vector<std::string>& secrets, std::string_view text, Variables which,
                const Environment& environment) {
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 1)) {
    auto variable = text.substr(at, text.find('}', at) - at + 1);
    if (which == Variables::secrets && !names_a_secret(variable)) continue;
    auto value = expand_variables(variable, environment);
    if (!value) continue;
    for (auto word : split(*value, ' '))
      if (word.size() >= kShortestKey) secrets.emplace_back(word);
  }
}

std::string without_word(std::string text, std::string_view word) {
  constexpr std::string_view mask = "***";
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + mask.size()))
    text.replace(at, word.size(), mask);
  return text;
}

}  // namespace

void add_secrets(std::vector<std::string>& secrets, std::string_view text, const Environment& environment) {
  add_values(secrets, text, Variables::secrets, environment);
}

void add_secrets(std::vector<std::string>& secrets, const std::map<std::string, std::string>& texts,
                 const Environment& environment) {
  for (const auto& [name, text] : texts)
    add_values(secrets, text, names_a_secret(name) ? Variables::all : Variables::secrets, environment);
}

// Longer ones first: one may begin with another.
std::string masked(std::string answer, std::vector<std::string> secrets) {
  std::ranges::sort(secrets, [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const auto& secret : secrets) answer = without_word(std::move(answer), secret);
  return answer;
}

}  // namespace executus::tools

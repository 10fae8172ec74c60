#include <utility>

#include <executus/base/error.hpp>
#include <executus/llm/kit/json_values.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

constexpr std::string_view kEnd = "[DONE]";
constexpr std::string_view kWhiteSpace = " \t\r\n,";

// A line of an event that is not its data, or a comment.
bool says_nothing(std::string_view line) {
  constexpr std::string_view name = "event:";
  if (line.starts_with(name)) return trim(line.substr(name.size())) != "error";
  return line.empty() || line.starts_with(':') || line.starts_with("id:") || line.starts_with("retry:");
}

}  // namespace

void JsonValues::add(std::string_view bytes) {
  if (text_.size() + bytes.size() > max_bytes_)
    throw failed("net.too_large", "the server sent a value of more than " + std::to_string(max_bytes_) +
                                      " bytes; raise the limit or ask for less");
  text_ += bytes;
}

// Returns where a value begins, or nothing. A word that is none of those that may stand there stays in text_ up to the
// end of its line.
std::string_view JsonValues::skip_between(std::string_view bytes) {
  while (!bytes.empty()) {
    char c = bytes.front();
    bool begins_value = text_.empty() && (c == '{' || c == '[');
    if (begins_value) return bytes;
    if (c == '\n') return bytes;
    if (!text_.empty() || kWhiteSpace.find(c) == std::string_view::npos) add(bytes.substr(0, 1));
    bytes.remove_prefix(1);
    if (text_ == "data:") text_.clear();
  }
  return bytes;
}

std::vector<std::string> JsonValues::feed(std::string_view bytes) {
  std::vector<std::string> values;
  while (!bytes.empty()) {
    if (!in_value_) {
      bytes = skip_between(bytes);
      if (bytes.empty()) break;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        auto word = std::exchange(text_, {});
        if (auto line = trim(word); !says_nothing(line)) values.emplace_back(line);
        continue;
      }
      in_value_ = true;
      scan_ = {};
    }
    auto taken = scan_.feed(bytes);
    add(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (scan_.state() != JsonScan::State::whole) continue;
    in_value_ = false;
    if (auto value = std::exchange(text_, {}); value != kEnd) values.push_back(std::move(value));
  }
  return values;
}

}  // namespace executus::llm

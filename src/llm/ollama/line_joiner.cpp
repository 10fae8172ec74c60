#include "llm/ollama/line_joiner.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

namespace executus::llm::ollama {
namespace {

namespace json = boost::json;

json::parse_options joiner_options() {
  json::parse_options options;
  options.max_depth = max_json_depth;
  return options;
}

}  // namespace

LineJoiner::LineJoiner() : checks_({}, joiner_options()) {}

// The values come from parse_tolerant_json, which reads numbers exactly; the stream parser only says whether to wait.
Result<std::optional<json::value>> LineJoiner::add(std::string_view line) {
  if (text_.empty()) {
    auto value = parse_tolerant_json(line);
    if (value) return std::optional<json::value>(std::move(*value));
    checks_.reset();
    controls_ = {};
    if (!goes_on(line)) return value.error();
    text_ = line;
    return std::optional<json::value>();
  }
  (text_ += '\n') += line;
  if (goes_on("\n") && goes_on(line)) return std::optional<json::value>();
  auto value = parse_tolerant_json(std::exchange(text_, {}));
  if (!value) return value.error();
  return std::optional<json::value>(std::move(*value));
}

// Whether the value goes on in the next line: it is neither complete nor malformed.
bool LineJoiner::goes_on(std::string_view piece) {
  json::error_code error;
  auto mended = controls_.feed(piece);
  checks_.write(mended.data(), mended.size(), error);
  return !error && !checks_.done();
}

}  // namespace executus::llm::ollama

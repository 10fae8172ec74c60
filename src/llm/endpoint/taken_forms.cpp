#include "llm/endpoint/taken_forms.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/endpoint.hpp>

#include "base/among.hpp"
#include "base/ascii.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

// Of the statuses that refuse a request; 405 and 501 refuse the way of asking itself, and 500 is what servers answer
// whose code for streams throws, or is not there.
constexpr std::array<int, 6> kRefusals{400, 403, 404, 406, 415, 422};
constexpr std::array<int, 2> kRefusalsOfTheWay{405, 501};
constexpr int kBroken = 500;

// Some servers repeat what they were sent, which says nothing of what they refuse.
bool repeats_the_request(std::string_view key) { return key == "input" || key == "body" || key == "request"; }

// All that an error says, a text a line.
void add_words(std::string& words, const json::value& error) {
  if (const auto* text = error.if_string()) (words += '\n') += std::string_view(*text);
  if (const auto* list = error.if_array())
    for (const auto& element : *list) add_words(words, element);
  if (const auto* object = error.if_object())
    for (const auto& member : *object)
      if (!repeats_the_request(member.key())) add_words(words, member.value());
}

std::string words_of(std::string_view body) {
  std::string words;
  if (auto parsed = parse_tolerant_json(body))
    add_words(words, *parsed);
  else
    words = body;
  return lowered(words);
}

constexpr std::string_view kStream = "stream";

// "stream", "streaming", "'stream'": not the end of "upstream". From `at` on; npos: none.
std::size_t next_stream(std::string_view words, std::size_t at) {
  for (at = words.find(kStream, at); at != std::string_view::npos; at = words.find(kStream, at + 1))
    if (at == 0 || !is_ascii_alphanumeric(words[at - 1])) return at;
  return at;
}

bool speaks_of_streams(std::string_view words) { return next_stream(words, 0) != std::string_view::npos; }

bool holds_one_of(std::string_view text, const auto& list) {
  return std::ranges::any_of(list, [&](std::string_view each) { return text.find(each) != std::string_view::npos; });
}

// Without "(SSE)", and without the marks within "gpt-4.1" and "qwen2.5:7b".
std::string without_asides(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto end = text[i] == '(' ? text.find(')', i) : std::string_view::npos;
    if (end != std::string_view::npos) i = end + 1;
    if (i >= text.size()) break;
    bool within_a_word = i + 1 < text.size() && is_ascii_alphanumeric(text[i + 1]);
    if (!within_a_word || std::string_view(".,:;").find(text[i]) == std::string_view::npos) plain += text[i];
  }
  return plain;
}

// Whether what stands between a refusal and what it is about leaves them one clause.
bool is_one_clause(std::string_view said) {
  constexpr std::size_t longest = 56;
  constexpr std::array<std::string_view, 13> breaks{
      ".", ",", ";", ":", "\n", "(", " - ", "error", "failed", "broke", "because", "connection", "backend"};
  constexpr std::array<std::string_view, 3> names{"param", "argument", "option"};  // "unsupported parameter: stream"
  auto between = without_asides(said);
  bool has_letters = std::ranges::any_of(between, is_ascii_letter);
  return between.size() <= longest && (!has_letters || holds_one_of(between, names) || !holds_one_of(between, breaks));
}

// "while streaming", "in streaming response": something happened then.
bool is_an_occasion(std::string_view before) {
  constexpr std::array<std::string_view, 7> openings{"while ", "during ",    "in ",   "in the ",
                                                     "in a ",  "while the ", "error "};
  return std::ranges::any_of(openings, [&](std::string_view each) { return before.ends_with(each); });
}

// "streaming is not supported", "stream is not implemented": not that a stream broke.
bool speaks_of_no_streams(std::string_view words) {
  constexpr std::array<std::string_view, 10> refusals{"not support",   "n't support",          "unsupported",
                                                      "not implement", "notimplementederror:", "notimplemented",
                                                      "not allow",     "not available",        "disabled",
                                                      "not enabled"};
  constexpr std::size_t near = 64;
  for (auto at = next_stream(words, 0); at != std::string_view::npos; at = next_stream(words, at + 1)) {
    auto near_before = words.substr(at > near ? at - near : 0, std::min(at, near));
    auto near_behind = words.substr(at + kStream.size(), near);
    for (auto refusal : refusals) {
      auto behind = near_behind.find(refusal), before = near_before.rfind(refusal);
      bool follows = behind != std::string_view::npos && is_one_clause(near_behind.substr(0, behind));
      if (follows && !is_an_occasion(near_before)) return true;
      if (before != std::string_view::npos && is_one_clause(near_before.substr(before + refusal.size()))) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<AnswerForm> form_instead_of(AnswerForm refused, int status, std::string_view body) {
  if (!is_streamed(refused)) return std::nullopt;
  if (is_among(status, kRefusalsOfTheWay)) return AnswerForm::whole;
  if (!is_among(status, kRefusals) && status != kBroken) return std::nullopt;
  auto words = words_of(body);
  if (status == kBroken) return speaks_of_no_streams(words) ? std::optional(AnswerForm::whole) : std::nullopt;
  bool extras = words.find("stream_options") != std::string::npos || words.find("include_usage") != std::string::npos;
  if (extras && refused == AnswerForm::streamed) return AnswerForm::plainly_streamed;
  return speaks_of_streams(words) ? std::optional(AnswerForm::whole) : std::nullopt;
}

std::shared_ptr<TakenForms> make_taken_forms() { return std::make_shared<TakenForms>(); }

std::optional<AnswerForm> TakenForms::of(const std::string& model) const {
  std::lock_guard lock(mutex_);
  auto found = by_model_.find(model);
  return found == by_model_.end() ? std::nullopt : std::optional(found->second);
}

bool TakenForms::lasts(const std::string& model, int status) const {
  auto taken = of(model);
  return status != kBroken || !taken || !is_streamed(*taken);
}

void TakenForms::learn(const std::string& model, AnswerForm taken) {
  std::lock_guard lock(mutex_);
  by_model_[model] = taken;
}

}  // namespace executus::llm

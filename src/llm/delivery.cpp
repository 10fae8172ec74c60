#include "llm/delivery.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

namespace executus::llm {
namespace {

namespace json = boost::json;

// Of the statuses that refuse a request; 405 and 501 refuse the way of asking itself, and 500 is what servers answer
// whose code for streams throws, or is not there.
constexpr std::array<int, 6> kRefusals{400, 403, 404, 406, 415, 422};
constexpr std::array<int, 2> kRefusalsOfTheWay{405, 501};
constexpr int kBroken = 500;

template <std::size_t N>
bool is_one_of(int status, const std::array<int, N>& statuses) {
  return std::ranges::find(statuses, status) != statuses.end();
}

// Some servers repeat what they were sent, which says nothing of what they refuse.
bool repeats_the_request(std::string_view key) { return key == "input" || key == "body" || key == "request"; }

// All that an error says.
void add_words(std::string& words, const json::value& error) {
  if (const auto* text = error.if_string()) (words += ' ') += std::string_view(*text);
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
  std::ranges::transform(words, words.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return words;
}

// "stream", "streaming", "'stream'": not the end of "upstream".
bool speaks_of_streams(std::string_view words) {
  for (auto at = words.find("stream"); at != std::string_view::npos; at = words.find("stream", at + 1))
    if (at == 0 || !std::isalnum(static_cast<unsigned char>(words[at - 1]))) return true;
  return false;
}

// "streaming is not supported", "stream is not implemented": not that a stream broke.
bool speaks_of_no_streams(std::string_view words) {
  constexpr std::array<std::string_view, 9> refusals{"not support",   "n't support",    "unsupported",
                                                     "not implement", "notimplemented", "not allow",
                                                     "not available", "disabled",       "not enabled"};
  auto said = [&](std::string_view refusal) { return words.find(refusal) != std::string_view::npos; };
  return speaks_of_streams(words) && std::ranges::any_of(refusals, said);
}

}  // namespace

std::optional<Delivery> delivery_instead_of(Delivery refused, int status, std::string_view body) {
  if (!is_streamed(refused)) return std::nullopt;
  if (is_one_of(status, kRefusalsOfTheWay)) return Delivery::whole;
  if (!is_one_of(status, kRefusals) && status != kBroken) return std::nullopt;
  auto words = words_of(body);
  if (status == kBroken) return speaks_of_no_streams(words) ? std::optional(Delivery::whole) : std::nullopt;
  bool extras = words.find("stream_options") != std::string::npos || words.find("include_usage") != std::string::npos;
  if (extras && refused == Delivery::streamed) return Delivery::plainly_streamed;
  return speaks_of_streams(words) ? std::optional(Delivery::whole) : std::nullopt;
}

std::optional<Delivery> TakenDeliveries::of(const std::string& model) const {
  std::lock_guard lock(mutex_);
  auto found = by_model_.find(model);
  return found == by_model_.end() ? std::nullopt : std::optional(found->second);
}

void TakenDeliveries::learn(const std::string& model, Delivery taken) {
  std::lock_guard lock(mutex_);
  by_model_[model] = taken;
}

}  // namespace executus::llm

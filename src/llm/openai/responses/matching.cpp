#include "llm/openai/responses/matching.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/answer/told_twice.hpp"
#include "llm/openai/responses/item.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

// What an item says, read once.
struct Said {
  std::string type;
  std::string id;
  std::string call_id;
  std::string name;                           // of a call
  std::string text;                           // of a message; the arguments of a call
  std::string refusal;                        // of a message
  std::optional<json::value> arguments = {};  // of a call, where they are complete

  [[nodiscard]] bool is_read() const { return type == kMessageItem || type == kCallItem; }
  [[nodiscard]] bool is_empty() const { return text.empty() && refusal.empty(); }
};

std::string trimmed(std::string_view text) { return std::string(trim(text)); }

Said said_by(const json::object& item) {
  Said said{text_in(item, "type"), text_in(item, "id"), text_in(item, "call_id"), text_in(item, "name"), {}, {}};
  if (said.type == kMessageItem) {
    auto [text, refusal] = text_of_item(item);
    said.text = trimmed(text);
    said.refusal = trimmed(refusal);
  } else if (said.type == kCallItem) {
    said.text = trimmed(item_arguments(item));
    if (auto parsed = parse_json(said.text)) said.arguments = *std::move(parsed);
  }
  return said;
}

// Whether `end` says the same as `streamed`, or goes on from it.
bool agrees(const Said& streamed, const Said& end) {
  auto goes_on = [](std::string_view pieces, std::string_view whole) {
    return whole.empty() || whole.starts_with(pieces);
  };
  if (!streamed.name.empty() && streamed.name != end.name) return false;
  if (streamed.arguments) return end.is_empty() || (end.arguments && same_json(*streamed.arguments, *end.arguments));
  return goes_on(streamed.text, end.text) && goes_on(streamed.refusal, end.refusal);
}

using Key = std::vector<std::string>;  // empty: of no other item

Key key_of_id(const Said& said) { return said.id.empty() ? Key{} : Key{said.type, said.id}; }
Key key_of_call(const Said& said) { return said.call_id.empty() ? Key{} : Key{said.type, said.call_id}; }
Key key_of_words(const Said& said) {
  return said.is_read() ? Key{said.type, said.name, said.text, said.refusal} : Key{};
}
Key key_of_type(const Said& said) { return {said.type}; }

class Matching {
 public:
  Matching(const std::vector<StreamedItem>& streamed, const std::vector<json::object>& end) {
    for (const auto& each : streamed) streamed_.push_back(said_by(each.item));
    for (const auto& each : end) end_.push_back(said_by(each));
    taken_.resize(streamed.size(), false);
    matches_.resize(end.size(), kNewItem);
  }

  std::optional<std::vector<std::size_t>> run() && {
    match_by(key_of_id);
    match_by(key_of_call);
    match_by(key_of_words);
    if (!match_what_agrees()) return std::nullopt;
    match_by(key_of_type);
    return std::move(matches_);
  }

 private:
  // Each item of the end takes the first one of the stream with its key.
  void match_by(Key (*key_of)(const Said&)) {
    std::map<Key, std::vector<std::size_t>> places;  // the first one last
    for (std::size_t k = streamed_.size(); k-- > 0;)
      if (!taken_[k] && !streamed_[k].type.empty())
        if (auto key = key_of(streamed_[k]); !key.empty()) places[std::move(key)].push_back(k);
    for (std::size_t i = 0; i < end_.size(); ++i) {
      if (matches_[i] != kNewItem) continue;
      auto found = places.find(key_of(end_[i]));
      if (found == places.end() || found->second.empty()) continue;
      take(i, found->second.back());
      found->second.pop_back();
    }
  }

  // Of several that an item may go on from, the one that says most: an empty one only when no other is left.
  bool match_what_agrees() {
    auto ours = left(streamed_, [&](std::size_t k) { return !taken_[k]; });
    auto theirs = left(end_, [&](std::size_t i) { return matches_[i] == kNewItem; });
    if (ours.size() * theirs.size() > kMostPairsOfItems) return false;
    for (bool both_say_something : {true, false})
      for (auto i : theirs)
        if (auto best = best_for(i, ours, both_say_something); matches_[i] == kNewItem && best) take(i, *best);
    return true;
  }

  static std::vector<std::size_t> left(const std::vector<Said>& items, auto is_left) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < items.size(); ++i)
      if (items[i].is_read() && is_left(i)) places.push_back(i);
    return places;
  }

  [[nodiscard]] std::optional<std::size_t> best_for(std::size_t i, const std::vector<std::size_t>& ours,
                                                    bool both_say_something) const {
    std::optional<std::size_t> best;
    auto length = [&](std::size_t k) { return streamed_[k].text.size() + streamed_[k].refusal.size(); };
    for (auto k : ours) {
      if (taken_[k] || streamed_[k].type != end_[i].type) continue;
      if (both_say_something && (streamed_[k].is_empty() || end_[i].is_empty())) continue;
      if ((!best || length(k) > length(*best)) && agrees(streamed_[k], end_[i])) best = k;
    }
    return best;
  }

  void take(std::size_t i, std::size_t k) {
    matches_[i] = k;
    taken_[k] = true;
  }

  std::vector<Said> streamed_, end_;
  std::vector<bool> taken_;           // of the stream
  std::vector<std::size_t> matches_;  // of the items of the end
};

}  // namespace

std::optional<std::vector<std::size_t>> matched_items(const std::vector<StreamedItem>& streamed,
                                                      const std::vector<json::object>& end) {
  return Matching(streamed, end).run();
}

}  // namespace executus::llm::openai

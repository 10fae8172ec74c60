// Tool calls, and the ways in which servers send them: an oracle for what puts them together again. Used by a property
// test and by a fuzzer; all that happens follows from `pick`.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/json.hpp>
#include <executus/llm/kit/call_assembly.hpp>

namespace executus::llm {

using Pick = std::function<std::size_t(std::size_t limit)>;  // 0 <= n < limit

struct CallScenario {
  enum class Index { right, reversed, zero, none, text, counts_fragments };
  enum class Id { first_piece, every_piece, none, equal, fresh };
  enum class Name { first_piece, every_piece };
  enum class Order { one_after_another, mixed };

  std::vector<ToolCall> calls;
  std::vector<CallFragment> fragments;
  Index index = Index::right;
  Id id = Id::first_piece;
  Name name = Name::first_piece;
  Order order = Order::one_after_another;
  bool repeats_a_silent_call = false;  // one without arguments comes in several pieces
};

inline CallScenario make_call_scenario(const Pick& pick) {
  static constexpr std::array<const char*, 9> arguments{"",
                                                        "{}",
                                                        R"({"city":"Oslo"})",
                                                        R"({"city":"Rome"})",
                                                        R"({"a":{"b":[1,"}"]}})",
                                                        R"({"q":"\"{"})",
                                                        R"("{\"a\":1}")",
                                                        R"({"z":1})",
                                                        R"({"k":"{}"})"};
  static constexpr std::array<const char*, 3> names{"note", "now", "get"};
  CallScenario made;
  made.index = static_cast<CallScenario::Index>(pick(6));
  made.id = static_cast<CallScenario::Id>(pick(5));
  made.name = static_cast<CallScenario::Name>(pick(2));
  made.order = static_cast<CallScenario::Order>(pick(2));
  std::size_t fresh = 0, count = 1 + pick(4);
  std::vector<std::vector<CallFragment>> pieces(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = arguments.at(pick(arguments.size()));
    std::string name = names.at(pick(names.size()));
    made.calls.push_back({"id" + std::to_string(i), name, text});
    std::size_t parts = 1 + pick(3);
    made.repeats_a_silent_call = made.repeats_a_silent_call || (text.empty() && parts > 1);
    for (std::size_t part = 0; part < parts; ++part) {
      std::size_t length = part + 1 == parts ? text.size() : pick(text.size() + 1);
      CallFragment piece{{}, {}, {}, text.substr(0, length)};
      text.erase(0, length);
      bool first = part == 0;
      if (first || made.name == CallScenario::Name::every_piece) piece.name = name;
      if (made.id == CallScenario::Id::equal && first) piece.id = "x";
      if (made.id == CallScenario::Id::fresh) piece.id = "fresh" + std::to_string(fresh++);
      bool own = (made.id == CallScenario::Id::first_piece && first) || made.id == CallScenario::Id::every_piece;
      if (own) piece.id = made.calls.back().id;
      if (made.index == CallScenario::Index::right) piece.index = std::to_string(i);
      if (made.index == CallScenario::Index::reversed) piece.index = std::to_string(count - i);
      if (made.index == CallScenario::Index::zero) piece.index = "0";
      if (made.index == CallScenario::Index::text) piece.index = std::string(1, static_cast<char>('a' + i));
      pieces[i].push_back(std::move(piece));
    }
  }
  std::vector<std::size_t> next(count, 0);
  for (std::size_t left = count; left > 0;) {
    std::size_t call = 0;
    if (made.order == CallScenario::Order::mixed) call = pick(count);
    while (next[call] == pieces[call].size()) call = (call + 1) % count;
    made.fragments.push_back(pieces[call][next[call]++]);
    if (made.index == CallScenario::Index::counts_fragments)
      made.fragments.back().index = std::to_string(made.fragments.size() - 1);
    if (next[call] == pieces[call].size()) --left;
  }
  return made;
}

// Nothing: a failed attempt.
inline std::optional<std::vector<ToolCall>> assembled(const CallScenario& scenario) {
  CallAssembly assembly;
  for (const auto& fragment : scenario.fragments) (void)assembly.add(fragment);
  auto calls = std::move(assembly).finish(CallAssembly::End::complete);
  return calls ? std::optional(std::move(calls->calls)) : std::nullopt;
}

// An object, or the text of one in a text.
inline bool is_run(const std::string& arguments) {
  if (arguments.empty()) return true;
  auto value = parse_json(arguments);
  if (value && value->is_string()) value = parse_json(value->get_string());
  return value && value->is_object();
}

// What is called with what, in an order of its own; calls that would not be run are left out.
inline std::vector<std::string> runnable(const std::vector<ToolCall>& calls) {
  std::vector<std::string> all;
  for (const auto& call : calls)
    if (is_run(call.arguments)) all.push_back(call.name + (call.arguments.empty() ? "{}" : call.arguments));
  std::ranges::sort(all);
  return all;
}

// Byte for byte such a stream is also that of other calls: each piece has an index, an id and a name of its own, or an
// id and a name and no arguments; or two calls have one place, one id and one name, and they are the same, or one has
// no arguments that would tell where the other begins; or pieces of several calls are mixed, and nothing in them is of
// one call alone.
inline bool misleads(const CallScenario& scenario) {
  using Index = CallScenario::Index;
  bool pieces_are_calls = scenario.id == CallScenario::Id::fresh && scenario.name == CallScenario::Name::every_piece &&
                          (scenario.index == Index::counts_fragments || scenario.repeats_a_silent_call);
  bool one_place = scenario.index == Index::zero || scenario.index == Index::none;
  bool has_silent = std::ranges::any_of(scenario.calls, [](const ToolCall& call) { return call.arguments.empty(); });
  bool all_alike = one_place && scenario.order == CallScenario::Order::mixed &&
                   (scenario.id == CallScenario::Id::none || scenario.id == CallScenario::Id::equal);
  auto texts = runnable(scenario.calls);
  bool has_twins = std::ranges::adjacent_find(texts) != texts.end();
  bool one_id = one_place && scenario.id == CallScenario::Id::equal;
  return pieces_are_calls || all_alike || (one_id && (has_silent || has_twins));
}

// Empty when the calls are those that were sent, or none is made, or the model is told that one cannot be read and all
// others are of those that were sent.
inline std::string difference(const CallScenario& scenario) {
  auto got = assembled(scenario);
  if (!got || misleads(scenario)) return {};
  auto made = runnable(*got), meant = runnable(scenario.calls);
  bool all = made.size() == got->size();
  if (all ? made == meant : std::ranges::includes(meant, made)) return {};
  std::string text = "sent:";
  for (const auto& f : scenario.fragments) text += " [" + f.index + "|" + f.id + "|" + f.name + "|" + f.arguments + "]";
  text += " made:";
  for (const auto& call : *got) text += " " + call.name + call.arguments;
  return text;
}

}  // namespace executus::llm

// For tests: the fields of what is stored of a run. The structured bindings below do not compile when a struct has a
// field that they lack.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <vector>

#include <executus/journal/entry.hpp>

namespace executus::journal {

inline auto fields_of(const llm::Response& response) {
  const auto& [message, finish, usage, target, raw] = response;  // raw is for the caller of the model, never stored
  return std::tie(message, finish, usage, target);
}
inline auto fields_of(const PhaseEnded& entry) {
  const auto& [index, name, how, output, error] = entry;
  return std::tie(index, name, how, output, error);
}
inline auto fields_of(const Artifact& artifact) {
  const auto& [name, mime, bytes] = artifact;
  return std::tie(name, mime, bytes);
}
inline auto fields_of(const CriticState& critic) {
  const auto& [extended, extensions, steps_raised, decisions, killed, kill_reason, nudges] = critic;
  return std::tie(extended, extensions, steps_raised, decisions, killed, kill_reason, nudges);
}
inline auto fields_of(const Generated& entry) {
  const auto& [call, ordinal, request, response, cost] = entry;
  return std::tie(call, ordinal, request, response, cost);
}
inline auto fields_of(const CompactedHead& compacted) {
  const auto& [upto, tokens, summary] = compacted;
  return std::tie(upto, tokens, summary);
}
inline auto fields_of(const BootMoment& moment) {
  const auto& [boot, since] = moment;
  return std::tie(boot, since);
}
inline auto fields_of(const llm::CallWait& wait) {
  const auto& [until, lasts, begun, signal] = wait;
  return std::tie(until, lasts, begun, signal);
}
inline auto fields_of(const llm::CallWake& wake) {
  const auto& [by, payload] = wake;
  return std::tie(by, payload);
}
inline auto fields_of(const KeptCall& kept) {
  const auto& [call, state, decided, arguments, key, effect, dispatches, intent_at, is_run, runs_below,
               repeated_in_doubt, changed_by_person, agreed_to, wait, wake, plan] = kept;
  return std::tie(call, state, decided, arguments, key, effect, dispatches, intent_at, is_run, runs_below,
                  repeated_in_doubt, changed_by_person, agreed_to, wait, wake, plan);
}
inline auto fields_of(const OfferedTool& tool) {
  const auto& [name, effect, digest] = tool;
  return std::tie(name, effect, digest);
}
inline auto fields_of(const ToolOffer& offered) {
  const auto& [source, declared, tools, offer, problem, reworded] = offered;
  return std::tie(source, declared, tools, offer, problem, reworded);
}
inline auto fields_of(const Past& past) {
  const auto& [iteration, usage, spent, phases, artifacts, critic, submitted, finish, served_by, runs_below, attempts,
               unheard, messages, compacted, calls, generated, notes, offers] = past;
  return std::tie(iteration, usage, spent, phases, artifacts, critic, submitted, finish, served_by, runs_below,
                  attempts, unheard, messages, compacted, calls, generated, notes, offers);
}
inline auto fields_of(const Continued& base) {
  const auto& [run, upto] = base;
  return std::tie(run, upto);
}
inline auto fields_of(const Admitted& entry) {
  const auto& [agent, invocation, input, past, continues] = entry;
  return std::tie(agent, invocation, input, past, continues);
}
inline auto fields_of(const Opened& entry) {
  const auto& [epoch, worker] = entry;
  return std::tie(epoch, worker);
}
inline auto fields_of(const Responded& entry) {
  const auto& [response, cost] = entry;
  return std::tie(response, cost);
}
inline auto fields_of(const Intended& entry) {
  const auto& [call, key, effect, moment, renewed, is_run, plan] = entry;
  return std::tie(call, key, effect, moment, renewed, is_run, plan);
}
inline auto fields_of(const Settled& entry) {
  const auto& [call, state, key, text, images, attached, submitted, artifacts, runs_below, notes] = entry;
  return std::tie(call, state, key, text, images, attached, submitted, artifacts, runs_below, notes);
}
inline auto fields_of(const LeftSignal& signal) {
  const auto& [name, payload, at] = signal;
  return std::tie(name, payload, at);
}
inline auto fields_of(const Steered& entry) {
  const auto& [message, source, undelivered, signal] = entry;
  return std::tie(message, source, undelivered, signal);
}
inline auto fields_of(const Waited& entry) {
  const auto& [reason, calls, detail, wake_at, signals] = entry;
  return std::tie(reason, calls, detail, wake_at, signals);
}
inline auto fields_of(const Retried& entry) {
  const auto& [call] = entry;
  return std::tie(call);
}
inline auto fields_of(const Ended& entry) {
  const auto& [status, output, error, error_code, reason] = entry;
  return std::tie(status, output, error, error_code, reason);
}
inline auto fields_of(const PhaseStarted& entry) {
  const auto& [index, name, system_prompt, model] = entry;
  return std::tie(index, name, system_prompt, model);
}
inline auto fields_of(const GateDecision& decision) {
  const auto& [index, ruling, arguments, reason] = decision;
  return std::tie(index, ruling, arguments, reason);
}
inline auto fields_of(const Gated& entry) {
  const auto& [response, decisions] = entry;
  return std::tie(response, decisions);
}
inline auto fields_of(const Approved& entry) {
  const auto& [call, approved, reason, by, answer] = entry;
  return std::tie(call, approved, reason, by, answer);
}
inline auto fields_of(const CallChanged& entry) {
  const auto& [call, was, arguments, reason, by] = entry;
  return std::tie(call, was, arguments, reason, by);
}
inline auto fields_of(const Compacted& entry) {
  const auto& [upto, summary, tokens_before, tokens_after, usage, error, cost] = entry;
  return std::tie(upto, summary, tokens_before, tokens_after, usage, error, cost);
}
inline auto fields_of(const Criticised& entry) {
  const auto& [nudge, extend_by, raise_steps_by, kill, reason, usage, cost] = entry;
  return std::tie(nudge, extend_by, raise_steps_by, kill, reason, usage, cost);
}
inline auto fields_of(const Spent& entry) {
  const auto& [target, usage, cost] = entry;
  return std::tie(target, usage, cost);
}
inline auto fields_of(const llm::MessagePart& part) {
  const auto& [message, kind, result] = part;
  return std::tie(message, kind, result);
}
inline auto fields_of(const Withheld::Item& item) {
  const auto& [part, note] = item;
  return std::tie(part, note);
}
inline auto fields_of(const Withheld& entry) {
  const auto& [items, error] = entry;
  return std::tie(items, error);
}

inline auto fields_of(const Cut& entry) {
  const auto& [text] = entry;
  return std::tie(text);
}
inline auto fields_of(const Parked& entry) {
  const auto& [call, wait, may_have_happened] = entry;
  return std::tie(call, wait, may_have_happened);
}
inline auto fields_of(const Woken& entry) {
  const auto& [call, wake] = entry;
  return std::tie(call, wake);
}
inline auto fields_of(const Reopened& entry) {
  const auto& [by] = entry;
  return std::tie(by);
}
inline auto fields_of(const Redefined& entry) {
  const auto& [agent, by] = entry;
  return std::tie(agent, by);
}
inline auto fields_of(const Mapped& entry) {
  const auto& [calls] = entry;
  return std::tie(calls);
}
inline auto fields_of(const Offered& entry) {
  const auto& [offer] = entry;
  return std::tie(offer);
}

template <class T>
concept Fielded = requires(const T& value) { fields_of(value); };
template <class T>
concept ListOfFielded = requires { requires Fielded<typename T::value_type>; };
template <class T>
concept MaybeFielded = requires(const T& value) {
  value.has_value();
  requires Fielded<std::remove_cvref_t<decltype(*value)>>;
};
template <class T>
concept OfFielded = ListOfFielded<T> || MaybeFielded<T>;

template <class T>
bool same(const T& a, const T& b);

template <Fielded T>
bool same_fields(const T& a, const T& b) {
  return std::apply(
      [&](const auto&... left) {
        return std::apply([&](const auto&... right) { return (same(left, right) && ...); }, fields_of(b));
      },
      fields_of(a));
}

template <class T>
bool same(const T& a, const T& b) {
  if constexpr (Fielded<T>) {
    return same_fields(a, b);
  } else if constexpr (!OfFielded<T>) {
    return a == b;
  } else if constexpr (requires { a.has_value(); }) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
  } else {
    bool all = a.size() == b.size();
    for (std::size_t i = 0; all && i < a.size(); ++i) all = same(a[i], b[i]);
    return all;
  }
}

// The places of fields that have their default, of `value` and of the structs in it.
template <Fielded T>
std::vector<std::size_t> defaults_in(const T& value) {
  std::vector<std::size_t> places;
  std::size_t place = 0;
  auto look = [&](const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    if (same(field, Field{})) places.push_back(place);
    auto look_inside = [&](const auto& inner) {
      for (auto found : defaults_in(inner)) places.push_back(found);
    };
    if constexpr (Fielded<Field>) look_inside(field);
    if constexpr (OfFielded<Field> && requires { field.front(); }) look_inside(field.front());
    if constexpr (OfFielded<Field> && requires { *field; }) look_inside(*field);
    ++place;
  };
  std::apply([&](const auto&... fields) { (look(fields), ...); }, fields_of(value));
  return places;
}

// A run that was under way: a conversation with a batch of calls that is half done, and everything else there is to
// know.
inline llm::Response kept_answer() {
  llm::Response response;
  response.message = llm::assistant_message("let me look", {{"c1", "grep", "{}"}, {"c2", "agent__x", "{}"}});
  response.finish = llm::FinishReason::length;
  response.usage = {100, 20, 30, 7, 5};
  response.target = "lab/model";
  return response;
}

inline std::vector<llm::Message> kept_messages() {
  return {
      llm::user_message("why?"), kept_answer().message, {llm::Role::tool, {}, {}, {{"c1", "grep", "no", {}, true}}}};
}

inline ToolOffer full_offer() {
  return {"fs",
          "1f",
          {{"fs.read", "pure", "2e"}},
          {{"version", "2025-11-25"}},
          "one was left out",
          {{"fs.read", "Reads."}}};
}

inline Past full_past() {
  Past past;
  past.iteration = 3;
  past.usage = {100, 20, 30, 7, 5};
  past.spent = {10, 2, 3, 4, 1};
  past.phases = {{1, "plan", PhaseEnd::salvaged, "half a plan", "no step left"}};
  past.artifacts = {{"a.png", "image/png", std::string("\0\xff", 2)}};
  past.critic = {Milliseconds(60'000), 1, 5, 3, true, "stuck", {"hurry"}};
  past.submitted = "the answer";
  past.finish = llm::FinishReason::length;
  past.served_by = "lab/model";
  past.runs_below = 4;
  past.attempts = 2;
  past.unheard = {"wait"};
  past.messages = 3;
  past.compacted = {1, 900, "so far"};
  const llm::CallWait wait{WallTime(Milliseconds(8)), Milliseconds(7), {"boot", Milliseconds(9)}, "paid"};
  const llm::CallWake wake{llm::CallWake::By::signal, {{"cents", 5}}};
  past.calls = {{{2, 0},
                 llm::CallState::denied,
                 true,
                 "[]",
                 "k1",
                 "irreversible",
                 1,
                 WallTime(Milliseconds(7)),
                 true,
                 1,
                 true,
                 true,
                 true,
                 wait,
                 wake,
                 {{"files", 1}}},
                {{2, 1},
                 llm::CallState::dispatched,
                 true,
                 "{\"n\":1}",
                 "k2",
                 "keyed",
                 2,
                 WallTime(Milliseconds(9)),
                 true,
                 3,
                 true,
                 true,
                 true,
                 wait,
                 wake,
                 {{"files", 2}}}};
  past.generated = {{{2, 1}, 3, "digest", kept_answer(), llm::NanoDollars{7}}};
  past.notes = {{"file:/a", "12ab"}};
  past.offers = {full_offer()};
  return past;
}

}  // namespace executus::journal

#include "journal/entry_parts.hpp"

#include <limits>
#include <utility>

#include "base/base64.hpp"
#include "base/named.hpp"

namespace executus::journal {

llm::CallPosition position_from(const json::value& value) {
  if (!value.is_array() || value.get_array().size() != 2) malformed_body("call");
  auto part = [&](std::size_t i) {
    const auto& number = value.get_array()[i];
    if (!number.is_int64() || number.get_int64() < 0) malformed_body("call");
    return static_cast<std::uint32_t>(number.get_int64());
  };
  return {part(0), part(1)};
}

llm::CallPosition call_of(const Body& body) {
  const auto* value = body.if_contains("call");
  if (!value) malformed_body("call");
  return position_from(*value);
}

std::optional<llm::CallState> call_state(std::string_view name) {
  using enum llm::CallState;
  return find_named(name,
                    {pending, awaiting_approval, denied, dispatched, not_dispatched, done, failed, in_doubt, parked});
}

std::optional<llm::CallState> settled_state(std::string_view name) {
  auto state = call_state(name);
  return state && is_settled(*state) ? state : std::nullopt;
}

llm::FinishReason finish_from(std::string_view name) {
  using enum llm::FinishReason;
  return find_named(name, {stop, tool_calls, length, refusal}).value_or(other);
}

std::optional<PhaseEnd> parse_phase_end(std::string_view name) {
  return find_named(name, {PhaseEnd::completed, PhaseEnd::fallback, PhaseEnd::salvaged});
}

std::optional<Ruling> parse_ruling(std::string_view name) {
  return find_named(name, {Ruling::allow, Ruling::rewrite, Ruling::deny, Ruling::ask});
}

std::vector<llm::Message> messages_from(const json::array& list) {
  std::vector<llm::Message> messages;
  for (const auto& message : list) messages.push_back(llm::message_from_json(message));
  return messages;
}

std::vector<Artifact> artifacts_from(const json::array& list) {
  std::vector<Artifact> artifacts;
  for (const auto& value : list) {
    Body artifact(value);
    auto bytes = base64_decode(artifact.text("bytes"));
    if (!bytes) malformed_body("artifacts");
    artifacts.push_back({artifact.text("name"), artifact.text("mime"), std::move(*bytes)});
  }
  return artifacts;
}

int count_of(const Body& body, std::string_view key) {
  auto number = body.number(key);
  if (number < 0 || number > std::numeric_limits<int>::max()) malformed_body(key);
  return static_cast<int>(number);
}

std::vector<std::string> texts_from(const Body& body, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto& text : body.list(key)) {
    if (!text.is_string()) malformed_body(key);
    texts.emplace_back(text.get_string());
  }
  return texts;
}

CriticState critic_from(const Body& body) {
  CriticState critic;
  critic.extended = Milliseconds(body.number("extended_ms"));
  critic.extensions = count_of(body, "extensions");
  critic.steps_raised = count_of(body, "steps_raised");
  critic.decisions = count_of(body, "decisions");
  critic.killed = body.flag("killed");
  critic.kill_reason = body.text("kill_reason");
  critic.nudges = texts_from(body, "nudges");
  return critic;
}

std::uint32_t ordinal_of(const Body& body, std::string_view key) {
  std::int64_t number = body.if_contains(key) ? body.number(key) : -1;
  if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) malformed_body(key);
  return static_cast<std::uint32_t>(number);
}

}  // namespace executus::journal

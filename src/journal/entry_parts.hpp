// Parts that entries of several kinds have, each read from the body of one: what is not as codec_write.cpp writes it is
// damage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include <executus/journal/entry.hpp>

#include "journal/entry_body.hpp"

namespace executus::journal {

[[nodiscard]] llm::CallPosition position_from(const json::value& value);
[[nodiscard]] llm::CallPosition call_of(const Body& body);
[[nodiscard]] std::optional<llm::CallState> call_state(std::string_view name);
[[nodiscard]] std::optional<llm::CallState> settled_state(std::string_view name);
[[nodiscard]] llm::FinishReason finish_from(std::string_view name);
[[nodiscard]] std::optional<PhaseEnd> parse_phase_end(std::string_view name);
[[nodiscard]] std::optional<Ruling> parse_ruling(std::string_view name);
[[nodiscard]] std::vector<llm::Message> messages_from(const json::array& list);
[[nodiscard]] std::vector<Artifact> artifacts_from(const json::array& list);
[[nodiscard]] int count_of(const Body& body, std::string_view key);
[[nodiscard]] std::vector<std::string> texts_from(const Body& body, std::string_view key);
[[nodiscard]] CriticState critic_from(const Body& body);
[[nodiscard]] std::uint32_t ordinal_of(const Body& body, std::string_view key);

}  // namespace executus::journal

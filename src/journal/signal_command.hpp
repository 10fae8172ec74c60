// A signal among the commands of an inbox, as stores have to know it.
#pragma once

#include <string>
#include <string_view>

#include <executus/journal/store.hpp>

namespace executus::journal {

// The kind of such a command, and the source of one that a run's journal holds as unheard.
inline constexpr std::string_view kSignal = "signal";

[[nodiscard]] inline bool is_signal(const Command& command) { return command.kind == kSignal; }

// Empty: it is no signal, or one that cannot be read.
[[nodiscard]] inline std::string signal_name(const Command& command) {
  const auto* name = is_signal(command) ? command.payload.if_contains("name") : nullptr;
  return name && name->is_string() ? std::string(name->get_string()) : std::string();
}

}  // namespace executus::journal

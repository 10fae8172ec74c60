// A signal among the commands of an inbox, as stores have to know it.
#pragma once

#include <string>

#include <executus/journal/store.hpp>

namespace executus::journal {

[[nodiscard]] inline bool is_signal(const Command& command) { return command.kind == "signal"; }

// Empty: it is no signal, or one that cannot be read.
[[nodiscard]] inline std::string signal_name(const Command& command) {
  const auto* name = is_signal(command) ? command.payload.if_contains("name") : nullptr;
  return name && name->is_string() ? std::string(name->get_string()) : std::string();
}

}  // namespace executus::journal

// A saved agent or skill and its versions, as the commands about them take and show them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/commands/agents/checked_agent.hpp"
#include "cli/context/saved_lookup.hpp"

namespace executus::cli {

// find_saved(); throws Error saved.unknown that says what there is when there is none.
[[nodiscard]] SavedOne saved_of(CommandContext& context, Noun noun, const std::string& name);

// The same of those that the caller owns: others' are not its to change.
[[nodiscard]] SavedOne own_saved(CommandContext& context, Noun noun, const std::string& name);

// The row of such a one, also where it cannot be read.
[[nodiscard]] SavedRow own_row(CommandContext& context, Noun noun, const std::string& name);

// Those that the caller sees, the newest first: an old version may be private while the newest is not.
[[nodiscard]] std::vector<SavedOne> versions_of(CommandContext& context, Noun noun, const SavedOne& one);

// The one of that number. Throws Error saved.unknown.
[[nodiscard]] const SavedOne& numbered(const std::vector<SavedOne>& versions, int number);

// Its file; of one that a program saved, or changed, what is kept.
[[nodiscard]] std::string text_of(const SavedOne& one);

// How two versions differ, as unified text; "" when they do not.
[[nodiscard]] std::string difference(const SavedOne& from, const SavedOne& to);

// Throws the Error tool.* when the caller may not save it so.
void refuse_unpermitted(CommandContext& context, const saved::Definition& definition);

}  // namespace executus::cli

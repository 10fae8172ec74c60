// What to leave out of a request that a model refused for what is in it. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include <executus/journal/entry.hpp>
#include <executus/llm/model.hpp>

namespace executus::run {

// Results of tools, and images, the largest first, until a quarter of what was sent is left out; a note takes the place
// of each. Texts of people and of the model stay. Empty: there is nothing of the kind. `compacted`: so many messages
// are not sent. `refused` says what counts: images when it is about one, bytes where the server has a limit of bytes,
// else tokens. Where the model cannot read an image: those that came since it answered last, since it took the others;
// when none did, all.
[[nodiscard]] std::vector<journal::Withheld::Item> to_withhold(const llm::Transcript& messages, std::uint32_t compacted,
                                                               const llm::ModelError& refused);

}  // namespace executus::run

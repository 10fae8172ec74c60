// Which item of a Responses stream each item of its end is: of its type the one with its id, else the call with its
// call_id, else the one that says the same, else the one that says most of what it goes on from, else an empty one,
// else the next one. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <boost/json/object.hpp>

#include "llm/openai/responses/output.hpp"

namespace executus::llm::openai {

inline constexpr std::size_t kNewItem = static_cast<std::size_t>(-1);

// More messages and calls than these, of the stream times of the end, are not compared one by one; those that say the
// same do not count.
inline constexpr std::size_t kMostPairsOfItems = 4096;

// For each item of the end its place in `streamed`, or kNewItem. Nothing: too many of them differ.
[[nodiscard]] std::optional<std::vector<std::size_t>> matched_items(const std::vector<StreamedItem>& streamed,
                                                                    const std::vector<boost::json::object>& end);

}  // namespace executus::llm::openai

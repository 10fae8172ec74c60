// Joins what a server sends in pieces and then once more as a whole. Where the two differ, neither is taken for the
// answer. Pure.
#pragma once

#include <optional>
#include <string>

#include <boost/json/value.hpp>

namespace executus::llm {

// The pieces where the whole is empty; the whole where it says the same, or goes on from the pieces. White space at
// the ends does not count. Nothing: they differ.
[[nodiscard]] std::optional<std::string> told_twice(std::string pieces, std::string whole);

// Whether the two are the same JSON; numbers are by their values: 1 and 1.0 are one number.
[[nodiscard]] bool same_json(const boost::json::value& one, const boost::json::value& other);

// The same for the arguments of a call, which are the same too where they are the same JSON.
[[nodiscard]] std::optional<std::string> arguments_told_twice(std::string pieces, std::string whole);

}  // namespace executus::llm

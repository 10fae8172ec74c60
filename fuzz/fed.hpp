// Parsers of streams: fed with pieces, they give out what each of them completes.
#pragma once

#include <utility>
#include <vector>

#include <executus/base/error.hpp>

#include "fuzz/cuts.hpp"
#include "fuzz/property.hpp"

namespace executus::fuzz {

// Adds to `out` what `pieces` complete. False: a part of them was longer than the parser's limit.
template <class Parser, class Part>
[[nodiscard]] bool fed(Parser& parser, const Pieces& pieces, std::vector<Part>& out) {
  try {
    for (auto piece : pieces)
      for (auto& part : parser.feed(piece)) out.push_back(std::move(part));
  } catch (const Error& error) {
    expect(error.code() == "net.too_large", "a parser of a stream throws net.too_large only");
    return false;
  }
  return true;
}

}  // namespace executus::fuzz

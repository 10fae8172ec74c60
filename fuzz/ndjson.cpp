// Lines of JSON: the same however the bytes were cut; no line holds an end of one, nor white space around it.
#include <optional>

#include <executus/base/error.hpp>

#include "base/text.hpp"
#include "fuzz/cuts.hpp"
#include "fuzz/property.hpp"
#include "net/client/ndjson_parser.hpp"

namespace executus::fuzz {
namespace {

using Lines = std::vector<std::string>;

// Nothing: a line was too long.
std::optional<Lines> lines_in(const Pieces& pieces, std::size_t limit) {
  net::NdjsonParser parser(limit);
  Lines lines;
  try {
    for (auto piece : pieces)
      for (auto& line : parser.feed(piece)) lines.push_back(std::move(line));
  } catch (const Error& error) {
    expect(error.code() == "net.too_large", "a parser of lines throws net.too_large only");
    return std::nullopt;
  }
  for (auto& line : parser.finish()) lines.push_back(std::move(line));
  expect(parser.finish().empty(), "the end is told once");
  return lines;
}

void check_limit(std::string_view bytes, std::size_t limit) {
  auto whole = lines_in({bytes}, limit);
  for_each_cut(bytes, [&](const Pieces& pieces) {
    expect(lines_in(pieces, limit) == whole, "lines do not depend on how the bytes were cut");
  });
}

Lines by_splitting(std::string_view bytes) {
  Lines lines;
  for (auto line : split(bytes, '\n'))
    if (auto text = trim(line); !text.empty()) lines.emplace_back(text);
  return lines;
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus::fuzz;
  auto bytes = text_of(data, size);
  check_limit(bytes, 32);
  check_limit(bytes, size);
  expect(lines_in({bytes}, size) == by_splitting(bytes), "the lines are those between the line ends");
  return 0;
}

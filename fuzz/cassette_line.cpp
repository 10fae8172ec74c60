// The lines of a cassette: what was read is written so that it is read the same.
#include "llm/cassette/cassette_line.hpp"

#include "base/text.hpp"
#include "fuzz/property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  auto line = llm::read_cassette_line(text_of(data, size));
  if (!line) {
    expect(line.error().code() == "cassette.malformed", "an error of a cassette has the code of one");
    return 0;
  }
  auto written = llm::to_text(*line);
  expect(is_valid_utf8(written) && written.find('\n') == std::string::npos, "a line is one line of UTF-8");
  auto again = llm::read_cassette_line(written);
  expect(again.ok() && llm::to_text(*again) == written, "a line that is written is read the same", written);
  return 0;
}

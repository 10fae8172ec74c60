// What every fuzzer is written with: its bytes as text, and a way to say what has to hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

namespace executus::fuzz {

[[nodiscard]] inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process when it does not hold, which libFuzzer reports together with the input.
inline void expect(bool holds, const char* property, std::source_location where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: this does not hold: %s\n", where.file_name(), static_cast<unsigned>(where.line()),
               property);
  std::abort();
}

// The same for a property of a text, which is shown.
inline void expect(bool holds, const char* property, const std::string& text,
                   std::source_location where = std::source_location::current()) {
  if (!holds) std::fprintf(stderr, "the text: %s\n", text.c_str());
  expect(holds, property, where);
}

// Stands for a key. The dictionaries hold it, so that inputs do.
inline constexpr std::string_view kCanary = "c4n4ry-s3cr3t-0123";

[[nodiscard]] inline bool has_canary(std::string_view text) { return text.find(kCanary) != std::string_view::npos; }

// The first line, and what follows it. Inputs of two texts are written so.
[[nodiscard]] inline std::pair<std::string_view, std::string_view> split_at_line(std::string_view text) {
  auto end = text.find('\n');
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), text.substr(end + 1)};
}

}  // namespace executus::fuzz

// A text as edits are matched against it: every line end is one LF, and there is no byte order mark. Where each part of
// it stands in the file stays known, so that an edit changes no other byte. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace executus::tools {

inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class NormalText final {
 public:
  // `bytes` outlive it.
  explicit NormalText(std::string_view bytes);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  // Where the character at `at` (or the end) begins in the file.
  [[nodiscard]] std::size_t place(std::size_t at) const;

  // The line end at `at`, which is a LF of text(), as the file has it: "\n", "\r\n" or "\r".
  [[nodiscard]] std::string_view line_end(std::size_t at) const;

  // How a line is to end that is put in at `at`: as the line before it, else as the one there, else "\n".
  [[nodiscard]] std::string_view line_end_near(std::size_t at) const;

 private:
  std::string_view bytes_;
  std::string text_;
  std::vector<std::size_t> pairs_;  // places in text_ of the LFs that are CR LF in the file
};

// `text` with each of its line ends as one LF.
[[nodiscard]] std::string with_plain_line_ends(std::string_view text);

// The bytes from `begin` to `end` of a file are replaced by `text`.
struct Splice {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

// `splices` are in order and do not overlap.
[[nodiscard]] std::string spliced(std::string_view bytes, const std::vector<Splice>& splices);

}  // namespace executus::tools

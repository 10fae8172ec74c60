// Standard output as a person or a program reads it.
#pragma once

#include <string>
#include <string_view>

namespace executus::cli {

// What is known about the terminal; asked once, at the start.
struct Terminal {
  bool out_is_terminal = false;
  bool in_is_terminal = false;
  bool colour = false;  // of standard output: a terminal, and NO_COLOR is not set
  bool err_colour = false;
};
[[nodiscard]] Terminal look_at_terminal();

enum class Style { plain, bold, dim, red, green, yellow };

// `text` in that style when `colour`, else as it is.
[[nodiscard]] std::string styled(std::string_view text, Style style, bool colour);

// `text` without what could drive a terminal: control characters other than newline and tab become U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

// The same on one line: newlines and tabs become spaces.
[[nodiscard]] std::string printable_line(std::string_view text);

// The same, at most `width` characters of it (at least 3); one that is cut ends with "...".
[[nodiscard]] std::string printable_line(std::string_view text, std::size_t width);

// Gives standard input, output and error a file where the program was started without one, so that no file it opens
// itself gets their numbers. Writing to such a standard output fails. First of all in main().
void keep_standard_files();

// Writes all of it to standard output, unbuffered. Throws Error when it cannot: cli.closed (a pipe without a reader; no
// reason to complain), cli.no_output (there was none from the start), cli.output (a full disk, ...).
void write_out(std::string_view text);

// Diagnostics; never fails.
void write_err(std::string_view text) noexcept;

}  // namespace executus::cli

// Where the lines of a conversation come from: a person at a terminal, or a pipe.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/chat/interrupts.hpp"

namespace executus::cli {

struct Typed {
  enum What {
    line,
    end,          // no more lines
    interrupted,  // Ctrl-C; `text` is what was typed until then, and is gone
    leave         // the program is asked to end
  };
  What what = end;
  std::string text = {};
};

class LineSource {
 public:
  virtual ~LineSource() = default;

  // The next line, without its end. `prompt` is shown to a person. The terminal is as it was when this returns.
  enum class Remember { yes, no };
  [[nodiscard]] virtual Typed read(const std::string& prompt, Remember remember) = 0;
};

// Standard input as it is. `interrupts` outlives it.
[[nodiscard]] std::unique_ptr<LineSource> make_plain_lines(const Interrupts& interrupts);

// Lines that are edited on the terminal, with those typed before in `history` (a file for this user alone; empty: they
// are forgotten).
[[nodiscard]] std::unique_ptr<LineSource> make_edited_lines(const Interrupts& interrupts,
                                                            const std::filesystem::path& history);

}  // namespace executus::cli

// Text as one word of a POSIX shell, for commands that people paste.
#pragma once

#include <string>
#include <string_view>

namespace executus {

// `word` itself where a shell takes it as it is, else in single quotes.
[[nodiscard]] std::string shell_word(std::string_view word);

}  // namespace executus

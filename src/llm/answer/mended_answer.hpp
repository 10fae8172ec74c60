// Text of servers that cut characters in two. parse_tolerant_json leaves the pieces as they came; here, once an answer
// is whole, they are joined, and what is still no text is replaced. Pure.
#pragma once

#include <string>
#include <string_view>

#include <executus/llm/message.hpp>

namespace executus::llm {

// Halves of surrogate pairs joined, other bytes that are no UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string mended_text(std::string_view text);

// The same for all of an answer, but for arguments: where those are no text, they are made malformed ("\xff"), since a
// tool must not be called with other ones than the model wrote. Numbers in opaque parts that are not finite become
// null.
void mend_answer(Message& answer);

// The text that may be shown while an answer is read: a character is held back until all of it is there.
class ShownText final {
 public:
  [[nodiscard]] std::string add(std::string_view piece);
  [[nodiscard]] std::string rest();

 private:
  std::string held_;
};

}  // namespace executus::llm

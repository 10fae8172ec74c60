// Where a JSON value ends, in text that arrives in pieces: told by its quotes and brackets alone, so what is inside may
// be malformed. Time is linear in what is fed.
#pragma once

#include <cstddef>
#include <string_view>

namespace executus {

class JsonScan final {
 public:
  enum class State {
    blank,  // nothing but white space so far
    open,   // an object, a list or a string has begun
    whole,  // and has ended
    bare    // something else has begun: a number, a word. It ends nowhere
  };

  // Reads on, up to the end of the value at most. Returns how many bytes it took.
  std::size_t feed(std::string_view piece);

  [[nodiscard]] State state() const noexcept { return state_; }

 private:
  void take(char c);

  State state_ = State::blank;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace executus

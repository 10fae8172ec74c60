// Which signal is the second word to stop. What signals a program and its process group too (timeout(1), some shells
// and supervisors) sends the same word twice within milliseconds: that is one word.
#pragma once

#include <optional>

#include <executus/base/clock.hpp>

namespace executus::cli {

inline constexpr Milliseconds kOneWord{200};

class StopWords final {
 public:
  enum class Word { first, repeated, second };

  // A signal to stop has come.
  [[nodiscard]] Word hear(MonoTime now) {
    if (!acted_on_) return acted_on_ = now, Word::first;
    return now < later(*acted_on_, kOneWord) ? Word::repeated : Word::second;
  }
  // The first one has been acted on, which may have taken a while: what came meanwhile is a repeat of it.
  void acted(MonoTime now) { acted_on_ = now; }

 private:
  std::optional<MonoTime> acted_on_;
};

}  // namespace executus::cli

// When the WAL is copied back into the main file. Decisions only; the writer acts on them.
#pragma once

#include <executus/base/clock.hpp>

namespace executus::sqlite {

inline constexpr int kWalPages = 4'000;    // 16 MiB of 4 KiB pages: due after a commit from this length on
inline constexpr int kWalPagesIdle = 250;  // 1 MiB: due from this on when nothing was written for a while
inline constexpr Milliseconds kWalIdle{1'000};

class WalUpkeep final {
 public:
  // After a commit that left the WAL with so many pages.
  [[nodiscard]] bool is_due(int pages) {
    if (pages < last_pages_) next_ = kWalPages;  // it was begun anew: the last checkpoint had copied everything
    last_pages_ = pages;
    return pages >= next_;
  }
  // A checkpoint was tried. Readers may keep it from finishing: then the next one waits for as many pages again.
  void tried() { next_ = last_pages_ + kWalPages; }

  // What was erased is in the WAL until that is emptied.
  void erased() { holds_erased_ = true; }

  [[nodiscard]] bool is_due_when_idle() const { return last_pages_ >= kWalPagesIdle || holds_erased_; }
  void emptied() { last_pages_ = 0, next_ = kWalPages, holds_erased_ = false; }

 private:
  int last_pages_ = 0;
  int next_ = kWalPages;
  bool holds_erased_ = false;
};

}  // namespace executus::sqlite

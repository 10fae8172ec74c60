// The last few things a run did, for the escalator that judges why it stands still.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include <executus/critic/escalator.hpp>

namespace executus::critic {

[[nodiscard]] std::string summary_of(int iteration, const llm::Response& response);

class Signs {
 public:
  explicit Signs(std::size_t capacity) : capacity_(capacity) {}

  // Progress that follows progress replaces it, since children may report a lot of it.
  void add(MonoTime at, Sign::Kind kind, std::string summary);

  [[nodiscard]] std::vector<Sign> at(MonoTime now) const;  // oldest first

 private:
  struct Stamped {
    MonoTime at;
    Sign sign;
  };
  std::size_t capacity_;
  std::deque<Stamped> signs_;
};

}  // namespace executus::critic

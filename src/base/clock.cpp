#include <executus/base/clock.hpp>

namespace executus {
namespace {

class SystemClock final : public Clock {
 public:
  WallTime wall() const override { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }
  MonoTime mono() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace executus

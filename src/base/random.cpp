#include <mutex>
#include <random>

#include <executus/base/random.hpp>

namespace executus {
namespace {

class Mersenne final : public Random {
 public:
  explicit Mersenne(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override {
    std::lock_guard lock(mutex_);
    return engine_();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

std::uint64_t seed_of_the_system() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) ^ device();
}

}  // namespace

Random& system_random() {
  static Mersenne random(seed_of_the_system());
  return random;
}

std::unique_ptr<Random> seeded_random(std::uint64_t seed) { return std::make_unique<Mersenne>(seed); }

}  // namespace executus

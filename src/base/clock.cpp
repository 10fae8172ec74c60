#include <cstdio>
#include <ctime>
#include <fstream>

#include <sys/stat.h>

#include <executus/base/clock.hpp>

namespace executus {
namespace {

// Containers may have a time since boot of their own: then it counts within their time namespace only.
std::string name_of_boot() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string boot;
  struct stat name_space{};
  if (std::getline(file, boot) && ::stat("/proc/self/ns/time", &name_space) == 0)
    boot += "." + std::to_string(name_space.st_ino);
  return boot;
}

class SystemClock final : public Clock {
 public:
  WallTime wall() const override { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }
  MonoTime mono() const override { return std::chrono::steady_clock::now(); }
  BootMoment boot_moment() const override {
    timespec now{};
    if (boot_.empty() || ::clock_gettime(CLOCK_BOOTTIME, &now) != 0) return {};
    return {boot_, Milliseconds(std::chrono::seconds(now.tv_sec)) + Milliseconds(now.tv_nsec / 1'000'000)};
  }

 private:
  const std::string boot_ = name_of_boot();
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string rfc3339(WallTime at) {
  auto day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss time(at - day);
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text;
}

}  // namespace executus

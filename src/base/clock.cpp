#include <algorithm>
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

namespace {

using std::chrono::day, std::chrono::month, std::chrono::year;

constexpr WallTime kFirstWritten = std::chrono::sys_days(year(0) / month(1) / day(1));
constexpr WallTime kLastWritten = std::chrono::sys_days(year(10'000) / month(1) / day(1)) - Milliseconds(1);

// Takes digits and signs off the front of a text.
class Front {
 public:
  explicit Front(std::string_view text) : text_(text) {}

  std::optional<int> number(std::size_t digits) {
    if (text_.size() < digits) return std::nullopt;
    int value = 0;
    for (char c : text_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }
  // A number from `least` to `most` behind the sign.
  std::optional<int> after(char sign, std::size_t digits, int least, int most) {
    if (!take(sign)) return std::nullopt;
    auto value = number(digits);
    return value && *value >= least && *value <= most ? value : std::nullopt;
  }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // What follows the seconds, cut to milliseconds; nothing: no digit follows the point.
  std::optional<Milliseconds> fraction() {
    if (!take('.')) return Milliseconds(0);
    int value = 0, digits = 0;
    for (; auto digit = number(1); ++digits)
      if (digits < 3) value = value * 10 + *digit;
    for (int more = digits; more < 3; ++more) value *= 10;
    return digits > 0 ? std::optional(Milliseconds(value)) : std::nullopt;
  }
  std::optional<std::chrono::minutes> offset() {
    if (take('Z') || take('z')) return std::chrono::minutes(0);
    bool east = !text_.empty() && text_.front() == '+';
    auto hours = after(east ? '+' : '-', 2, 0, 23);
    auto minutes = after(':', 2, 0, 59);
    if (!hours || !minutes) return std::nullopt;
    return (east ? 1 : -1) * std::chrono::minutes(*hours * 60 + *minutes);
  }
  [[nodiscard]] bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  Front front(text);
  auto y = front.number(4);
  auto m = front.after('-', 2, 1, 12), d = front.after('-', 2, 1, 31);
  auto separator = front.take('T') || front.take('t') || front.take(' ');
  auto hour = front.number(2);
  auto minute = front.after(':', 2, 0, 59), second = front.after(':', 2, 0, 59);
  auto fraction = front.fraction();
  auto offset = front.offset();
  if (!y || !m || !d || !separator || !hour || *hour > 23 || !minute || !second) return std::nullopt;
  auto date = year(*y) / month(static_cast<unsigned>(*m)) / day(static_cast<unsigned>(*d));
  if (!fraction || !offset || !front.at_end() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + *fraction - *offset;
}

std::string rfc3339(WallTime at) {
  at = std::clamp(at, kFirstWritten, kLastWritten);
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

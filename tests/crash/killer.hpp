// Sends one process one signal at one moment.
#pragma once

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include <sys/types.h>

#include "stage.hpp"

namespace executus::crash {

using Microseconds = std::chrono::microseconds;

// When to kill: `delay` after the `occurrence`-th `moment`, or after the start when no moment is named.
struct KillPlan {
  std::optional<Moment> moment;
  int occurrence = 1;
  Microseconds delay{0};
  int signal = SIGKILL;
};

[[nodiscard]] std::string to_string(const KillPlan& plan);

// What an attempt is made of: how long it takes, and how often each moment comes.
struct Profile {
  Microseconds time{0};
  std::map<Moment, int> times;

  void count(Moment moment) { ++times[moment]; }
};

// A quarter of the plans are a random point of the time it takes; the others hang on a moment, half of them exactly,
// half of them up to 3 ms later.
[[nodiscard]] KillPlan random_plan(std::mt19937_64& random, const Profile& profile);

// A plan that meets a living process however slow the machine is: the signal comes while the program waits for an
// answer of the model, and not for its last one, after which a program that is asked to leave may end its run instead.
// It holds for the first attempt of a run whose uninterrupted twin has that profile.
[[nodiscard]] KillPlan sure_plan(std::mt19937_64& random, const Profile& profile);

// random: plans of any kind, some of whose signals come too late. sure: the first signal hits.
enum class Aim { random, sure };
[[nodiscard]] KillPlan plan_of(Aim aim, std::mt19937_64& random, const Profile& profile);

class Killer final {
 public:
  Killer();
  ~Killer();
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;

  void arm(pid_t process, KillPlan plan);
  // After this no signal is sent any more. To be called before the process is reaped.
  void disarm();
  // From any thread. True: the signal was sent here and now.
  bool at(Moment moment);

 private:
  using Clock = std::chrono::steady_clock;

  void wait_and_kill();
  void kill_now();  // with the lock held

  std::mutex mutex_;
  std::condition_variable changed_;
  pid_t process_ = -1;  // -1: disarmed
  KillPlan plan_;
  int seen_ = 0;
  std::optional<Clock::time_point> due_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace executus::crash

#include "killer.hpp"

#include <algorithm>
#include <iterator>

namespace executus::crash {
namespace {

constexpr const char* kMomentNames[] = {"model asked",     "model answering", "effect asked",
                                        "effect happened", "probed",          "store written"};

int between(std::mt19937_64& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

}  // namespace

std::string to_string(const KillPlan& plan) {
  auto delay = "by signal " + std::to_string(plan.signal) + " " + std::to_string(plan.delay.count()) + " us after ";
  if (!plan.moment) return delay + "the start";
  return delay + kMomentNames[static_cast<int>(*plan.moment)] + " no. " + std::to_string(plan.occurrence);
}

KillPlan random_plan(std::mt19937_64& random, const Profile& profile) {
  if (profile.times.empty() || between(random, 0, 3) == 0)
    return {std::nullopt, 1, Microseconds(between(random, 0, static_cast<int>(profile.time.count())))};
  auto chosen = std::next(profile.times.begin(), between(random, 0, static_cast<int>(profile.times.size()) - 1));
  auto delay = between(random, 0, 1) == 0 ? 0 : between(random, 0, 3000);
  return {chosen->first, between(random, 1, chosen->second), Microseconds(delay)};
}

KillPlan sure_plan(std::mt19937_64& random, const Profile& profile) {
  auto moment = between(random, 0, 1) == 0 ? Moment::model_asked : Moment::model_answering;
  return {moment, between(random, 1, profile.times.at(moment) - 1), Microseconds(0)};
}

KillPlan plan_of(Aim aim, std::mt19937_64& random, const Profile& profile) {
  return aim == Aim::sure ? sure_plan(random, profile) : random_plan(random, profile);
}

Killer::Killer() : thread_([this] { wait_and_kill(); }) {}

Killer::~Killer() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Killer::arm(pid_t process, KillPlan plan) {
  std::lock_guard lock(mutex_);
  process_ = process;
  plan_ = plan;
  seen_ = 0;
  due_.reset();
  if (!plan.moment) due_ = Clock::now() + plan.delay;
  changed_.notify_all();
}

void Killer::disarm() {
  std::lock_guard lock(mutex_);
  process_ = -1;
  due_.reset();
}

// A kill without delay happens here and now, on the thread where the moment is: the server goes on only after it.
bool Killer::at(Moment moment) {
  std::lock_guard lock(mutex_);
  if (process_ < 0 || plan_.moment != moment || ++seen_ != plan_.occurrence) return false;
  if (plan_.delay.count() == 0) {
    kill_now();
    return true;
  }
  due_ = Clock::now() + plan_.delay;
  changed_.notify_all();
  return false;
}

void Killer::kill_now() {
  if (process_ > 0) ::kill(process_, plan_.signal);
  process_ = -1;
  due_.reset();
}

void Killer::wait_and_kill() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    if (!due_) {
      changed_.wait(lock);
      continue;
    }
    changed_.wait_until(lock, *due_);
    if (due_ && Clock::now() >= *due_) kill_now();
  }
}

}  // namespace executus::crash

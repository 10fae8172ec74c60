#include "round.hpp"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include "killer.hpp"
#include "script.hpp"
#include "store_watch.hpp"
#include "world.hpp"

namespace executus::crash {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr int kMostKills = 3;
constexpr int kMostAttempts = 20;  // a run that has not ended by then never will
constexpr int kMostDawdleUs = 4000;
constexpr std::chrono::milliseconds kLinger{300};  // less than the settle time in world.cpp

// How long the servers take: half the time nothing, else up to 4 ms; where a kill hit, a request may linger much
// longer, as one on its way through a network does when its sender has died. Answers do not depend on any of it.
class Dawdle final {
 public:
  explicit Dawdle(std::uint64_t seed) : random_(seed) {}
  void operator()() {
    if (auto time = next(); time.count() > 0) std::this_thread::sleep_for(time);
  }
  void killed_here() { linger() = true; }

 private:
  static bool& linger() {
    thread_local bool value = false;
    return value;
  }
  Microseconds next() {
    if (std::exchange(linger(), false)) return kLinger;
    std::lock_guard lock(mutex_);
    int time = std::uniform_int_distribution<int>(-kMostDawdleUs, kMostDawdleUs)(random_);
    return Microseconds(std::max(time, 0));
  }
  std::mutex mutex_;
  std::mt19937_64 random_;
};

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
}

std::string in_words(const Finished& finished) {
  auto how = finished.killed ? "killed" : "exit " + std::to_string(finished.exit);
  return finished.err.empty() ? how : how + ", stderr: " + finished.err;
}

class Round final {
 public:
  Round(EffectClass effect, std::uint64_t seed, const fs::path& folder, Evidence& evidence)
      : evidence_(evidence), random_(seed), dawdle_(seed), world_(folder, "killed", effect, stage()) {
    evidence_.effect = effect;
    evidence_.run = std::string(name_of(effect)) + "-" + std::to_string(seed);
    play_calm(folder);
  }

  void play() {
    StoreWatch watch(world_.store_folder(), [this] { reached(Moment::store_written); });
    int kills = std::uniform_int_distribution<int>(1, kMostKills)(random_);
    for (int attempt = 0; attempt < kMostAttempts && !has_ended(); ++attempt) {
      if (is_in_doubt()) settle_doubts();
      attempt_once(evidence_.kills() < kills);
    }
    world_.settle();
    evidence_.end = world_.snapshot(run());
    evidence_.shown = world_.show(run());
  }

 private:
  const std::string& run() const { return evidence_.run; }
  void reached(Moment moment) {
    if (killer_.at(moment)) dawdle_.killed_here();
  }
  Stage stage() {
    return {[this](Moment moment) { reached(moment); }, [this] { dawdle_(); }};
  }
  void tell(std::string what) { evidence_.story.push_back(std::move(what)); }

  // Learns on the way what there is to kill at.
  void play_calm(const fs::path& folder) {
    std::mutex mutex;
    auto count = [&](Moment moment) {
      std::lock_guard lock(mutex);
      profile_.count(moment);
    };
    World calm(folder, "calm", evidence_.effect, {count, [this] { dawdle_(); }});
    {
      StoreWatch watch(calm.store_folder(), [&] { count(Moment::store_written); });
      auto begin = std::chrono::steady_clock::now();
      tell("uninterrupted: " + in_words(calm.call(calm.run_command(run()))));
      profile_.time = std::chrono::duration_cast<Microseconds>(std::chrono::steady_clock::now() - begin);
    }
    calm.settle();
    evidence_.calm_end = calm.snapshot(run());
    evidence_.calm_shown = calm.show(run());
    if (evidence_.effect == EffectClass::probeable) profile_.count(Moment::probed);
  }

  bool has_ended() const {
    const auto& status = text_of(shown_, "status");
    return !status.empty() && status != "queued" && status != "running" && status != "waiting";
  }
  bool is_in_doubt() const { return text_of(shown_, "status") == "waiting" && text_of(shown_, "reason") == "in_doubt"; }

  // A run that was killed before it was admitted does not exist: then its caller, who heard nothing, submits it again.
  std::vector<std::string> next_command() const {
    return shown_.empty() ? world_.run_command(run()) : World::recover_command(run());
  }

  void attempt_once(bool with_kill) {
    auto command = next_command();
    auto process = world_.start(command);
    std::string plan = "left alone";
    if (with_kill) {
      auto random = random_plan(random_, profile_);
      plan = "to be killed " + to_string(random);
      killer_.arm(process.pid(), random);
    }
    process.await_end();
    killer_.disarm();
    auto finished = process.finish();
    tell(command.front() + ", " + plan + ": " + in_words(finished));
    if (finished.killed) look_after_kill();
    shown_ = world_.show(run());
  }

  // Half the time the next process meets requests of the dead one that are still on their way.
  void look_after_kill() {
    if (std::bernoulli_distribution(0.5)(random_)) world_.settle();
    evidence_.after_kill.push_back(world_.snapshot(run()));
  }

  // What a person would do: wait until nothing can come any more, look at the target, and say what is there.
  void settle_doubts() {
    world_.settle();
    auto effects = world_.effects();
    for (const auto& call : shown_.at("tool_calls").as_array())
      if (call.at("state").as_string() == "in_doubt")
        settle_doubt(std::string(call.at("call_id").as_string()), effects);
  }

  void settle_doubt(const std::string& id, const EffectLog& effects) {
    std::vector<std::string> command{"runs", "resolve", run(), "--call", id};
    for (const auto& call : scripted_calls(run())) {
      if (call.id != id) continue;
      if (effects.executions(call.label) > 0) {
        command.insert(command.end(), {"--completed", json::serialize(json::string(scripted_result(call.label)))});
        ++evidence_.resolved_completed;
      } else {
        command.push_back("--retry");
        ++evidence_.resolved_retry;
      }
    }
    tell("resolve " + id + ": " + command.back() + ": " + in_words(world_.call(command)));
  }

  Evidence& evidence_;
  std::mt19937_64 random_;
  Dawdle dawdle_;
  Killer killer_;
  Profile profile_;
  World world_;         // its servers use what stands above
  json::object shown_;  // empty: the run does not exist
};

}  // namespace

void play_round(EffectClass effect, std::uint64_t seed, const fs::path& folder, Evidence& evidence) {
  Round(effect, seed, folder, evidence).play();
}

}  // namespace executus::crash

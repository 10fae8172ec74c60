#include "round.hpp"

#include <algorithm>
#include <csignal>
#include <initializer_list>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "dawdle.hpp"
#include "killer.hpp"
#include "script.hpp"
#include "store_watch.hpp"
#include "world.hpp"

namespace executus::crash {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr int kMostKills = 3;
constexpr int kWaits = 3, kLeft = 130;  // exit codes: the run waits, it is left for recovery
constexpr int kMostAttempts = 20;       // a run that has not ended by then never will

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
  Round(EffectClass effect, Hazard hazard, Aim aim, std::uint64_t seed, const fs::path& folder, Evidence& evidence)
      : evidence_(evidence),
        hazard_(hazard),
        aim_(aim),
        random_(seed),
        dawdle_(seed),
        world_(folder, "killed", scripted_cast(effect), stage()) {
    evidence_.effect = effect;
    evidence_.run = std::string(name_of(effect)) + "-" + std::to_string(seed);
    play_calm(folder);
  }

  void play() {
    StoreWatch watch(world_.store_folder(), [this] { reached(Moment::store_written); });
    int kills = hazard_ == Hazard::stop ? 1 : std::uniform_int_distribution<int>(1, kMostKills)(random_);
    for (int tries = 0; tries < kMostAttempts && !has_ended(); ++tries) {
      if (is_in_doubt()) settle_doubts();
      attempt(evidence_.kills() < kills);
    }
    world_.let_arrive();
    evidence_.end = world_.snapshot(run());
    evidence_.shown = world_.show(run());
  }

 private:
  const std::string& run() const { return evidence_.run; }
  // What follows of a request that a process was stopped in is no moment of the one that takes over: it would wake the
  // stopped one too early. A connection has a thread of its own.
  void reached(Moment moment) {
    thread_local bool stopped_here = false;
    if (stopped_here || !killer_.at(moment)) return;
    stopped_here = hazard_ == Hazard::stop;
    dawdle_.killed_here();
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
    World calm(folder, "calm", scripted_cast(evidence_.effect), {count, [this] { dawdle_(); }});
    {
      StoreWatch watch(calm.store_folder(), [&] { count(Moment::store_written); });
      auto begin = std::chrono::steady_clock::now();
      tell("uninterrupted: " + in_words(calm.call(calm.run_command(run()))));
      profile_.time = std::chrono::duration_cast<Microseconds>(std::chrono::steady_clock::now() - begin);
    }
    calm.let_arrive();
    evidence_.calm_end = calm.snapshot(run());
    evidence_.calm_shown = calm.show(run());
    if (evidence_.effect == EffectClass::probeable) profile_.count(Moment::probed);
  }

  bool has_ended() const {
    const auto& status = text_of(shown_, "status");
    return !status.empty() && status != "queued" && status != "running" && status != "waiting";
  }
  bool is_in_doubt() const { return text_of(shown_, "status") == "waiting" && text_of(shown_, "reason") == "in_doubt"; }

  // A run that was killed before it was admitted does not exist: then its caller got no answer, and submits it again.
  std::vector<std::string> next_command() const {
    return shown_.empty() ? world_.run_command(run()) : World::recover_command(run());
  }

  void attempt(bool disturb) {
    if (hazard_ == Hazard::stop && disturb)
      attempt_stopped();
    else if (hazard_ == Hazard::rivals && !shown_.empty())
      attempt_by_two(disturb);
    else
      attempt_once(disturb);
    shown_ = world_.show(run());
  }

  KillPlan plan_for(const Process& process, int signal) {
    auto plan = plan_of(evidence_.kills() == 0 ? aim_ : Aim::random, random_, profile_);
    plan.signal = signal;
    killer_.arm(process.pid(), plan);
    return plan;
  }

  void attempt_once(bool disturb) {
    auto command = next_command();
    auto process = world_.start(command);
    std::string plan = "left alone";
    if (disturb) plan = to_string(plan_for(process, hazard_ == Hazard::terminate ? SIGTERM : SIGKILL));
    process.await_end();
    killer_.disarm();
    auto finished = process.finish();
    tell(command.front() + ", " + plan + ": " + in_words(finished));
    bool left = hazard_ == Hazard::terminate && finished.exit == kLeft;
    if (finished.killed || left) look_after_kill();
    if (hazard_ != Hazard::terminate) return;
    check_exit(finished, {0, kWaits, kLeft});
    if (finished.killed && command.front() == "run") check_not_open(evidence_.after_kill.back().journal);
  }

  // SIGTERM ends a program by itself only where no run of it is open.
  void check_not_open(const JournalView& journal) {
    if (!journal.empty() && journal.count("ended") == 0)
      evidence_.oddities.emplace_back("SIGTERM killed a program in the middle of a run");
  }

  // Each may find the other at work, or what it left. One that submits waits for the other, and goes on in its place.
  void attempt_by_two(bool disturb) {
    auto second_command = std::bernoulli_distribution(0.5)(random_) ? next_command() : world_.run_command(run());
    auto first = world_.start(next_command(), "-1");
    auto second = world_.start(second_command, "-2");
    std::string plan = "left alone";
    if (disturb) plan = to_string(plan_for(std::bernoulli_distribution(0.5)(random_) ? first : second, SIGKILL));
    first.await_end();
    second.await_end();
    killer_.disarm();
    auto one = first.finish(), other = second.finish();
    tell("recover: " + in_words(one) + ", and at once " + second_command.front() + ": " + in_words(other) + "; one " +
         plan);
    if (one.killed || other.killed) look_after_kill();
    for (const auto& finished : {one, other}) check_exit(finished, {0, kWaits});
  }

  // What the stopped process says does not tell: it shows a run that has ended elsewhere meanwhile as ended.
  bool was_taken_over() {
    if (evidence_.after_kill.empty()) return false;
    return world_.snapshot(run()).journal.count("opened") > evidence_.after_kill.back().journal.count("opened");
  }

  // The second process takes the run when the lease of the stopped one is over; that one goes on while the second is
  // at work, or after it.
  void attempt_stopped() {
    auto stopped = world_.start(world_.run_command(run()), "-stopped");
    auto plan = plan_for(stopped, SIGSTOP);
    bool stands = stopped.await_stop();
    killer_.disarm();
    tell("run, " + to_string(plan));
    if (stands) take_over_from(stopped);
    auto finished = stopped.finish();
    tell("the stopped one: " + in_words(finished));
    if (!was_taken_over()) evidence_.after_kill.clear();  // then nothing happened that would excuse anything
    check_exit(finished, {0, kWaits, kLeft});
  }

  void take_over_from(const Process& stopped) {
    Snapshot then;
    try {
      then = world_.snapshot(run());
    } catch (const std::runtime_error& locked) {
      // It stands while it holds the file's lock: that delays all others, and it goes on afterwards.
      tell(locked.what());
      return stopped.send(SIGCONT);
    }
    bool owned = !then.journal.empty() && then.journal.count("ended") == 0;  // else there is nothing to take over
    if (owned) evidence_.after_kill.push_back(std::move(then));
    auto second = world_.start(world_.run_command(run()));
    KillPlan wake{random_wake(), 1, Microseconds(0), SIGCONT};
    killer_.arm(stopped.pid(), wake);
    second.await_end();
    killer_.disarm();
    stopped.send(SIGCONT);
    auto finished = second.finish();
    tell("run by another process, the stopped one to go on " + to_string(wake) + ": " + in_words(finished));
    bool locked = finished.out.find("\"store.locked\"") != std::string::npos;  // it stands in a transaction
    if (!locked) check_exit(finished, {0, kWaits});
  }

  Moment random_wake() {
    constexpr Moment moments[] = {Moment::model_asked, Moment::model_answering, Moment::effect_asked,
                                  Moment::effect_happened};
    return moments[std::uniform_int_distribution<int>(0, 3)(random_)];
  }

  void check_exit(const Finished& finished, std::initializer_list<int> allowed) {
    if (finished.killed || std::ranges::find(allowed, finished.exit) != allowed.end()) return;
    evidence_.oddities.push_back("a process ended with " + in_words(finished) + ", stdout: " + finished.out);
  }

  // Half the time the next process meets requests of the dead one that are still on their way.
  void look_after_kill() {
    if (std::bernoulli_distribution(0.5)(random_)) world_.let_arrive();
    evidence_.after_kill.push_back(world_.snapshot(run()));
  }

  // What a person would do: wait until nothing can come any more, look at the target, and say what is there.
  void settle_doubts() {
    world_.let_arrive();
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
  const Hazard hazard_;
  const Aim aim_;
  std::mt19937_64 random_;
  Dawdle dawdle_;
  Killer killer_;
  Profile profile_;
  World world_;         // its servers use what stands above
  json::object shown_;  // empty: the run does not exist
};

}  // namespace

void play_round(EffectClass effect, Hazard hazard, Aim aim, std::uint64_t seed, const fs::path& folder,
                Evidence& evidence) {
  Round(effect, hazard, aim, seed, folder, evidence).play();
}

}  // namespace executus::crash

#include "plot_round.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <random>
#include <thread>

#include "dawdle.hpp"
#include "killer.hpp"
#include "store_watch.hpp"

namespace executus::crash {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr int kMostPlotKills = 3;
constexpr int kMostPlotAttempts = 20;
constexpr std::chrono::minutes kPlotPatience{2};

std::string told(const Finished& finished) {
  auto how = finished.killed ? "killed" : "exit " + std::to_string(finished.exit);
  return finished.err.empty() ? how : how + ", stderr: " + finished.err;
}

class PlotRound final {
 public:
  PlotRound(Plot plot, Aim aim, std::uint64_t seed, const fs::path& folder, PlotEvidence& evidence)
      : evidence_(evidence), aim_(aim), random_(seed), dawdle_(seed), world_(folder, "killed", cast_of(plot), stage()) {
    evidence_.plot = plot;
    evidence_.run = std::string(name_of(plot)) + "-" + std::to_string(seed);
    if (plot == Plot::steering) evidence_.message = "only the last hour of " + std::to_string(seed);
    play_calm(folder);
  }

  void play() {
    StoreWatch watch(world_.store_folder(), [this] { reached(Moment::store_written); });
    int kills = std::uniform_int_distribution<int>(1, kMostPlotKills)(random_);
    for (int tries = 0; tries < kMostPlotAttempts && !has_ended(); ++tries) attempt(evidence_.kills() < kills);
    world_.let_arrive();
    evidence_.end = snapshot(world_);
    evidence_.shown = world_.show(run());
    evidence_.tree = tree(world_);
  }

 private:
  const std::string& run() const { return evidence_.run; }
  void tell(std::string what) { evidence_.story.push_back(std::move(what)); }
  void reached(Moment moment) {
    if (moment == Moment::model_asked) hold_until_spoken();
    if (killer_.at(moment)) dawdle_.killed_here();
  }
  // The first request of a run that is to hear a message for sure: the server answers when the message was said.
  void hold_until_spoken() {
    if (aim_ == Aim::random || evidence_.message.empty() || asked_once_.exchange(true)) return;
    asked_.set_value();
    spoken_.get_future().wait();
  }
  Stage stage() {
    return {[this](Moment moment) { reached(moment); }, [this] { dawdle_(); }};
  }

  json::object tree(const World& world) const {
    auto printed = world.ask({"runs", "tree", run(), "--json"});
    return printed ? json::parse(*printed).as_object() : json::object{};
  }

  PlotSnapshot snapshot(const World& world) const {
    PlotSnapshot snapshot;
    add_journals(world, tree(world), snapshot);
    snapshot.model = world.asked();
    snapshot.effects = world.effects();
    return snapshot;
  }

  static void add_journals(const World& world, const json::object& branch, PlotSnapshot& snapshot) {
    if (branch.empty()) return;
    std::string id(branch.at("run_id").as_string());
    snapshot.journals[id] = JournalView(world.ask({"runs", "events", id, "--json"}).value_or(""));
    for (const auto& child : branch.at("children").as_array()) add_journals(world, child.as_object(), snapshot);
  }

  void play_calm(const fs::path& folder) {
    std::mutex mutex;
    auto count = [&](Moment moment) {
      std::lock_guard lock(mutex);
      profile_.count(moment);
    };
    World calm(folder, "calm", cast_of(evidence_.plot), {count, [this] { dawdle_(); }});
    {
      StoreWatch watch(calm.store_folder(), [&] { count(Moment::store_written); });
      auto begin = std::chrono::steady_clock::now();
      tell("uninterrupted: " + told(calm.call(calm.run_command(run()))));
      profile_.time = std::chrono::duration_cast<Microseconds>(std::chrono::steady_clock::now() - begin);
    }
    calm.let_arrive();
    evidence_.calm_end = snapshot(calm);
    evidence_.calm_shown = calm.show(run());
    evidence_.calm_tree = tree(calm);
  }

  bool has_ended() const {
    const auto* status = shown_.if_contains("status");
    return status && *status != "queued" && *status != "running" && *status != "waiting";
  }

  // Children are recovered like other runs: by a recovery of everything.
  std::vector<std::string> next_command() const {
    if (shown_.empty()) return world_.run_command(run());
    return {"recover", "--max-attempts", "unlimited", "--json"};
  }

  void attempt(bool disturb) {
    auto process = world_.start(next_command());
    std::string plan = "left alone";
    if (disturb) {
      auto chosen = plan_of(evidence_.kills() == 0 ? aim_ : Aim::random, random_, profile_);
      plan = to_string(chosen);
      killer_.arm(process.pid(), chosen);
    }
    speak();
    process.await_end();
    killer_.disarm();
    auto finished = process.finish();
    tell("run or recover, " + plan + ": " + told(finished));
    if (!finished.killed && finished.exit != 0)
      evidence_.oddities.push_back("a process ended with " + told(finished) + ", stdout: " + finished.out);
    if (finished.killed) look_after_kill();
    shown_ = world_.show(run());
  }

  // Posts from another process until the run has heard the message: at a random moment of the attempt, or while the run
  // waits for its first answer.
  void speak() {
    if (evidence_.message.empty() || evidence_.heard) return;
    if (aim_ == Aim::sure)
      say_while_held();
    else
      say_at_random();
  }

  void say_at_random() {
    auto most = static_cast<int>(profile_.time.count());
    std::this_thread::sleep_for(Microseconds(std::uniform_int_distribution<int>(0, most)(random_)));
    say();
  }

  void say_while_held() {
    if (asked_.get_future().wait_for(kPlotPatience) != std::future_status::ready)
      evidence_.oddities.emplace_back("the model was never asked");
    else
      say();
    spoken_.set_value();
  }

  void say() {
    auto finished = world_.start({"runs", "steer", run(), evidence_.message, "--json"}, "-steer").finish();
    evidence_.heard = finished.exit == 0;
    tell("steer: " + told(finished));
    bool none = finished.out.find("\"cli.run\"") != std::string::npos;
    bool over = finished.out.find("\"cli.steer\"") != std::string::npos;
    if (!evidence_.heard && !none && !over)
      evidence_.oddities.push_back("steering ended with " + told(finished) + ", stdout: " + finished.out);
  }

  void look_after_kill() {
    if (std::bernoulli_distribution(0.5)(random_)) world_.let_arrive();
    evidence_.after_kill.push_back(snapshot(world_));
  }

  PlotEvidence& evidence_;
  const Aim aim_;
  std::atomic<bool> asked_once_ = false;
  std::promise<void> asked_, spoken_;
  std::mt19937_64 random_;
  Dawdle dawdle_;
  Killer killer_;
  Profile profile_;
  World world_;         // its servers use what stands above
  json::object shown_;  // empty: the run does not exist
};

}  // namespace

void play_plot(Plot plot, Aim aim, std::uint64_t seed, const fs::path& folder, PlotEvidence& evidence) {
  PlotRound(plot, aim, seed, folder, evidence).play();
}

}  // namespace executus::crash

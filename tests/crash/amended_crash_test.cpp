// Kills the real program in the middle of a run that was retried, and of one that was forked from another. The servers
// count what was asked and what happened.
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "killer.hpp"
#include "script.hpp"
#include "world.hpp"

namespace executus::crash {
namespace {

namespace fs = std::filesystem;

const std::string kAmendedRun = "run-1";
const std::string kSteps = "max_iterations: 12";

// With so many steps at a time.
Cast cast_of(const std::string& steps) {
  auto cast = scripted_cast(EffectClass::keyed);
  cast.files = [inner = cast.files, steps](const EffectServer& effects) {
    auto files = inner(effects);
    auto& agent = files.at("agent.yaml");
    agent.replace(agent.find(kSteps), kSteps.size(), steps);
    return files;
  };
  return cast;
}

class AmendedCrash : public ::testing::Test {
 protected:
  AmendedCrash() {
    auto pattern = (fs::temp_directory_path() / "executus-amended-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~AmendedCrash() override {
    world_ = nullptr;
    std::error_code ignored;
    if (!HasFailure()) fs::remove_all(folder_, ignored);
  }

  World& make_world(const std::string& steps) {
    Stage stage;
    stage.at = [this](Moment moment) { (void)killer_.at(moment); };
    world_ = std::make_unique<World>(folder_, "killed", cast_of(steps), stage);
    return *world_;
  }
  // The process is killed in the middle of its first request of that kind.
  void recover_killed(const std::string& run, Moment moment) {
    auto process = world_->start(World::recover_command(run));
    killer_.arm(process.pid(), {moment, 1, Microseconds(0), SIGKILL});
    process.await_end();
    killer_.disarm();
    ASSERT_TRUE(process.finish().killed);
  }
  void recover_killed_twice_then_whole(const std::string& run) {
    recover_killed(run, Moment::effect_happened);
    recover_killed(run, Moment::model_asked);
    auto finished = world_->call(World::recover_command(run));
    EXPECT_EQ(finished.exit, 0) << finished.err;
    world_->let_arrive();
  }
  // Of each call from that step on, and of those before it.
  void expect_effects(int step, int executions_before, int executions_after) {
    auto effects = world_->effects();
    for (int ordinal = 0; ordinal < kResponses; ++ordinal)
      for (const auto& call : scripted_calls(kAmendedRun, ordinal)) {
        auto expected = ordinal < step ? executions_before : executions_after;
        EXPECT_EQ(effects.executions(call.label), expected) << call.label;
        EXPECT_EQ(effects.calls.at(call.label).keys.size(), static_cast<std::size_t>(expected)) << call.label;
      }
  }
  std::string shown(const World& world, const std::string& run, const char* member) {
    return boost::json::serialize(world.show(run).at(member));
  }

  fs::path folder_;
  Killer killer_;
  std::unique_ptr<World> world_;
};

TEST_F(AmendedCrash, ARetriedRunEndsLikeOneThatNeitherFailedNorDied) {  // [DUR-40] [DUR-24] [DUR-09]
  auto& world = make_world("max_iterations: 3");
  ASSERT_EQ(world.call(world.run_command(kAmendedRun)).exit, 1) << "its steps are used up";
  ASSERT_EQ(world.call({"runs", "retry", kAmendedRun}).exit, 0);

  recover_killed_twice_then_whole(kAmendedRun);

  auto end = world.snapshot(kAmendedRun);
  EXPECT_EQ(end.journal.count("reopened"), 1);
  EXPECT_EQ(end.journal.count("responded"), kResponses);
  EXPECT_GE(end.model.total(), kResponses);
  EXPECT_LE(end.model.total(), kResponses + 1) << "what a process was killed over, and nothing else, was asked again";
  for (const auto& [ordinal, bodies] : end.model.bodies) EXPECT_EQ(bodies.size(), 1u) << ordinal;
  expect_effects(0, 1, 1);
  World calm(folder_, "calm", scripted_cast(EffectClass::keyed), {});
  ASSERT_EQ(calm.call(calm.run_command(kAmendedRun)).exit, 0);
  EXPECT_EQ(shown(world, kAmendedRun, "status"), R"("ok")");
  EXPECT_EQ(shown(world, kAmendedRun, "digest"), shown(calm, kAmendedRun, "digest"));
}

TEST_F(AmendedCrash, AForkedRunDoesOnceWhatIsItsOwn) {  // [API-13] [DUR-30] [DUR-09]
  auto& world = make_world(kSteps);
  ASSERT_EQ(world.call(world.run_command(kAmendedRun)).exit, 0);
  ASSERT_EQ(world.call({"runs", "fork", kAmendedRun, "--at", "2", "--run-id", "fork-1"}).exit, 0);

  recover_killed_twice_then_whole("fork-1");

  constexpr int kAsked = kResponses + (kResponses - 2);
  auto end = world.snapshot(kAmendedRun);
  EXPECT_GE(end.model.total(), kAsked);
  EXPECT_LE(end.model.total(), kAsked + 1);
  for (const auto& [ordinal, bodies] : end.model.bodies) EXPECT_EQ(bodies.size(), 1u) << "asked as the run asked";
  expect_effects(2, 1, 2);
  for (const char* same : {"status", "output", "iterations", "messages"})
    EXPECT_EQ(shown(world, "fork-1", same), shown(world, kAmendedRun, same)) << same;
}

}  // namespace
}  // namespace executus::crash

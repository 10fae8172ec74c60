// A session is made once for each time a run is opened here, and never while it is only asked what a run would need.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Makes sessions with one tool, for all runs but those it does not know; tells for which.
struct CountedSessions final : Sessions {
  explicit CountedSessions(World& w) : world(w) {}
  SessionFactory for_run(const RunInfo& info) override {
    asked.push_back(info.run.str());
    if (unknown.contains(info.run.str())) return {};
    return [this](std::shared_ptr<Session> session) {
      made.push_back(session->info().run.str());
      auto tool = std::make_shared<EffectTool>("snap", tool::Effect::keyed, world);
      return SessionTools{{tool}, {}, [this] { ++cleaned; }};
    };
  }
  World& world;
  std::set<std::string> unknown;
  std::vector<std::string> asked, made;
  std::size_t cleaned = 0;
};

struct SessionHost : Harness {
  template <class Answer>
  explicit SessionHost(Answer answer) : Harness(answer) {
    look = &add_tool("look", tool::Effect::idempotent);
    reconfigure([this](ExecutorConfig& config) { config.ports.sessions = sessions_here; });
  }
  SessionHost()
      : SessionHost([](std::size_t turn) { return turn == 0 ? calls({{"c", "snap", "{}"}}) : says("done"); }) {}

  // A process with this port, or without one.
  void new_process_with(Sessions* port) {
    sessions_here = port;
    new_process();
  }
  void die_in_the_call(std::string id = "run") {
    store->writes_left = 1;
    (void)run(std::move(id));
  }
  // What a recovery pass does about each run: it asks, and takes up what lacks nothing.
  std::vector<Recovered> recover_all() {
    std::vector<Recovered> results;
    for (const auto& row : loop.run(store->claimable({}))) {
      auto first = entries(row.id.str()).at(0);
      Recovered result{{}, executor->missing_for(row.id, std::get<journal::Admitted>(first.payload))};
      if (result.missing.empty()) result.outcome = *recover(row.id.str());
      results.push_back(std::move(result));
    }
    return results;
  }
  journal::RunRow row(std::string id = "run") { return *loop.run(store->inner().find(*RunId::parse(id))); }

  CountedSessions sessions{world};
  Sessions* sessions_here = &sessions;
  EffectTool* look;
};

TEST(SessionMaking, HappensOnceForEachRunThatIsOpened) {  // [SES-04] [SES-07]
  SessionHost run;
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(run.run().ok()) << "attaches to the run that has ended";
  EXPECT_THAT(run.executor->missing_for(run.agent), IsEmpty());
  run.store->dead = true;
  EXPECT_FALSE(run.run("other").ok());
  EXPECT_THAT(run.sessions.made, ElementsAre("run"));
  EXPECT_EQ(run.sessions.cleaned, 1u);
}

Task<void> until(OneShot<> moment) { co_await moment.wait_shielded(); }

Task<void> keep(Task<RunOutcome> run, std::vector<RunOutcome>& outcomes) {
  auto outcome = co_await std::move(run);
  outcomes.push_back(std::move(outcome));
}

// The second comes when the first has made its session, and before the journal knows the run.
TEST(SessionMaking, HappensOnceForTwoSubmissionsOfOneRunAtOnce) {  // [SES-04] [DUR-28]
  SessionHost run;
  OneShot<> go_on;
  run.store->around_admit = [&](OneShot<>) {
    run.store->around_admit = nullptr;
    return until(go_on);
  };
  std::vector<RunOutcome> outcomes;
  ManualGroup both(run.loop);
  for (int i = 0; i < 2; ++i) {
    both.spawn(keep(run.executor->run(run.agent, run.invocation("run")), outcomes));
    run.loop.run_ready();
    EXPECT_THAT(run.sessions.made, ElementsAre("run"));
  }
  go_on.set();
  run.loop.run_ready();
  while (outcomes.size() < 2 && run.loop.advance_to_next_timer()) {
  }
  ASSERT_EQ(outcomes.size(), 2u);
  for (const auto& outcome : outcomes) EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(run.sessions.made, ElementsAre("run"));
  EXPECT_EQ(run.sessions.cleaned, 1u);
  EXPECT_EQ(run.total_effects(), 1);
}

// Submissions that wait for the run to end hold no turn.
TEST(SessionMaking, ASubmissionThatAttachedHoldsNoOtherUp) {  // [DUR-28]
  SessionHost run;
  run.model->wait.emplace();
  std::vector<RunOutcome> outcomes;
  CancelScope third;
  ManualGroup all(run.loop);
  for (int i = 0; i < 2; ++i) {
    all.spawn(keep(run.executor->run(run.agent, run.invocation("run")), outcomes));
    run.loop.run_ready();
  }
  all.spawn(keep(Harness::in_scope(third, run.executor->run(run.agent, run.invocation("run"))), outcomes));
  run.loop.run_ready();
  third.cancel({Cause::caller, "enough"});
  run.loop.run_ready();

  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].status, RunStatus::running);
  run.model->wait->set();
  run.model->wait.reset();
  while (outcomes.size() < 3 && run.loop.advance_to_next_timer()) {
  }
  EXPECT_EQ(outcomes.size(), 3u);
}

// Another process admits the run between this one's look and its admission, and drives it for a while.
TEST(SessionMaking, IsUndoneWhenAnotherProcessWasFirst) {  // [SES-04] [DUR-28]
  SessionHost run;
  auto others_store = std::make_unique<MortalStore>(run.journal.open_worker());
  ExecutorConfig config;
  OneModelResolver models(run.model);
  tool::Registry none;
  CountedSessions others_sessions(run.world);
  config.registry = &none;
  config.models = &models;
  config.ports.journal = others_store.get();
  config.ports.sessions = &others_sessions;
  Executor other(std::move(config));
  run.agent.tools.clear();
  std::vector<RunOutcome> outcomes;
  ManualGroup both(run.loop);
  run.model->wait.emplace();
  OneShot<> admitted;
  run.model->on_call = [&] { admitted.set(); };
  run.store->around_admit = [&](OneShot<>) {
    both.spawn(keep(other.run(run.agent, run.invocation("run")), outcomes));
    return until(admitted);
  };
  both.spawn(keep(run.executor->run(run.agent, run.invocation("run")), outcomes));
  run.loop.run_ready();
  EXPECT_THAT(run.sessions.made, ElementsAre("run"));
  EXPECT_EQ(run.sessions.cleaned, 1u) << "while the other one drives the run";
  EXPECT_EQ(others_sessions.cleaned, 0u);

  run.model->on_call = nullptr;
  run.model->wait->set();
  run.model->wait.reset();
  run.loop.run_ready();
  while (outcomes.size() < 2 && run.loop.advance_to_next_timer()) {
  }
  ASSERT_EQ(outcomes.size(), 2u);
  for (const auto& outcome : outcomes) EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(others_sessions.made, ElementsAre("run"));
  EXPECT_EQ(others_sessions.cleaned, 1u);
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(SessionMaking, HappensOnceForARunThatIsTakenUp) {  // [SES-04] [DUR-39]
  SessionHost run;
  run.die_in_the_call();
  run.new_process();
  run.sessions.made.clear();
  auto results = run.recover_all();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].outcome.ok()) << results[0].outcome.error;
  EXPECT_THAT(run.sessions.made, ElementsAre("run"));
  for (const auto& id : run.sessions.asked) EXPECT_EQ(id, "run") << "never about a run without a name";
}

TEST(SessionMaking, IsLeftOutForRunsThatLackSomething) {  // [DUR-39]
  SessionHost run([](std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("done"); });
  run.sessions.unknown = {"plain"};  // it has no session
  run.die_in_the_call("plain");
  run.new_process();
  run.die_in_the_call("with");
  run.new_process();
  run.look->lacks = {"set LOOK_TOKEN"};
  run.sessions.made.clear();
  for (const auto& result : run.recover_all()) EXPECT_THAT(result.missing, ElementsAre(HasSubstr("LOOK_TOKEN")));
  EXPECT_THAT(run.sessions.made, IsEmpty());
  EXPECT_EQ(run.row("with").attempts, 1) << "it was not even claimed";
}

TEST(SessionMaking, ARunIsLeftToAHostThatMakesItsSession) {  // [DUR-39] [SES-04]
  SessionHost run;
  run.die_in_the_call();
  CountedSessions strangers(run.world);
  strangers.unknown = {"run"};
  for (Sessions* sessions : {static_cast<Sessions*>(nullptr), static_cast<Sessions*>(&strangers)}) {
    run.new_process_with(sessions);
    auto results = run.recover_all();
    ASSERT_EQ(results.size(), 1u);
    EXPECT_THAT(results[0].missing, ElementsAre("tool 'snap'"));
    EXPECT_EQ(run.row().attempts, 1);
  }
  run.new_process_with(&run.sessions);
  EXPECT_TRUE(run.recover_all().at(0).outcome.ok());
}

TEST(SessionMaking, OfAQueuedRunWaitsUntilItIsOpened) {  // [DUR-39] [SES-04]
  SessionHost run;
  auto invocation = run.invocation("run");
  invocation.start = Invocation::Start::queued;
  EXPECT_EQ(run.loop.run(run.executor->run(run.agent, invocation)).status, RunStatus::queued);
  EXPECT_THAT(run.sessions.made, IsEmpty());
  run.new_process_with(nullptr);
  EXPECT_THAT(run.recover_all().at(0).missing, ElementsAre(HasSubstr("session")));
  run.new_process_with(&run.sessions);
  EXPECT_TRUE(run.recover_all().at(0).outcome.ok());
  EXPECT_THAT(run.sessions.made, ElementsAre("run"));
  EXPECT_EQ(run.total_effects(), 1) << "its session's tool was there";
}

struct OneHelper final : SubAgents {
  std::optional<SubAgent> skill(std::string_view, std::string_view) override { return std::nullopt; }
  std::optional<SubAgent> agent(std::string_view name, std::string_view) override {
    Agent helper;
    helper.name = name;
    helper.system_prompt = "child";
    helper.root = "/";
    return SubAgent{helper, {}};
  }
};

TEST(SessionMaking, HappensOnceForADelegatedRun) {  // [SES-04] [DUR-29]
  SessionHost run([](const llm::Request& request, std::size_t turn) {
    if (turn > 0) return says("done");
    if (request.system.find("child") != std::string::npos) return calls({{"s", "snap", "{}"}});
    return calls({{"c", "agent__helper", R"({"prompt":"help"})"}});
  });
  OneHelper sub_agents;
  run.agent.agents = {"helper"};
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports.sessions = &run.sessions;
    config.ports.sub_agents = &sub_agents;
  });
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.sessions.made.size(), 2u) << "the run's and the child's";
  EXPECT_EQ(run.sessions.cleaned, 2u);
  EXPECT_EQ(run.total_effects(), 1);
}

// A tier and the spec it stands for are one model: a submission by the one attaches to the run that was begun by the
// other.
TEST(Submission, IsKnownAgainByTheModelItResolvesTo) {  // [DUR-28] [RUN-27]
  Harness run([](std::size_t) { return says("done"); });
  run.agent.model = "smart";
  EXPECT_TRUE(run.run().ok());
  run.agent.model = "test/model";
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.model->requests.size(), 1u) << "attached";
}

// What SubAgents did not know when the run was admitted is no tool of it later.
TEST(Taking, UpARunAsksSubAgentsForNothing) {  // [DUR-22]
  SessionHost run;
  run.agent.agents = {"helper"};
  run.die_in_the_call();
  OneHelper sub_agents;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports.sessions = &run.sessions;
    config.ports.sub_agents = &sub_agents;
  });
  ASSERT_TRUE(run.recover()->ok());
  for (const auto& spec : run.model->requests.back().tools) EXPECT_NE(spec.name, "agent__helper");
}

}  // namespace
}  // namespace executus::run

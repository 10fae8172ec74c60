// A run in which much happens: a person steers it, its critic speaks, calls wait for approvals, and one is in doubt
// when its process dies. It dies after each of its entries, goes on elsewhere, and all that its caller sees, its
// critic's account and its last request are compared with those of the run that nothing disturbed.
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "kernel/told_test.hpp"
#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

llm::Response eventful_script(std::size_t turn) {
  switch (turn) {
    case 0:
      return calls({{"a", "act", R"({"n":1})"}, {"b", "look", R"({"n":2})"}});
    case 1:
      return calls({{"c", "watched", R"({"n":3})"}});
    case 2:
      return calls({{"d", "pay", R"({"n":4})"}, {"e", "burn", R"({"n":5})"}});
    case 3:
      return calls({{"f", "charge", R"({"n":6})"}});
    default:
      return says("done");
  }
}

Task<void> until_set(OneShot<> moment) { co_await moment.wait(); }

// Once it has passed it has, for every process; it is awaited once in each.
struct Moment {
  void pass() {
    passed = true;
    here.set();
  }
  void in_new_process() {
    here = OneShot<>();
    if (passed) here.set();
  }
  bool passed = false;
  OneShot<> here;
};

// Speaks once, when the call `watched` has begun, in whichever process that is.
struct OneWord final : Critic {
  struct Handle final : CriticHandle {
    Handle(OneShot<> b, bool s) : begun(std::move(b)), spoken(s) {}
    Milliseconds limit() const override { return std::chrono::hours(1); }
    Task<CriticDecision> watch() override {
      if (std::exchange(spoken, true)) co_await until_set(OneShot<>());
      co_await until_set(begun);
      CriticDecision decision;
      decision.nudge = "mind the time";
      decision.raise_steps_by = 1;
      decision.usage = {3, 2, 0, 0, 0};
      co_return decision;
    }
    void record_step(int, const llm::Response&) override {}
    void record_tool_start(const Activity&) override {}
    void record_progress() override {}
    void stop() override {}
    OneShot<> begun;
    bool spoken;
  };
  std::unique_ptr<CriticHandle> monitor(CriticStart start) override {
    return std::make_unique<Handle>(begun.here, start.so_far.decisions > 0);
  }
  Moment begun;
};

struct CrashingRun : Harness {
  CrashingRun() : Harness(eventful_script) {
    add_tool("act", tool::Effect::keyed).act = [this]() -> tool::Outcome {
      if (!std::exchange(steered_, true)) post(commands::steer("hurry"));
      return tool::Done{"did it", {}};
    };
    add_tool("look", tool::Effect::pure);
    auto& watched = add_tool("watched", tool::Effect::keyed);
    watched.before_effect = [this] { critic_.begun.pass(); };
    watched.around = [this](OneShot<>) { return until_set(spoken_.here); };
    add_tool("pay", tool::Effect::irreversible);
    add_tool("burn", tool::Effect::keyed);
    add_tool("charge", tool::Effect::irreversible);
    agent.permissions.ask = {"pay", "burn"};
    agent.critic.enabled = true;
    agent.max_iterations = 4;  // the critic allows the fifth
    configure = [this](ExecutorConfig& config) { config.ports.critic = &critic_; };
    new_process(&observer_);
  }

  // Its process dies after the entry `first`, and the next one after `second`; 0: no such death.
  RunOutcome live(std::uint64_t first, std::uint64_t second) {
    die_at_ = first;
    auto outcome = run_in(*scope_);
    for (int stays = 0; stays < 12 && !is_terminal(outcome.status); ++stays) {
      if (outcome.status == RunStatus::waiting) answer_what_waits();
      if (store->dead) die_at_ = std::exchange(second, 0);
      scope_ = std::make_unique<CancelScope>();
      for (auto* moment : {&critic_.begun, &spoken_}) moment->in_new_process();
      new_process(&observer_);
      auto row = loop.run(store->inner().find(*RunId::parse("run")));
      auto claimed = loop.run(store->inner().claim(row->id, row->epoch));
      outcome = loop.run(in_scope(*scope_, executor->resume(std::move(*claimed))));
    }
    return outcome;
  }
  std::string last_request() const {
    std::string text;
    for (const auto& message : model->requests.back().messages) text += write_json(llm::to_json(message)) + "\n";
    return text;
  }
  int deaths() const { return deaths_; }
  int doubts() const { return doubts_; }

 private:
  void shown(const journal::Entry& entry) {
    if (std::holds_alternative<journal::Criticised>(entry.payload)) spoken_.pass();
    if (entry.seq != die_at_ || store->dead) return;
    ++deaths_;
    store->dead = true;
    scope_->cancel({Cause::ownership_lost, "its process died"});
  }

  // As a person who looked would: what happened is said to have, and paying is allowed.
  void answer_what_waits() {
    auto checkpoint = journal::fold(entries());
    for (const auto& call : checkpoint.conversation.open_batch()) {
      using commands::Approval, commands::Resolution;
      if (call.state == llm::CallState::awaiting_approval)
        post(commands::approve(call, call.call.name == "pay" ? Approval::approved : Approval::rejected, "so"));
      if (call.state != llm::CallState::in_doubt) continue;
      ++doubts_;
      bool happened = world.effects[call.key] > 0;
      post(commands::resolve(call.position, happened ? Resolution::completed : Resolution::retry, "did it"));
    }
  }

  OneWord critic_;
  Moment spoken_;
  std::unique_ptr<CancelScope> scope_ = std::make_unique<CancelScope>();
  std::uint64_t die_at_ = 0;
  bool steered_ = false;
  int deaths_ = 0, doubts_ = 0;
  EntryObserver observer_{[this](const journal::Entry& entry) { shown(entry); }};
};

void expect_same_end(CrashingRun& run, const RunOutcome& outcome, CrashingRun& calm, const RunOutcome& whole) {
  EXPECT_EQ(told(outcome), told(whole));
  EXPECT_EQ(digest_of(outcome), digest_of(whole));
  EXPECT_EQ(journal::fold(run.entries()).critic, journal::fold(calm.entries()).critic);
  EXPECT_EQ(run.last_request(), calm.last_request());
  EXPECT_LE(run.model->requests.size(), calm.model->requests.size() + static_cast<std::size_t>(run.deaths()));
  for (const auto& [key, times] : run.world.effects)
    if (!key.empty()) EXPECT_EQ(times, 1) << "an effect happened twice: " << key;
}

TEST(EventfulCrash,
     AfterAnyEntryOrTwoEndsAsTheRunThatWasNotDisturbed) {  // [DUR-09] [DUR-11] [DUR-13] [DUR-24] [DUR-34]
  constexpr std::uint64_t kApart = 4;
  CrashingRun calm;
  auto whole = calm.live(0, 0);
  ASSERT_TRUE(whole.ok()) << told(whole);
  ASSERT_EQ(whole.iterations, 5) << told(whole);
  ASSERT_EQ(journal::fold(calm.entries()).critic.decisions, 1);
  auto entries = calm.entries().size();
  int doubts = 0;
  for (std::uint64_t first = 2; first < entries; ++first)  // the admission is shown to no observer
    for (std::uint64_t second : {std::uint64_t{0}, first + 1, first + 2, first + 3, first + kApart}) {
      SCOPED_TRACE("deaths after entries " + std::to_string(first) + " and " + std::to_string(second));
      CrashingRun run;
      auto outcome = run.live(first, second);
      expect_same_end(run, outcome, calm, whole);
      ASSERT_GE(run.deaths(), 1);
      doubts += run.doubts();
      if (::testing::Test::HasFailure()) return;
    }
  EXPECT_GT(doubts, 0) << "a call was in doubt";
}

}  // namespace
}  // namespace executus::run

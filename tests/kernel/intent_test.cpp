// Between the durable intent of a call and its dispatch: a run that is to stop sends nothing, and neither does a worker
// whose lease may be over.
#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

// What writes the intent of a call.
enum class Written { with_the_response, with_the_outcome_before, with_its_group, alone };

constexpr Written kWays[] = {Written::with_the_response, Written::with_the_outcome_before, Written::with_its_group,
                             Written::alone};

constexpr const char* name_of(Written written) {
  constexpr std::array names{"with the response", "with the outcome before", "with its group", "alone"};
  return names.at(static_cast<std::size_t>(written));
}

bool intends(const journal::Append& append, llm::CallPosition call) {
  for (const auto& entry : append.entries)
    if (const auto* intended = std::get_if<journal::Intended>(&entry.payload); intended && intended->call == call)
      return true;
  return false;
}

// Tells of responses, and counts how often the call is said to begin.
class PayerObserver final : public RunObserver {
 public:
  explicit PayerObserver(std::function<void()> on_response) : on_response_(std::move(on_response)) {}
  void on_entry(const RunId&, const journal::Entry& entry) override {
    if (std::holds_alternative<journal::Responded>(entry.payload)) on_response_();
  }
  void on_activity(const RunId&, const Activity& activity) override {
    if (activity.tool == "pay" && activity.state == Activity::State::running) ++begins;
  }
  int begins = 0;

 private:
  std::function<void()> on_response_;
};

// A run that calls `pay`, whose intent is written in one of these ways. `alone`: the lease lapses before the response
// and again when that is durable, and nothing is intended before the lease is confirmed.
struct Payer : Harness {
  explicit Payer(Written written)
      : Harness(script_of(written)), written(written), pay(add_pay()), observer([this] { lapse_when_alone(); }) {
    add_tool("first", tool::Effect::keyed);
    new_process(&observer);
    model->on_call = [this] { lapse_when_alone(); };
  }
  void lapse_when_alone() {
    if (written == Written::alone) ++store->more_lapses;
  }
  EffectTool& add_pay() {
    auto& tool = add_tool("pay", tool::Effect::irreversible);
    if (written == Written::with_its_group) tool.change().order = tool::Order::parallel;
    return tool;
  }
  static std::function<llm::Response(std::size_t)> script_of(Written written) {
    return [written](std::size_t turn) {
      if (turn > 0) return says("done");
      if (written == Written::with_the_outcome_before) return calls({{"a", "first", "{}"}, {"b", "pay", "{}"}});
      if (written == Written::with_its_group) return calls({{"a", "pay", "{}"}, {"b", "pay", R"({"n":2})"}});
      return calls({{"a", "pay", "{}"}});
    };
  }
  llm::CallPosition position() const { return {0, written == Written::with_the_outcome_before ? 1U : 0U}; }
  llm::CallState state(const RunOutcome& outcome) const { return outcome.tool_calls.at(position().index).state; }

  Written written;
  EffectTool& pay;
  PayerObserver observer;
};

bool responds(const journal::Append& append) {
  return std::ranges::any_of(
      append.entries, [](const auto& entry) { return std::holds_alternative<journal::Responded>(entry.payload); });
}

TEST(Intent, IsWrittenInEachOfTheseWays) {  // [DUR-08]
  for (auto written : kWays) {
    SCOPED_TRACE(name_of(written));
    Payer run(written);
    std::vector<std::size_t> companions;
    bool with_response = false;
    run.store->on_append = [&](const journal::Append& append) {
      if (!intends(append, run.position())) return;
      companions.push_back(append.entries.size() - 1);
      with_response = with_response || responds(append);
    };
    EXPECT_TRUE(run.run().ok());
    EXPECT_EQ(companions, std::vector<std::size_t>{written == Written::alone ? 0U : companions.at(0)});
    EXPECT_EQ(with_response, written == Written::with_the_response);
  }
}

// Whether this process still owns the run is confirmed by the response's commit.
TEST(Intent, IsNotWrittenWithTheResponseWhenTheLeaseHasLapsed) {  // [DUR-17]
  Payer run(Written::with_the_response);
  run.model->on_call = [&] { run.store->more_lapses = 1; };
  bool with_response = false;
  run.store->on_append = [&](const journal::Append& append) {
    with_response = with_response || (responds(append) && intends(append, run.position()));
  };
  EXPECT_TRUE(run.run().ok());
  EXPECT_FALSE(with_response);
}

TEST(Intent, OfARunThatIsToStopWhileItIsCommittedIsTakenBack) {  // [DUR-27] [DUR-08]
  for (auto written : kWays)
    for (auto cause : {Cause::shutdown, Cause::caller, Cause::kill}) {
      SCOPED_TRACE(std::string(name_of(written)) + ", " + std::string(to_string(cause)));
      Payer run(written);
      CancelScope scope;
      bool intended = false;
      run.store->on_append = [&](const journal::Append& append) {
        if (!intends(append, run.position())) return;
        intended = true;
        scope.cancel({cause, "as the test says"});
      };
      int sent = 0;
      run.pay.before_effect = [&] { ++sent; };

      auto outcome = run.run_in(scope);

      EXPECT_TRUE(intended);
      EXPECT_EQ(sent, 0);
      EXPECT_EQ(run.observer.begins, 0) << "nor is it said to begin";
      EXPECT_EQ(run.state(outcome), llm::CallState::not_dispatched) << "nobody has to wonder";
      EXPECT_EQ(outcome.status == RunStatus::running, cause == Cause::shutdown) << to_string(outcome.status);
    }
}

TEST(Intent, ThatWasTakenBackIsCarriedOutByTheNextProcess) {  // [DUR-27]
  for (auto written : kWays) {
    SCOPED_TRACE(name_of(written));
    Payer run(written);
    CancelScope scope;
    run.store->on_append = [&](const journal::Append& append) {
      if (intends(append, run.position())) scope.cancel({Cause::shutdown, ""});
    };
    (void)run.run_in(scope);
    run.new_process();

    auto outcome = run.recover();

    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_EQ(run.state(*outcome), llm::CallState::done);
    for (const auto& [key, times] : run.world.effects) EXPECT_EQ(times, 1) << key;
  }
}

// A worker whose lease has `left` when the model answers, and is renewed after 10 s.
struct Leased : Payer {
  explicit Leased(Written written) : Payer(written) {
    pay.before_effect = [this] {
      if (!sent_after) sent_after = std::chrono::duration_cast<Milliseconds>(loop.clock().mono() - start);
    };
  }
  void lease_ends_in(Milliseconds left) {
    store->lease = loop.clock().mono() + left;
    (void)loop.call_at(start + kRenewed, [this] { store->lease = MonoTime::max(); });
  }

  static constexpr Milliseconds kRenewed{10'000};
  const MonoTime start = loop.clock().mono();
  std::optional<Milliseconds> sent_after;
};

TEST(Intent, IsNotCarriedOutWithThreeSecondsOfTheLeaseLeft) {  // [DUR-17]
  for (auto written : kWays) {
    SCOPED_TRACE(name_of(written));
    Leased run(written);
    run.lease_ends_in(Milliseconds(3'000));
    EXPECT_TRUE(run.run().ok());
    ASSERT_TRUE(run.sent_after);
    EXPECT_GE(*run.sent_after, Leased::kRenewed);
  }
}

TEST(Intent, IsCarriedOutWhenMoreThanFiveSecondsOfTheLeaseAreLeft) {  // [DUR-17]
  for (auto [left, waits] : {std::pair{5'000, true}, std::pair{5'001, false}}) {
    Leased run(Written::with_the_response);
    run.lease_ends_in(Milliseconds(left));
    EXPECT_TRUE(run.run().ok());
    ASSERT_TRUE(run.sent_after);
    EXPECT_EQ(*run.sent_after >= Leased::kRenewed, waits) << left;
  }
}

TEST(Intent, IsNotCarriedOutWhenTheLeaseEndsDuringItsCommit) {  // [DUR-17]
  for (auto written : kWays) {
    SCOPED_TRACE(name_of(written));
    Leased run(written);
    run.store->on_append = [&](const journal::Append& append) {
      if (intends(append, run.position()) && !run.sent_after) run.lease_ends_in(Milliseconds(0));
    };
    EXPECT_TRUE(run.run().ok());
    ASSERT_TRUE(run.sent_after);
    EXPECT_GE(*run.sent_after, Leased::kRenewed);
  }
}

// A store so slow that an intent is old when it is durable is asked three times more, and not for ever. Whatever the
// last of these commits takes, the lease is looked at after it.
TEST(Intent, IsNotCarriedOutWhenTheLeaseEndsDuringTheLastCommitOfASlowStore) {  // [DUR-17]
  Leased run(Written::with_the_response);
  run.pay.change().effect = tool::Effect::probeable;
  int commits = 0;
  run.store->on_append = [&](const journal::Append& append) {
    if (!intends(append, run.position())) return;
    run.loop.manual_clock().advance(Milliseconds(2'000));
    if (++commits == 4) run.lease_ends_in(Milliseconds(0));
  };
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(commits, 4);
  ASSERT_TRUE(run.sent_after);
  EXPECT_GE(*run.sent_after, Leased::kRenewed);
}

}  // namespace
}  // namespace executus::run

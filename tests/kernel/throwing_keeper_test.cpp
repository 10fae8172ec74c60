// A place of the host's own that keeps runs, and throws: the run is held, and then left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/bombed_test.hpp"

namespace executus::run {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct BombedKeeper final : CheckpointerFactory {
  struct Kept final : RunWriter {
    explicit Kept(BombedKeeper& k) : keeper(k) {}
    journal::Appended keep(std::vector<journal::Entry> added, std::string where) {
      keeper.bomb.pass(std::move(where));
      for (auto& entry : added) keeper.entries.push_back(std::move(entry));
      return {journal::AppendVerdict::appended, keeper.commands_wait};
    }
    Task<journal::Appended> append(std::vector<journal::Entry> added, Durable, Boundary,
                                   std::vector<std::int64_t>) override {
      co_return keep(std::move(added), "append");
    }
    Task<journal::Appended> complete(std::vector<journal::Entry> added, std::vector<std::int64_t>) override {
      co_return keep(std::move(added), "complete");
    }
    Task<journal::Appended> fail(std::vector<journal::Entry> added, std::vector<std::int64_t>) override {
      co_return keep(std::move(added), "fail");
    }
    Task<journal::Appended> park(std::vector<journal::Entry> added, std::vector<std::int64_t>) override {
      co_return keep(std::move(added), "park");
    }
    Task<void> leave(journal::Attempt) override {
      keeper.bomb.pass("leave");
      co_return;
    }
    Task<std::vector<journal::Command>> inbox() override {
      keeper.bomb.pass("inbox");
      co_return std::vector<journal::Command>();
    }
    Dispatch may_dispatch() const override {
      keeper.bomb.pass("may_dispatch");
      return Dispatch::yes;
    }
    BombedKeeper& keeper;
  };
  explicit BombedKeeper(Bomb& b) : bomb(b) {}
  Task<std::unique_ptr<RunWriter>> begin(RunInfo) override {
    bomb.pass("begin");
    co_return std::make_unique<Kept>(*this);
  }
  Bomb& bomb;
  std::vector<journal::Entry> entries;
  bool commands_wait = true;  // so that the inbox is looked at
};

// A run that calls one tool and ends as `how` says, kept in such a place.
struct KeptThere : Harness {
  enum class End { well, badly, waiting, shut_down };
  explicit KeptThere(End how)
      : Harness([how](std::size_t turn) -> llm::Response {
          if (turn == 0) return calls({{"a", "act", "{}"}});
          if (how == End::badly) throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
          return says("done");
        }) {
    auto effect = how == End::waiting ? tool::Effect::irreversible : tool::Effect::keyed;
    act = &add_tool("act", effect);
    if (how == End::waiting) act->act = [] { return tool::Unknown{"the connection was cut"}; };
    if (how == End::shut_down) act->before_effect = [this] { scope.cancel({Cause::shutdown, ""}); };
    reconfigure([this](ExecutorConfig& config) {
      config.ports.journal = nullptr;
      config.ports.checkpointers = &keeper;
    });
  }
  CancelScope scope;
  Bomb bomb;
  BombedKeeper keeper{bomb};
  EffectTool* act;
};

struct KeeperRow {
  const char* where;
  KeptThere::End end;
  RunStatus once, always;  // what becomes of the run when it throws so often
  friend void PrintTo(const KeeperRow& row, std::ostream* out) { *out << row.where; }
};

const KeeperRow kKeeper[] = {
    {"append", KeptThere::End::well, RunStatus::ok, RunStatus::running},
    {"inbox", KeptThere::End::well, RunStatus::ok, RunStatus::running},
    {"complete", KeptThere::End::well, RunStatus::ok, RunStatus::running},
    {"fail", KeptThere::End::badly, RunStatus::error, RunStatus::running},
    {"park", KeptThere::End::waiting, RunStatus::waiting, RunStatus::running},
    {"leave", KeptThere::End::shut_down, RunStatus::running, RunStatus::running},
};

class KeepingPort : public ::testing::TestWithParam<KeeperRow> {};

TEST_P(KeepingPort, ThatThrowsHoldsTheRunAndThenLeavesIt) {  // [DUR-15]
  const auto& row = GetParam();
  for (int times : {1, 1'000'000}) {
    KeptThere run(row.end);
    run.bomb.at = {row.where};
    run.bomb.times = times;
    if (run.bomb.at.contains("append")) {  // the first one is the admission's: whether the run is kept at all
      run.bomb.times = 0;
      run.act->before_effect = [&run, times] { run.bomb.times = times; };
    }
    auto outcome = run.run_in(run.scope);
    EXPECT_GT(run.bomb.reached[row.where], 0) << "the run never came by";
    EXPECT_EQ(outcome.status, times == 1 ? row.once : row.always) << outcome.error;
    EXPECT_LE(run.total_effects(), 1);
    bool over =
        !run.keeper.entries.empty() && std::holds_alternative<journal::Ended>(run.keeper.entries.back().payload);
    EXPECT_EQ(over, outcome.ok() || outcome.status == RunStatus::error) << "what was not kept is not told";
  }
}

INSTANTIATE_TEST_SUITE_P(Each, KeepingPort, ::testing::ValuesIn(kKeeper),
                         [](const auto& info) { return std::string(info.param.where); });

TEST(ThrowingPorts, APlaceThatCannotBeginRefusesTheRun) {  // [CK-02]
  KeptThere run(KeptThere::End::well);
  run.bomb.at = {"begin"};
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("begin is broken"));
  EXPECT_THAT(run.model->requests, IsEmpty());
}

TEST(ThrowingPorts, APlaceThatDoesNotTakeTheAdmissionIsToldThatTheRunIsOver) {  // [CK-02] [CK-17]
  for (auto on_failure : {OnBeginFailure::refuse, OnBeginFailure::best_effort}) {
    KeptThere run(KeptThere::End::well);
    auto before = run.configure;
    run.reconfigure([&](ExecutorConfig& config) {
      before(config);
      config.ports.on_begin_failure = on_failure;
    });
    run.bomb.at = {"append"};
    EXPECT_EQ(run.run().ok(), on_failure == OnBeginFailure::best_effort);
    EXPECT_EQ(run.bomb.reached["fail"], 1);
    ASSERT_FALSE(run.keeper.entries.empty());
    EXPECT_TRUE(std::holds_alternative<journal::Ended>(run.keeper.entries.back().payload));
  }
}

TEST(ThrowingPorts, APlaceThatCannotSayWhetherItIsOursSendsNothing) {
  KeptThere run(KeptThere::End::well);
  run.bomb.at = {"may_dispatch"};
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("may_dispatch is broken"));
  EXPECT_EQ(run.total_effects(), 0);
}

}  // namespace
}  // namespace executus::run

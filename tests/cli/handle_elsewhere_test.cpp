// A host and a run that another process drives: what its handles and event streams do to it, and what they do not.
#include <optional>

#include <unistd.h>

#include <executus/executus.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;

// `executus run` drives r1, whose call waits until the pipe `gate` is closed.
class HandleElsewhere : public CliProgram {
 protected:
  void SetUp() override {
    make_pipe("gate");
    agent("a", "  - {calls: [{tool: hold, arguments: {}}]}\n  - text: done\n",
          "command_tools:\n"
          "  - {name: hold, description: Waits., command: [sh, -c, \"exec cat gate\"], cwd: ., effect: pure}\n");
    process_ = start({"run", "a", "go", "--run-id", "r1"});
    gate_ = open_for_writing("gate");
    RuntimeOptions options;
    options.database = (folder() / "state.db").string();
    options.environment = &environment_of_host_;
    options.threads = 1;
    runtime_.emplace(std::move(options));
  }
  void TearDown() override {
    if (gate_ >= 0) ::close(gate_);
  }
  void let_end() { ::close(std::exchange(gate_, -1)); }

  FixedEnvironment environment_of_host_{{{"HOME", "/nonexistent"}}};
  std::unique_ptr<Started> process_;
  int gate_ = -1;
  std::optional<Runtime> runtime_;
};

// Those that wait for what comes next, too.
TEST_F(HandleElsewhere, DroppingItAndItsStreamsChangesNothing) {  // [API-02] [API-04]
  {
    RunHandle run = runtime_->attach(*RunId::parse("r1")).get();
    EXPECT_TRUE(run.state().get()->driven);
    auto events = run.events();
    auto first = events.next().get();
    EXPECT_TRUE(first && first->as<journal::Admitted>());
    auto waiting = run.done();
    EventOptions beyond;
    beyond.after = 1'000;
    auto at_the_end = run.events(beyond);
    (void)at_the_end.next();
  }
  runtime_.reset();

  let_end();

  auto finished = process_->finish();
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("done"));
}

TEST_F(HandleElsewhere, CancelEndsTheRunThereAndTheHandleHearsOfIt) {  // [API-02] [DUR-38]
  RunHandle run = runtime_->attach(*RunId::parse("r1")).get();

  EXPECT_EQ(run.cancel("wrong customer").get(), Said::accepted);

  EXPECT_EQ(process_->finish().exit, 7);
  auto outcome = run.wait();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(outcome.reason, "wrong customer");
}

}  // namespace
}  // namespace executus::testing

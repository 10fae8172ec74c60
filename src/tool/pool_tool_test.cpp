// Tools whose functions block: each call gets a thread of the host's pool.
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/blocking_pool.hpp>
#include <executus/async/root_group.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/tool/invoke.hpp>
#include <executus/tool/typed_tool.hpp>

namespace executus::tool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Query {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Query, (), (text))

// A pool of one thread, which a test may keep busy.
class PoolTool : public ::testing::Test {
 protected:
  ~PoolTool() override {
    let_go();
    group_.join();
  }
  void keep_busy() {
    group_.spawn(occupy(pool_.get(), busy_.get_future().share(), &occupied_));
    occupied_.get_future().wait();
  }
  void let_go() {
    if (!std::exchange(free_, true)) busy_.set_value();
  }
  static Task<void> occupy(BlockingPool* pool, std::shared_future<void> until, std::promise<void>* occupied) {
    auto work = [until, occupied] {
      occupied->set_value();
      until.wait();
    };
    co_await pool->run(std::move(work));
  }

  static Task<std::thread::id> thread_of(BlockingPool* pool) {
    auto work = [] { return std::this_thread::get_id(); };
    co_return co_await pool->run(std::move(work));
  }

  Call call() const {
    Call call{*RunId::parse("run"), "call", "key", {{"text", "select 1"}}, "/"};
    call.pool = pool_.get();
    return call;
  }
  struct Waiting {
    std::promise<Outcome> promise;
    std::future<Outcome> outcome = promise.get_future();
    RootHandle handle;
  };
  void start(Waiting& waiting, Tool& tool, Call call) {
    waiting.handle = group_.spawn(hand_over(invoke(tool, std::move(call)), &waiting.promise));
  }
  static Task<void> hand_over(Task<Outcome> task, std::promise<Outcome>* promise) {
    try {
      promise->set_value(co_await std::move(task));
    } catch (...) {
      promise->set_exception(std::current_exception());
    }
  }

  std::unique_ptr<BlockingPool> pool_ = std::make_unique<BlockingPool>(1);
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::promise<void> busy_, occupied_;
  bool free_ = false;
  RootGroup group_{*loop_};
};

TEST_F(PoolTool, RunsOnAThreadOfThePool) {  // [API-05]
  std::thread::id where;
  auto tool = make_tool<Query>({.name = "sql", .effect = Effect::pure, .runs_on = RunsOn::pool}, [&](Query query) {
    where = std::this_thread::get_id();
    return query.text;
  });
  EXPECT_EQ(tool->info().begins, Begins::in_turn);

  auto outcome = block_on(*loop_, invoke(*tool, call()));

  EXPECT_EQ(std::get<Done>(outcome).text, "select 1");
  EXPECT_EQ(where, block_on(*loop_, thread_of(pool_.get())));
}

TEST_F(PoolTool, ItsTimeRunsOnlyOnceItHasAThread) {  // [API-05] [DUR-05]
  constexpr Milliseconds kTimeout{1};
  auto tool = make_tool<Query>({.name = "sql", .runs_on = RunsOn::pool, .timeout = kTimeout},
                               [](Query query) { return query.text; });
  keep_busy();
  Waiting waiting;
  Call waits = call();
  auto permit = waits.permit;
  start(waiting, *tool, std::move(waits));
  for (int timers = 0; timers < 2; ++timers) block_on(*loop_, sleep_for(kTimeout));  // set later: earlier ones fired

  waiting.handle.cancel({Cause::caller, ""});

  EXPECT_THROW((void)waiting.outcome.get(), Cancelled) << "it waited still";
  EXPECT_FALSE(permit->begin()) << "and never begins";
}

TEST_F(PoolTool, ItsOutcomeIsUnknownWhenItsTimeIsUp) {  // [API-05] [DUR-05]
  std::promise<void> release;
  auto until = release.get_future().share();
  auto tool = make_tool<Query>({.name = "sql", .runs_on = RunsOn::pool, .timeout = Milliseconds(1)}, [until](Query) {
    until.wait();
    return "late";
  });
  auto outcome = block_on(*loop_, invoke(*tool, call()));
  EXPECT_THAT(std::get<Unknown>(outcome).reason, HasSubstr("did not answer within 1 ms"));
  release.set_value();
}

// The call is given up, and the tool with it; the thread goes on with what is its own.
TEST_F(PoolTool, WhatAThreadHasBegunOutlivesTheToolAndTheCall) {  // [API-05]
  std::promise<void> release, begun;
  std::promise<std::string> seen;
  auto until = release.get_future().share();
  auto tool =
      make_tool<Query>({.name = "sql", .runs_on = RunsOn::pool},
                       [until, &begun, &seen, mine = std::string(100, 'x')](const Query& query, const Call& call) {
                         begun.set_value();
                         until.wait();
                         seen.set_value(query.text + call.idempotency_key + mine);
                         return "";
                       });
  Waiting waiting;
  start(waiting, *tool, call());
  begun.get_future().wait();
  waiting.handle.cancel({Cause::caller, ""});
  EXPECT_THROW((void)waiting.outcome.get(), Cancelled);
  group_.join();
  tool.reset();

  release.set_value();

  EXPECT_EQ(seen.get_future().get(), "select 1key" + std::string(100, 'x'));
}

TEST_F(PoolTool, WhatItThrowsIsToldToTheModel) {  // [API-05]
  auto tool = make_tool<Query>({.name = "sql", .runs_on = RunsOn::pool},
                               [](Query) -> std::string { throw std::runtime_error("no such table"); });
  auto outcome = std::get<Failed>(block_on(*loop_, invoke(*tool, call())));
  EXPECT_EQ(outcome.message, "no such table");
  EXPECT_FALSE(outcome.unsent);
}

TEST_F(PoolTool, ItsProbeBlocksInThePoolToo) {  // [API-05]
  std::thread::id where, asked;
  auto tool = make_tool<Query>(
      {.name = "sql", .effect = Effect::probeable, .runs_on = RunsOn::pool},
      [&](Query) {
        where = std::this_thread::get_id();
        return "inserted";
      },
      [&](Query) {
        asked = std::this_thread::get_id();
        return std::optional("there");
      });
  (void)block_on(*loop_, invoke(*tool, call()));
  Call later = call();
  (void)later.permit->withdraw();  // that of a call that was given up

  EXPECT_EQ(std::get<Done>(block_on(*loop_, ask_probe(*tool, std::move(later)))).text, "there");

  EXPECT_EQ(asked, where) << "the one thread of the pool";
}

TEST_F(PoolTool, IsRefusedWhereTheHostHasNoPool) {  // [API-05]
  bool ran = false;
  auto tool = make_tool<Query>({.name = "sql", .runs_on = RunsOn::pool}, [&](Query) {
    ran = true;
    return "";
  });
  Call poolless = call();
  poolless.pool = nullptr;
  auto outcome = std::get<Failed>(block_on(*loop_, invoke(*tool, std::move(poolless))));
  EXPECT_THAT(outcome.message, AllOf(HasSubstr("'sql'"), HasSubstr("ExecutorConfig::pool")));
  EXPECT_TRUE(outcome.unsent);
  EXPECT_FALSE(ran);
}

TEST(PoolToolOptions, RefuseAFunctionThatReturnsATask) {  // [API-05]
  auto task = [](Query query) -> Task<std::string> { co_return query.text; };
  try {
    (void)make_tool<Query>({.name = "sql", .runs_on = RunsOn::pool}, task);
    ADD_FAILURE() << "it was made";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "tool.options");
    EXPECT_THAT(error.message(), HasSubstr("returns a Task"));
  }
}

}  // namespace
}  // namespace executus::tool

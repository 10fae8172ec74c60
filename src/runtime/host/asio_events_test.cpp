// Events of a run in a Boost.Asio program.
#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <executus/asio.hpp>
#include <executus/executus.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

namespace asio = boost::asio;

struct AsioArguments {};
BOOST_DESCRIBE_STRUCT(AsioArguments, (), ())

// A run whose call waits until it is let go.
class AsioEvents : public ::testing::Test {
 protected:
  AsioEvents() {
    std::ofstream(folder_ / "script.yaml") << "turns:\n  - {calls: [{tool: act}]}\n  - {text: done}\n";
    agent_.name = "test";
    agent_.model = "scripted/" + (folder_ / "script.yaml").string();
    agent_.tools = {"act"};
    RuntimeOptions options;
    options.database = (folder_ / "runs.db").string();
    options.threads = 1;
    runtime_.emplace(std::move(options));
    runtime_->tools().add(make_tool<AsioArguments>({.name = "act"}, [this](AsioArguments) { return act(); }));
  }
  Task<std::string> act() {
    begun_.set_value();
    co_await let_go_.wait();
    co_return "did it";
  }
  std::uint64_t last_entry(const RunHandle& run) { return runtime_->runs().entries(run.id()).get().back().seq; }

  testing::TemporaryFolder folder_;
  asio::io_context io_;
  Agent agent_;
  std::promise<void> begun_;
  OneShot<> let_go_;
  std::optional<Runtime> runtime_;
};

struct EventsRead {
  RunId run;
  std::vector<std::uint64_t> committed;
  std::string output;
  bool on_this_thread = true;
};

asio::awaitable<void> read_all(Runtime* runtime, Agent agent, OneShot<> let_go, EventsRead* read) {
  auto here = std::this_thread::get_id();
  auto run = co_await async_get(runtime->start(std::move(agent), "go"), asio::use_awaitable);
  read->run = run.id();
  auto events = run.events();
  while (auto event = co_await async_next(events, asio::use_awaitable)) {
    read->on_this_thread = read->on_this_thread && std::this_thread::get_id() == here;
    if (event->committed()) read->committed.push_back(event->seq);
    if (event->as<journal::Responded>()) let_go.set();
    if (auto* ended = event->as<Ended>()) read->output = ended->outcome.output;
  }
}

TEST_F(AsioEvents, AreReadToTheEndOnTheProgramsOwnThread) {  // [API-10] [API-04]
  EventsRead read;
  asio::co_spawn(io_, read_all(&*runtime_, agent_, let_go_, &read), asio::detached);

  io_.run();

  EXPECT_EQ(read.output, "done");
  std::vector<std::uint64_t> stored;
  for (const auto& entry : runtime_->runs().entries(read.run).get()) stored.push_back(entry.seq);
  EXPECT_EQ(read.committed, stored);
  EXPECT_GE(stored.size(), 6U);
  EXPECT_TRUE(read.on_this_thread);
}

// The run goes on, and so does a stream after the last event that was read.
TEST_F(AsioEvents, AWaitForTheNextIsGivenUpThroughItsCancellationSlot) {  // [API-10] [DUR-47]
  RunHandle run = runtime_->start(agent_, "go").get();
  begun_.get_future().wait();
  EventOptions options;
  options.after = last_entry(run);
  options.buffer = 0;
  auto events = run.events(options);
  asio::cancellation_signal stop;
  std::optional<Cause> cause;
  auto told = [&](std::exception_ptr error, std::optional<Event>) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const Cancelled& cancelled) {
      cause = cancelled.cause();
    }
  };

  async_next(events, asio::bind_executor(io_.get_executor(), asio::bind_cancellation_slot(stop.slot(), told)));
  EXPECT_EQ(io_.poll(), 0U) << "nothing happens in the run";
  stop.emit(asio::cancellation_type::terminal);
  io_.run();
  EXPECT_EQ(cause, Cause::caller);

  let_go_.set();
  EXPECT_EQ(run.wait().output, "done");
  std::vector<std::uint64_t> rest;
  for (const auto& event : run.events(options)) rest.push_back(event.seq);
  EXPECT_EQ(rest, (std::vector<std::uint64_t>{options.after + 1, options.after + 2, options.after + 3}));
}

}  // namespace
}  // namespace executus

// A worker in whose hands are five hundred runs, all of them at once, when it is told to leave, and when it is killed.
#include <csignal>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include <executus/executus.hpp>
#include <executus/testing/http_server.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kRuns = 500;
const std::size_t kConnections = net::HttpClientOptions().max_connections_per_host;  // at most, to one model

// A model that first calls a tool and then says so. What it answers waits until it is let.
class HeldModel final {
 public:
  void hold() {
    std::lock_guard lock(mutex_);
    gate_ = make_gate();
  }
  void let_answer() {
    std::lock_guard lock(mutex_);
    gate_->open();
  }
  [[nodiscard]] HttpServer& server() noexcept { return server_; }

 private:
  HttpServer::Reply answer(const HttpServer::Request& request) {
    bool called = request.body.find("\"tool_calls\"") != std::string::npos;
    HttpServer::Reply reply{200, {{"Content-Type", "application/json"}}, called ? kSays : kCalls};
    std::lock_guard lock(mutex_);
    reply.after = gate_;
    return reply;
  }
  static constexpr const char* kCalls =
      R"({"choices":[{"message":{"role":"assistant","content":"","tool_calls":[{"id":"c","type":"function",)"
      R"("function":{"name":"now","arguments":"{}"}}]},"finish_reason":"tool_calls"}],)"
      R"("usage":{"prompt_tokens":1,"completion_tokens":1}})";
  static constexpr const char* kSays =
      R"({"choices":[{"message":{"role":"assistant","content":"done"},"finish_reason":"stop"}],)"
      R"("usage":{"prompt_tokens":1,"completion_tokens":1}})";

  std::mutex mutex_;
  std::shared_ptr<Gate> gate_;
  HttpServer server_{[this](const HttpServer::Request& request) { return answer(request); }};
};

class FullWorker : public CliProgram {
 protected:
  void SetUp() override {
    environment_["LLM_LAB"] = "openai+http://k@" + model_.server().url("/v1").substr(7);
    write("agents/a.yaml", "name: a\nmodel: lab/m\ntools: [now]\nmax_runtime: 10m\n");
    RuntimeOptions options;
    options.database = (folder() / "state.db").string();
    options.environment = &environment_of_host_;
    options.threads = 1;
    runtime_.emplace(std::move(options));
    auto agent = runtime_->load_agent((folder() / "agents/a.yaml").string()).value().agent;
    std::vector<Reply<RunHandle>> queued;
    for (std::size_t i = 0; i < kRuns; ++i) {
      Invocation invocation;
      invocation.prompt = "go";
      invocation.start = Invocation::Start::queued;
      queued.push_back(runtime_->start(agent, std::move(invocation)));
    }
    for (auto& reply : queued) (void)reply.get();
  }
  std::unique_ptr<Started> start_worker() {
    asked_before_ = model_.server().request_count();
    return start({"worker", "--concurrency", std::to_string(kRuns), "--starts-per-second", "0"});
  }
  // All runs are driven there, and as many as there are connections wait for the model.
  void await_all_in(const Started& worker) {
    until([&] {
      auto log = worker.err();
      std::size_t taken = 0;
      for (auto at = log.find(" run_taken_up "); at != log.npos; at = log.find(" run_taken_up ", at + 1)) ++taken;
      return taken == kRuns;
    });
    model_.server().wait_for_requests(asked_before_ + kConnections);
  }
  // So many of all entries of all runs.
  template <class Kind>
  std::size_t count() {
    std::size_t found = 0;
    for (const auto& row : rows())
      for (const auto& entry : runtime_->runs().entries(row.id).get())
        found += std::holds_alternative<Kind>(entry.payload) ? 1 : 0;
    return found;
  }
  std::vector<journal::RunRow> rows(std::vector<RunStatus> statuses = {}) {
    journal::RunFilter filter;
    filter.statuses = std::move(statuses);
    filter.limit = kRuns + 1;
    return runtime_->runs().list(filter).get();
  }

  HeldModel model_;
  std::size_t asked_before_ = 0;  // when the last worker was started
  FixedEnvironment environment_of_host_{{{"HOME", "/nonexistent"}, {"LLM_LAB", "openai+http://k@127.0.0.1:9/v1"}}};
  std::optional<Runtime> runtime_;
};

TEST_F(FullWorker, LosesNothingDrainedOrKilled) {  // [API-11] [DUR-17] [DUR-27]
  model_.hold();
  auto drained = start_worker();
  await_all_in(*drained);
  drained->signal(SIGTERM);
  drained->await_err(" draining ");
  model_.let_answer();
  auto left = drained->finish();
  EXPECT_EQ(left.exit, 0) << left.err;
  EXPECT_THAT(left.err, HasSubstr(" left=500"));
  auto answered = count<journal::Responded>();
  EXPECT_GE(answered, kConnections) << "calls that were under way had the window to end";
  EXPECT_LE(answered, kRuns) << "and no run took another step";

  model_.hold();
  auto killed = start_worker();
  await_all_in(*killed);
  killed->signal(SIGKILL);
  (void)killed->finish();
  EXPECT_EQ(count<journal::Responded>(), answered);

  model_.let_answer();
  auto last = start_worker();
  until([&] { return rows({RunStatus::queued, RunStatus::running}).empty(); });
  last->signal(SIGTERM);
  EXPECT_EQ(last->finish().exit, 0);

  EXPECT_EQ(rows({RunStatus::ok}).size(), kRuns);
  EXPECT_EQ(count<journal::Responded>(), 2 * kRuns);
  EXPECT_EQ(count<journal::Ended>(), kRuns);
  EXPECT_LE(model_.server().request_count(), 2 * kRuns + 2 * kConnections) << "what was in flight, once more";
}

}  // namespace
}  // namespace executus::testing

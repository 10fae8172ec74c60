// The pace against servers that count: what they refuse, and how much of what they allow is used.
#include <deque>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/base/random.hpp>
#include <executus/testing/manual_loop.hpp>

#include "llm/chain/paced_model.hpp"

namespace executus::llm {
namespace {

using testing::ManualLoop;

enum class Window { sliding, fixed };

// Allows `limit` a minute: of requests, or of tokens.
class Allowance {
 public:
  Allowance(Window window, double limit) : window_(window), limit_(limit) {}

  // 0: it is allowed. Otherwise how long to wait.
  Milliseconds refuses(double amount, MonoTime now) {
    while (!taken_.empty() && !counts(taken_.front().when, now)) {
      used_ -= taken_.front().amount;
      taken_.pop_front();
    }
    if (used_ + amount > limit_) return std::chrono::ceil<Milliseconds>(frees_at() - now);
    return Milliseconds(0);
  }
  void take(double amount, MonoTime now) {
    taken_.push_back({now, amount});
    used_ += amount;
  }

 private:
  struct Taken {
    MonoTime when;
    double amount;
  };
  static auto minute_of(MonoTime time) { return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()); }
  bool counts(MonoTime when, MonoTime now) const {
    return window_ == Window::sliding ? when > now - std::chrono::minutes(1) : minute_of(when) == minute_of(now);
  }
  MonoTime frees_at() const {
    auto first = taken_.front().when;
    auto minute = std::chrono::minutes(1);
    return window_ == Window::sliding ? first + minute : MonoTime(minute_of(first) + minute);
  }

  Window window_;
  double limit_;
  double used_ = 0;
  std::deque<Taken> taken_;
};

struct ServerLimits {
  Window window = Window::sliding;
  double requests = 1e9;
  double tokens = 1e9;
};

// Requests reach it after up to a quarter of a second, answers take up to three, of up to twice the tokens expected.
class CountingServer final : public Model {
 public:
  CountingServer(ServerLimits limits, const Clock& clock, Random& random)
      : requests(limits.window, limits.requests),
        tokens(limits.window, limits.tokens),
        clock_(clock),
        random_(random) {}

  Task<Response> generate(Request request, StreamObserver*) override {
    co_await sleep_for(upto(250));
    auto now = clock_.mono();
    Usage usage{static_cast<std::int64_t>(request.system.size()) / 4, upto(2 * 1'000).count()};
    auto size = static_cast<double>(usage.input + usage.output);
    auto wait = std::max(requests.refuses(1, now), tokens.refuses(size, now));
    if (wait > Milliseconds(0)) {
      ++refused;
      throw ModelError(Failure::transient, "model.overloaded", "too many requests", 429, wait);
    }
    requests.take(1, now);
    tokens.take(size, now);
    ++served;
    served_tokens += size;
    co_await sleep_for(upto(3'000));
    co_return Response{assistant_message("done"), FinishReason::stop, usage, target_};
  }
  const std::string& target() const override { return target_; }

  Allowance requests;
  Allowance tokens;
  int refused = 0;
  int served = 0;
  double served_tokens = 0;

 private:
  Milliseconds upto(std::uint64_t milliseconds) { return Milliseconds(random_.next() % (milliseconds + 1)); }
  const Clock& clock_;
  Random& random_;
  std::string target_ = "lab/counting";
};

Task<void> ask_forever(Model& model) {
  try {
    for (;;) {
      Milliseconds wait{0};
      try {
        Request request;
        request.system = std::string(2'000, 's');
        co_await model.generate(std::move(request), nullptr);
      } catch (const ModelError& error) {
        wait = error.retry_after().value_or(wait);
      }
      co_await sleep_for(wait);
    }
  } catch (const Cancelled&) {
  }
}

struct Simulated {
  Simulated(ServerLimits allowed, ModelLimits kept)
      : server(std::make_shared<CountingServer>(allowed, loop.clock(), *random)),
        model(paced(server, std::make_shared<Pace>(kept))) {}

  void start(int runs) {
    for (int i = 0; i < runs; ++i) group.spawn(ask_forever(*model));
  }
  void pass(std::chrono::minutes time) { loop.advance(time); }
  ~Simulated() {
    group.cancel_all({Cause::shutdown, "the test is over"});
    loop.run_ready();
  }

  std::unique_ptr<Random> random = seeded_random(11);
  ManualLoop loop;
  std::shared_ptr<CountingServer> server;
  std::shared_ptr<Model> model;
  RootGroup group{loop};
};

struct ServerRow {
  Window window;
  int limit;
};

void PrintTo(const ServerRow& row, std::ostream* out) {
  *out << (row.window == Window::fixed ? "fixed " : "sliding ") << row.limit;
}

class PacedServer : public ::testing::TestWithParam<ServerRow> {};

TEST_P(PacedServer, IsUsedWellAndNeverRefuses) {
  auto [window, limit] = GetParam();
  Simulated simulated({.window = window, .requests = 1.0 * limit}, {.requests_per_minute = limit});
  simulated.start(200);
  simulated.loop.advance(Milliseconds(17'300));  // fixed windows do not begin when we do
  int before = simulated.server->served;
  simulated.pass(std::chrono::minutes(10));
  EXPECT_EQ(simulated.server->refused, 0);
  EXPECT_GE(simulated.server->served - before, 0.95 * 10 * limit);
}

INSTANTIATE_TEST_SUITE_P(Windows, PacedServer,
                         ::testing::Values(ServerRow{Window::sliding, 10}, ServerRow{Window::fixed, 10},
                                           ServerRow{Window::sliding, 60}, ServerRow{Window::fixed, 60},
                                           ServerRow{Window::sliding, 500}, ServerRow{Window::fixed, 500},
                                           ServerRow{Window::sliding, 3'000}, ServerRow{Window::fixed, 3'000}));

// Another process used up this minute's allowance, and was restarted: as this one.
TEST(PacedServer, IsLeftAloneForAsLongAsItSaysAndThenNeverRefuses) {
  Simulated simulated({.requests = 120}, {.requests_per_minute = 120});
  for (int i = 0; i < 120; ++i) simulated.server->requests.take(1, simulated.loop.clock().mono());
  simulated.start(50);
  simulated.pass(std::chrono::minutes(1));
  int warm_up = simulated.server->refused;
  EXPECT_GE(warm_up, 1);
  EXPECT_LE(warm_up, 5) << "what was under way when the first was refused";
  int before = simulated.server->served;
  simulated.pass(std::chrono::minutes(10));
  EXPECT_EQ(simulated.server->refused, warm_up);
  EXPECT_GE(simulated.server->served - before, 0.95 * 10 * 120);
}

TEST(PacedServer, IsUsedWellWhereItCountsTokens) {
  Simulated simulated({.tokens = 200'000}, {.tokens_per_minute = 200'000});
  simulated.start(100);
  simulated.pass(std::chrono::minutes(1));
  auto before = simulated.server->served_tokens;
  simulated.pass(std::chrono::minutes(10));
  EXPECT_EQ(simulated.server->refused, 0);
  EXPECT_GE(simulated.server->served_tokens - before, 0.95 * 10 * 200'000);
}

// That the servers count at all.
TEST(CountingServer, RefusesWhoKeepsNoPace) {
  for (auto window : {Window::sliding, Window::fixed}) {
    Simulated simulated({.window = window, .requests = 60}, {});
    simulated.start(5);
    simulated.pass(std::chrono::minutes(1));
    EXPECT_GT(simulated.server->refused, 0);
  }
}

}  // namespace
}  // namespace executus::llm

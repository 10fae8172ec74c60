// A run whose end goes to a receiver, which answers as it is told to.
#pragma once

#include <map>
#include <set>

#include <executus/async/timing.hpp>
#include <executus/run/stored_run.hpp>

#include "run/harness_test.hpp"

namespace executus::run {

// The world outside: what arrived, by key and target. It answers as it is told to.
struct Receiver final : Delivery {
  Task<std::string> deliver(DeliveryTarget target, std::string output, std::vector<Artifact>) override {
    return receive(std::move(target), std::move(output));
  }
  Task<void> deliver_error(DeliveryTarget target, std::string error) override {
    (void)co_await receive(std::move(target), "error: " + error);
  }
  Task<std::string> receive(DeliveryTarget target, std::string text) {
    arrived.push_back(target.id + " " + target.key + " " + text);
    if (on_arrival) on_arrival();
    if (hangs.contains(target.id)) {
      OneShot<> never;
      co_await never.wait();
    }
    if (later.contains(target.id)) throw DeliverLater("too many for now", later[target.id]);
    if (refuses.contains(target.id)) throw failed(std::string(kDeliveryRefused), "there is no such channel any more");
    if (breaks.contains(target.id)) throw failed("http.500", prefix + "the server is out of order");
    co_return prefix + "post-" + std::to_string(++posts);
  }
  bool takes(const DeliveryTarget& target) const override { return !foreign.contains(target.id); }
  std::vector<std::string> arrived;
  std::function<void()> on_arrival;
  std::set<std::string> hangs, breaks, refuses, foreign;
  std::map<std::string, Milliseconds> later;
  std::string prefix;
  int posts = 0;
};

struct Lines final : Logger {
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

struct Outbox : Harness {
  Outbox() : Harness([](std::size_t) { return says("done"); }) {
    reconfigure([this](ExecutorConfig& config) {
      config.ports.delivery = has_port ? &receiver : nullptr;
      config.logger = &log;
    });
  }
  Invocation to(std::string target, std::string id = "run") {
    auto invocation = this->invocation(std::move(id));
    invocation.delivery = {"chat", std::move(target)};
    return invocation;
  }
  RunOutcome run_to(std::string target, std::string id = "run") {
    return loop.run(executor->run(agent, to(std::move(target), std::move(id))));
  }
  std::size_t send() { return loop.run(executor->send_outgoing()); }
  std::optional<journal::Outgoing> row(std::string id = "run") {
    return loop.run(store->inner().outgoing_of(*RunId::parse(std::move(id))));
  }

  Receiver receiver;
  Lines log;
  bool has_port = true;
};

inline Task<void> in_a_pass(Executor& executor) { (void)co_await executor.send_outgoing(); }

inline Task<std::size_t> in_scope_of(CancelScope& scope, Task<std::size_t> task) {
  TaskContext context = co_await this_task();
  TaskContext inner{context.strand, &scope};
  co_return co_await std::move(task).in(inner);
}

}  // namespace executus::run

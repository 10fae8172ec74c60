#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <executus/async/one_shot.hpp>
#include <executus/audit/sink.hpp>
#include <executus/run/run_json.hpp>

#include "base/contained.hpp"

namespace executus::audit {
namespace {

struct Finish {
  RunStats stats;
  WallTime at{};
  OneShot<> done;
};
using Write = std::variant<AuditEvent, Finish>;

// What is still to be written of one stay, and the task that writes it while there is something.
class Unwritten final : public std::enable_shared_from_this<Unwritten> {
 public:
  Unwritten(RunInfo info, AuditStore& store, RootGroup& tasks, Logger& logger)
      : info_(std::move(info)), store_(store), tasks_(tasks), logger_(logger) {}

  void add(Write write) {
    std::lock_guard lock(mutex_);
    bool is_event = std::holds_alternative<AuditEvent>(write);
    if (is_event && queue_.size() >= kMostUnwritten) {
      ++dropped_;
      return;
    }
    queue_.push_back(std::move(write));
    begin();
  }
  // The record is there as soon as the store takes it, whether or not anything happens.
  void start() {
    std::lock_guard lock(mutex_);
    begin();
  }
  [[nodiscard]] WallTime now() const { return tasks_.loop().clock().wall(); }

 private:
  void begin() {
    if (std::exchange(writing_, true)) return;
    tasks_.spawn(write_all(shared_from_this()));
  }

  static Task<void> write_all(std::shared_ptr<Unwritten> self) {
    co_await self->try_to(self->begin_stay());
    while (auto write = self->next()) {
      if (auto* event = std::get_if<AuditEvent>(&*write))
        co_await self->try_to(self->append(std::move(*event)));
      else
        co_await self->finish(std::move(std::get<Finish>(*write)));
    }
  }
  std::optional<Write> next() {
    std::lock_guard lock(mutex_);
    if (queue_.empty()) {
      writing_ = false;
      return std::nullopt;
    }
    auto write = std::move(queue_.front());
    queue_.pop_front();
    return write;
  }

  // A record that could not be begun is begun by what follows.
  Task<void> begin_stay() {
    if (!stay_) stay_ = co_await store_.start(info_);
  }
  Task<void> append(AuditEvent event) {
    co_await begin_stay();
    co_await store_.append(info_.run, std::move(event));
  }
  Task<void> write_finish(RunStats stats, WallTime at) {
    if (auto lost = take_dropped(); lost > 0) co_await try_to(append({0, at, "events_lost", {{"count", lost}}}));
    co_await begin_stay();
    co_await store_.finish(info_.run, *stay_, std::move(stats), at);
  }
  Task<void> finish(Finish end) {
    try {
      co_await write_finish(std::move(end.stats), end.at);
      end.done.set();
    } catch (...) {
      end.done.fail(std::current_exception());
    }
  }
  Task<void> try_to(Task<void> work) {
    try {
      co_await std::move(work);
    } catch (...) {
      if (!std::exchange(complained_, true))
        log_caught(logger_, LogLevel::warn, {"the audit of run ", info_.run.str(), " could not be written"});
    }
  }
  std::size_t take_dropped() {
    std::lock_guard lock(mutex_);
    return std::exchange(dropped_, 0);
  }

  const RunInfo info_;
  AuditStore& store_;
  RootGroup& tasks_;
  Logger& logger_;
  std::mutex mutex_;
  std::deque<Write> queue_;
  std::size_t dropped_ = 0;
  bool writing_ = false;
  // Of the task that writes.
  std::optional<int> stay_;
  bool complained_ = false;
};

boost::json::object detail_of(int iteration, const llm::Response& response) {
  boost::json::array calls;
  for (const auto& call : response.message.tool_calls) calls.emplace_back(call.name);
  return {
      {"iteration", iteration},       {"text", response.message.text()},      {"calls", std::move(calls)},
      {"served_by", response.target}, {"input_tokens", response.usage.input}, {"output_tokens", response.usage.output}};
}

class SinkRecord final : public AuditRecord {
 public:
  explicit SinkRecord(std::shared_ptr<Unwritten> unwritten) : unwritten_(std::move(unwritten)) {}

  void on_step(int iteration, const llm::Response& response) override { add("step", detail_of(iteration, response)); }
  void on_tool(const Activity& activity) override { add("tool", to_json(activity)); }
  void log_event(std::string_view kind, const boost::json::object& detail) override { add(std::string(kind), detail); }

  Task<void> close(RunStats stats) override {
    Finish end{std::move(stats), unwritten_->now(), {}};
    auto done = end.done;
    unwritten_->add(std::move(end));
    co_await done.wait();
  }

 private:
  void add(std::string kind, boost::json::object detail) {
    unwritten_->add(AuditEvent{0, unwritten_->now(), std::move(kind), std::move(detail)});
  }

  const std::shared_ptr<Unwritten> unwritten_;
};

}  // namespace

std::unique_ptr<AuditRecord> AuditSink::start_run(const RunInfo& info) {
  if (!store_) return nullptr;
  auto unwritten = std::make_shared<Unwritten>(info, *store_, tasks_, logger_);
  unwritten->start();
  return std::make_unique<SinkRecord>(std::move(unwritten));
}

}  // namespace executus::audit

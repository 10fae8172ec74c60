// Histories of both kinds, and ways to fill them, for tests.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <executus/async/task_group.hpp>
#include <executus/audit/store.hpp>
#include <executus/run/agent.hpp>

namespace executus::audit {

// A history and a way to write it.
class Books {
 public:
  virtual ~Books() = default;
  virtual RunHistory& history() = 0;
  virtual Task<void> begin(RunInfo info) = 0;                 // now
  virtual Task<void> rest(RunInfo info, RunStats stats) = 0;  // the run's stay is over now, after one answer
};

// The store of a host.
class StoreBooks final : public Books {
 public:
  StoreBooks(std::unique_ptr<AuditStore> store, const Clock& clock) : store_(std::move(store)), clock_(clock) {}
  RunHistory& history() override { return *store_; }
  Task<void> begin(RunInfo info) override {
    auto run = info.run;
    stays_[run] = co_await store_->start(std::move(info));
    AuditEvent began{0, clock_.wall(), "began", {}};
    co_await store_->append(run, std::move(began));
  }
  Task<void> rest(RunInfo info, RunStats stats) override {
    for (const char* kind : {"step", "rests"}) {
      AuditEvent event{0, clock_.wall(), kind, {}};
      co_await store_->append(info.run, std::move(event));
    }
    co_await store_->finish(info.run, stays_[info.run], std::move(stats), clock_.wall());
  }

 private:
  std::unique_ptr<AuditStore> store_;
  const Clock& clock_;
  std::map<RunId, int> stays_;
};

// Runs in a journal.
class JournalBooks final : public Books {
 public:
  JournalBooks(std::unique_ptr<RunHistory> view, std::shared_ptr<journal::JournalStore> store, const Clock& clock)
      : store_(std::move(store)), view_(std::move(view)), clock_(clock) {}
  RunHistory& history() override { return *view_; }

  Task<void> begin(RunInfo info) override {
    journal::Admission admission;
    admission.id = info.run;
    admission.agent = info.name;
    admission.caller = info.caller;
    admission.parent = info.parent.str();
    journal::Admitted admitted;
    admitted.agent = to_json(agent_of(info));
    admitted.invocation = invocation_of(info);
    admission.entry = {1, clock_.wall(), Milliseconds(0), std::move(admitted)};
    (void)co_await store_->admit(std::move(admission));
  }
  Task<void> rest(RunInfo info, RunStats stats) override {
    journal::Append append;
    append.run = info.run;
    append.epoch = 1;
    append.after = 1;
    append.entries.push_back({2, clock_.wall(), stats.runtime, answer_of(stats)});
    append.entries.push_back({3, clock_.wall(), stats.runtime, end_of(stats)});
    (void)co_await store_->append(std::move(append));
  }

 private:
  static Agent agent_of(const RunInfo& info) {
    Agent agent;
    agent.id = info.subject;
    agent.name = info.name;
    agent.model = info.model;
    agent.model_tier = info.model_tier;
    agent.max_iterations = info.max_iterations;
    return agent;
  }
  static boost::json::object invocation_of(const RunInfo& info) {
    boost::json::object attributes;
    for (const auto& [name, value] : info.attributes) attributes[name] = value;
    return {{"caller", info.caller},
            {"channel", info.channel},
            {"attributes", std::move(attributes)},
            {"parent", info.parent.str()},
            {"inputs", info.inputs}};
  }
  static journal::Responded answer_of(const RunStats& stats) {
    journal::Responded responded;
    std::vector<llm::ToolCall> calls;
    for (const auto& [tool, times] : stats.tools)
      for (int i = 0; i < times; ++i) calls.push_back({"c" + std::to_string(calls.size()), tool, "{}"});
    responded.response.message = llm::assistant_message(stats.output, std::move(calls));
    responded.response.usage = stats.usage;
    responded.cost = stats.cost.total();
    return responded;
  }
  static journal::Payload end_of(const RunStats& stats) {
    if (is_terminal(stats.status)) return journal::Ended{stats.status, "", stats.error, stats.error_code};
    return journal::Waited{WaitReason::timer, {}, "", std::nullopt};
  }

  std::shared_ptr<journal::JournalStore> store_;
  std::unique_ptr<RunHistory> view_;
  const Clock& clock_;
};

// Of one moment; side by side, so that a database commits many at once.
inline Task<void> begin_all(Books& books, std::vector<RunInfo> infos) {
  TaskContext context = co_await this_task();
  TaskGroup group(context);
  for (auto& info : infos) group.spawn(books.begin(std::move(info)));
  co_await group.join();
}

}  // namespace executus::audit

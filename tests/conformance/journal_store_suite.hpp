// What every JournalStore does, tested on every implementation: one TEST_P each in journal_*_suite.cpp, one INSTANTIATE
// per implementation beside them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/journal/store.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::testing {

// Where several workers of one implementation meet.
class JournalPlace {
 public:
  virtual ~JournalPlace() = default;
  [[nodiscard]] virtual std::unique_ptr<journal::JournalStore> open_worker() = 0;

  // From now on `witness` may take over what `worker` drives, though `worker` can still try to write: a process that
  // was stopped for long.
  virtual void presume_dead(journal::JournalStore& worker, journal::JournalStore& witness) = 0;
};

struct JournalImplementation {
  std::string name;
  std::function<std::unique_ptr<JournalPlace>(ManualClock&)> make;
};

class JournalStoreSuite : public ::testing::TestWithParam<JournalImplementation> {
 protected:
  JournalStoreSuite() : place_(GetParam().make(clock_)), store_(place_->open_worker()) {}

  template <class T>
  T run(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }

  static RunId id(std::string_view text) { return RunId::parse(text).value(); }
  journal::Admission admission(std::string_view run, journal::Start start = journal::Start::owned) const;
  journal::Admission child_admission(std::string_view parent, std::string_view run) const;  // queued
  journal::RunRow admit(std::string_view run, journal::Start start = journal::Start::owned);

  // An append of `payloads` after what `row` says is there.
  journal::Append append_to(const journal::RunRow& row, std::vector<journal::Payload> payloads) const;
  journal::Appended append(const journal::RunRow& row, std::vector<journal::Payload> payloads);
  journal::RunRow find(std::string_view run) { return run_row(run).value(); }
  std::vector<std::string> kinds(std::string_view run);  // names of its journal's entries
  std::vector<std::string> claimable(journal::JournalStore& store, journal::RunFilter filter = {});
  std::int64_t post(std::string_view run, std::string kind);  // the command's id

  static journal::Payload response(std::string text = "hello");
  static journal::Payload steered(std::string text = "and another thing");
  static journal::Payload waited(WaitReason reason, std::optional<WallTime> wake_at = std::nullopt);
  static journal::Payload ended(RunStatus status = RunStatus::ok);

  ManualClock clock_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<JournalPlace> place_;
  std::unique_ptr<journal::JournalStore> store_;

 private:
  std::optional<journal::RunRow> run_row(std::string_view run_id) { return run(store_->find(id(run_id))); }
};

}  // namespace executus::testing

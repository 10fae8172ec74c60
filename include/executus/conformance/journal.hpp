// What every JournalStore does, as tests: link executus::conformance, say how your store is made, and run the program.
//
//   using executus::conformance::JournalConformance;
//   auto team_store() { return std::make_shared<TeamStore>(); }
//   INSTANTIATE_TEST_SUITE_P(TeamStore, JournalConformance, Values(team_store));
//
// That is enough for the tests that need one worker and no other time than now. A store that takes a clock gets the
// suite's: [](executus::testing::ManualClock& clock) { return std::make_shared<TeamStore>(clock); }. For all of them,
// give a JournalPlace. A test that needs what a place lacks is skipped, and says what it would have needed.
//
// CMake: find_package(executus REQUIRED COMPONENTS conformance), which also looks for GoogleTest. The stores that
// executus ships pass the same tests.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/journal/store.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::conformance {

// What some of the tests need of a place. clock: its stores read the time from the suite's clock alone. reopening: what
// a worker wrote is there when it was closed and another one is opened. several_workers: open_worker() may be called
// while others are open. takeover: presume_dead() works.
enum class Need { clock, reopening, several_workers, takeover };
[[nodiscard]] std::string_view to_string(Need need);

// Where the workers of one store meet: a file, a folder, a database. Empty at first; every test has one of its own.
class JournalPlace {
 public:
  virtual ~JournalPlace() = default;

  // One more worker, for the suite to use until it drops it. Never null.
  [[nodiscard]] virtual std::shared_ptr<journal::JournalStore> open_worker() = 0;

  // From now on `witness` may take over what `worker` drives, though `worker` can still try to write: a process that
  // was stopped for long. A store with leases lets the suite's clock go on for one (journal::kLease).
  virtual void presume_dead(journal::JournalStore& worker, journal::JournalStore& witness);

  // What it cannot do; asked once, first of all.
  [[nodiscard]] virtual std::vector<Need> lacks() const { return {}; }
};

// What is tested: how a place is made. From a function with or without a testing::ManualClock&, which outlives the
// place; it returns a unique_ptr to a JournalPlace, or the store itself, which then lacks what only a place can do.
class JournalSubject final {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, JournalSubject>)
  JournalSubject(F make) {  // not explicit: a function among the test's values becomes one
    if constexpr (std::is_invocable_v<F&, testing::ManualClock&>)
      make_ = [make](testing::ManualClock& clock) mutable { return place_of(make(clock), Time::of_the_suite); };
    else
      make_ = [make](testing::ManualClock&) mutable { return place_of(make(), Time::now); };
  }

  [[nodiscard]] std::unique_ptr<JournalPlace> make(testing::ManualClock& clock) const { return make_(clock); }

 private:
  enum class Time { of_the_suite, now };
  static std::unique_ptr<JournalPlace> place_of(std::unique_ptr<JournalPlace> place, Time) { return place; }
  static std::unique_ptr<JournalPlace> place_of(std::shared_ptr<journal::JournalStore> store, Time time);

  std::function<std::unique_ptr<JournalPlace>(testing::ManualClock&)> make_;
};
std::ostream& operator<<(std::ostream& out, const JournalSubject& subject);  // for gtest's messages

// The fixture. Its members are the suite's own.
class JournalConformance : public ::testing::TestWithParam<JournalSubject> {
 protected:
  JournalConformance();

  // Where the place lacks it: skips the test, saying so. `if (skipped_without(Need::clock)) return;`
  [[nodiscard]] bool skipped_without(Need need) const;

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
  // Amends the run by one entry, after entry `as_of`.
  journal::AmendVerdict amend(journal::JournalStore& store, std::string_view run, std::uint64_t as_of,
                              journal::Payload payload);
  journal::AmendVerdict amend(std::string_view run, std::uint64_t as_of,
                              journal::Payload payload = journal::Reopened{}) {
    return amend(*store_, run, as_of, std::move(payload));
  }
  void admit_outgoing(std::string_view run);          // with a target, and ended with entry 2
  journal::RunRow admit_ended(std::string_view run);  // in `error`; the row as its writer knew it before that
  journal::RunRow find(std::string_view run_id) { return run(store_->find(id(run_id))).value(); }
  bool is_there(std::string_view run_id) { return run(store_->find(id(run_id))).has_value(); }
  std::vector<std::string> kinds(std::string_view run);  // names of its journal's entries
  std::vector<std::string> claimable(journal::JournalStore& store, journal::RunFilter filter = {});
  std::vector<std::string> listed(journal::RunFilter filter);
  std::int64_t post(std::string_view run, std::string kind);  // the command's id
  // Sets a limit. Where the store knows none: skips the test, saying so. `if (!limited({...})) return;`
  [[nodiscard]] bool limited(journal::QueueLimit limit);
  std::int64_t post_signal(std::string_view run, std::string name);

  // An append to `parent` that calls `children`, each queued.
  journal::Append call(const journal::RunRow& parent, const std::vector<std::string>& children) const;
  journal::AppendVerdict verdict_of(journal::Append request) { return run(store_->append(std::move(request))).verdict; }
  // Lets "r" call `children` and wait for `reason`, without a worker.
  journal::RunRow waiting_parent(const std::vector<std::string>& children, WaitReason reason = WaitReason::child);
  journal::RunRow claim(std::string_view run_id) { return run(store_->claim(id(run_id), find(run_id).epoch)).value(); }
  void finish(std::string_view run_id, RunStatus status = RunStatus::ok) { append(claim(run_id), {ended(status)}); }
  static journal::RunFilter children_of(std::string parent);

  static journal::Payload response(std::string text = "hello");
  static journal::Payload steered(std::string text = "and another thing");
  static journal::Payload waited(WaitReason reason, std::optional<WallTime> wake_at = std::nullopt,
                                 std::vector<std::string> signals = {});
  static journal::Payload ended(RunStatus status = RunStatus::ok);

  testing::ManualClock clock_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<JournalPlace> place_;
  std::shared_ptr<journal::JournalStore> store_;

 private:
  std::vector<Need> lacks_;
};

}  // namespace executus::conformance

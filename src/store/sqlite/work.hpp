// One thing to do inside the writer's next transaction, and the answer to the caller that waits for it.
#pragma once

#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <executus/async/one_shot.hpp>

#include "store/sqlite/connection/table_values.hpp"
#include "store/sqlite/journal_writer.hpp"

namespace executus::sqlite {

// A run that belongs to this worker in the database but is not driven in this process, because the answer to `admit`,
// `claim` or `release` was lost.
struct Stray {
  RunId run;
  std::int64_t epoch = 0;
  journal::Attempt attempt = journal::Attempt::does_not_count;
};

class Work {
 public:
  enum class By { anyone, worker };               // worker: this store has to be a registered one
  enum class Ride { taken, goes_before, later };  // where entries deferred earlier go
  enum class Fate { committed, not_committed };

  explicit Work(RunId run, By by = By::anyone) : run_(std::move(run)), by_(by) {}
  virtual ~Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  [[nodiscard]] const RunId& run() const noexcept { return run_; }  // empty: it concerns no run's journal
  [[nodiscard]] By by() const noexcept { return by_; }
  [[nodiscard]] virtual bool needs_sync(const JournalWriter&) const { return true; }

  // Deferred entries of the run: the work takes them in, or they are written before it, or later.
  [[nodiscard]] virtual Ride offer(EncodedAppend&) { return Ride::goes_before; }
  // Gives back the entries it took in, when they were not written.
  [[nodiscard]] virtual std::optional<EncodedAppend> unwritten(Fate) { return std::nullopt; }

  virtual void apply(JournalWriter& journal) = 0;                 // throws Error
  virtual void answer() noexcept = 0;                             // what apply() did is durable
  virtual void fail(const std::exception_ptr& why) noexcept = 0;  // nothing was done, as far as is known

  // Left behind when the answer is lost, by a work that had done its part of the transaction by then.
  std::optional<Stray> stray;
  [[nodiscard]] virtual bool may_have_left_it() const { return false; }

  bool refused = false;  // its own part was rolled back, though the transaction was committed

 private:
  const RunId run_;
  const By by_;
};

// An append. Entries deferred before it ride in front of its own.
class AppendWork final : public Work {
 public:
  using Answer = journal::Appended;
  explicit AppendWork(EncodedAppend append) : Work(append.run), append_(std::move(append)) {}
  // Nothing but deferred entries.
  [[nodiscard]] static std::unique_ptr<AppendWork> flush(EncodedAppend deferred);

  [[nodiscard]] OneShot<journal::Appended> answered() const { return answered_; }
  [[nodiscard]] bool needs_sync(const JournalWriter& journal) const override { return journal.needs_sync(append_); }
  [[nodiscard]] Ride offer(EncodedAppend& deferred) override;
  [[nodiscard]] std::optional<EncodedAppend> unwritten(Fate fate) override;
  void apply(JournalWriter& journal) override { result_ = journal.append(append_); }
  void answer() noexcept override { answered_.set(result_); }
  void fail(const std::exception_ptr& why) noexcept override { answered_.fail(why); }

 private:
  EncodedAppend append_;
  std::size_t riding_ = 0;
  journal::Appended result_;
  OneShot<journal::Appended> answered_;
};

// Any other call: `function` is called with the JournalWriter, and its result is the answer.
template <class R>
class Request final : public Work {
 public:
  using Answer = R;
  Request(RunId run, By by, std::function<R(JournalWriter&)> function)
      : Work(std::move(run), by), function_(std::move(function)) {}

  [[nodiscard]] OneShot<R> answered() const { return answered_; }
  [[nodiscard]] bool may_have_left_it() const override {
    if constexpr (std::is_same_v<R, Nothing>) return true;  // a release: the run is given back in any case
    return result_ && took(*result_);
  }
  void apply(JournalWriter& journal) override { result_ = function_(journal); }
  void answer() noexcept override { answered_.set(std::move(*result_)); }
  void fail(const std::exception_ptr& why) noexcept override { answered_.fail(why); }

 private:
  static bool took(const journal::AdmitResult& result) { return result.verdict == journal::AdmitVerdict::created; }
  static bool took(const std::optional<journal::RunRow>& claimed) { return claimed.has_value(); }
  template <class T>
  static bool took(const T&) {
    return false;
  }

  std::function<R(JournalWriter&)> function_;
  std::optional<R> result_;
  OneShot<R> answered_;
};

// The same for a caller that blocks its thread until the answer is there.
template <class R>
class BlockingRequest final : public Work {
 public:
  explicit BlockingRequest(std::function<R(JournalWriter&)> function) : Work(RunId()), function_(std::move(function)) {}

  [[nodiscard]] std::future<R> answered() { return answered_.get_future(); }
  void apply(JournalWriter& journal) override { result_.emplace(function_(journal)); }
  void answer() noexcept override { answered_.set_value(std::move(*result_)); }
  void fail(const std::exception_ptr& why) noexcept override { answered_.set_exception(why); }

 private:
  std::function<R(JournalWriter&)> function_;
  std::optional<R> result_;
  std::promise<R> answered_;
};

}  // namespace executus::sqlite

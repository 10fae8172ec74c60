// Cancellation with a cause. Scopes form a tree; cancelling one cancels all below it, and every cancellable wait inside
// ends with a Cancelled exception that carries the cause. The first cause wins.
//
// Threads: a scope belongs to one strand; all methods are called there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <executus/base/error.hpp>

namespace executus {

// Why a scope was cancelled. `shutdown`: the process is going away, the run goes on elsewhere. `kill`: the critic ended
// it. `deadline`: its time is up. `caller`: the caller that asked for it took it back. `ownership_lost`: another worker
// drives it.
enum class Cause { shutdown, kill, deadline, caller, ownership_lost };

[[nodiscard]] std::string_view to_string(Cause cause);

class CancelScope;

struct Cancellation {
  Cause cause = Cause::caller;
  std::string detail;  // the host's own words; never decides anything
  // Of a shutdown: what is in the middle of a call may go on until this scope, which lies around the cancelled one, is
  // cancelled too. Null: it may not.
  CancelScope* calls_end_with = nullptr;
};

class Cancelled final : public Error {
 public:
  explicit Cancelled(const Cancellation& why);
  [[nodiscard]] Cause cause() const noexcept { return cause_; }

 private:
  Cause cause_;
};

// Is told by its scope when that is cancelled. Linked into the scope's list while attached.
class CancelListener {
 public:
  CancelListener() = default;
  CancelListener(const CancelListener&) = delete;
  CancelListener& operator=(const CancelListener&) = delete;

  void detach() noexcept;
  [[nodiscard]] bool attached() const noexcept { return prev_ != nullptr; }

 protected:
  ~CancelListener() { detach(); }

 private:
  friend class CancelScope;
  virtual void on_cancel(const Cancellation& why) noexcept = 0;  // already detached; must not resume anything inline
  CancelListener* prev_ = nullptr;
  CancelListener* next_ = nullptr;
};

class CancelScope final : private CancelListener {
 public:
  CancelScope() noexcept;
  explicit CancelScope(CancelScope& parent) noexcept;  // the parent outlives it
  ~CancelScope();

  void cancel(Cancellation why) noexcept;

  [[nodiscard]] bool cancelled() const noexcept { return why_.has_value(); }
  [[nodiscard]] const std::optional<Cancellation>& why() const noexcept { return why_; }
  void throw_if_cancelled() const {
    if (why_) throw Cancelled(*why_);
  }

  // Precondition: not cancelled, listener not attached.
  void attach(CancelListener& listener) noexcept;

 private:
  struct Anchor final : CancelListener {
    void on_cancel(const Cancellation&) noexcept override {}
  };
  void on_cancel(const Cancellation& why) noexcept override { cancel(why); }

  std::optional<Cancellation> why_;
  Anchor anchor_;  // head of a circular list
};

}  // namespace executus

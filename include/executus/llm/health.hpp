// Which models are out of favour for a while: those that failed several times in a row, and those a person suspended.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>

namespace executus::llm {

struct HealthPolicy {
  int failures_to_suspend = 2;           // in a row
  Milliseconds first_suspension{5'000};  // doubled with each failure after
  Milliseconds longest_suspension{5 * 60 * 1'000};
};

// Suspended by a person, for every process that uses the same store.
struct ManualSuspension {
  std::string target;                  // "provider/model"
  std::optional<WallTime> until = {};  // nothing: until it is restored
  std::string reason = {};
  bool operator==(const ManualSuspension&) const = default;
};

// Port: where suspensions by hand outlive a process. Threads: from any thread, and on loop threads: load() has to be
// quick. A model call that finds load() throwing goes by what was known; a call that lists or suspends throws the
// exception.
class SuspensionStore {
 public:
  virtual ~SuspensionStore() = default;

  // Nothing when that is the same as the last time.
  [[nodiscard]] virtual std::optional<std::vector<ManualSuspension>> load() = 0;
  virtual void save(const std::vector<ManualSuspension>& suspensions) = 0;
};

struct TargetHealth {
  std::string target;
  int failures = 0;                                // in a row
  std::optional<Milliseconds> suspended_for = {};  // what is left; Milliseconds::max(): until it is restored
  bool by_hand = false;
  std::string reason = {};
};

// Threads: any.
class Health {
 public:
  // Clock and store outlive it; `store` may be null: suspensions by hand last as long as the process.
  explicit Health(const Clock& clock, HealthPolicy policy = {}, SuspensionStore* store = nullptr);

  // Why `target` should not be asked now; nothing: it may be.
  [[nodiscard]] std::optional<TargetHealth> suspended(const std::string& target);

  // True: it is suspended. Calls that were under way when the suspension began count as the failure that began it.
  // `leave_alone`: it asked for so long a pause, and gets it, however few its failures are.
  bool failed(const std::string& target, std::string reason, std::optional<Milliseconds> leave_alone = std::nullopt);
  void succeeded(const std::string& target);

  void suspend(ManualSuspension suspension);
  bool restore(const std::string& target);  // false: it was not suspended

  // Those that failed last, and those that are suspended; by name.
  [[nodiscard]] std::vector<TargetHealth> snapshot();

 private:
  struct Record {
    int failures = 0;
    std::optional<MonoTime> suspended_until;
    std::string reason;
  };
  void refresh();  // mutex_ is held
  [[nodiscard]] std::optional<TargetHealth> suspended_now(const std::string& target) const;
  [[nodiscard]] std::optional<TargetHealth> by_hand(const std::string& target) const;
  [[nodiscard]] std::vector<ManualSuspension> all_by_hand() const;

  const Clock& clock_;
  const HealthPolicy policy_;
  SuspensionStore* store_;
  std::mutex mutex_;
  std::map<std::string, Record> records_;
  std::map<std::string, ManualSuspension> by_hand_;
};

}  // namespace executus::llm

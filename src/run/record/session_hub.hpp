// The run's end of its session: what tools queue from any thread, and the figures they may read.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include <executus/base/log.hpp>
#include <executus/run/session.hpp>

namespace executus::run {

// Session tools on their way to a run: when it never lives, they are cleaned up here.
class HeldSession final {
 public:
  HeldSession() = default;
  HeldSession(SessionTools tools, Logger& logger) : tools_(std::move(tools)), logger_(&logger) {}
  HeldSession(HeldSession&& other) noexcept : tools_(other.release()), logger_(other.logger_) {}
  HeldSession& operator=(HeldSession&& other) noexcept;
  ~HeldSession() { clean_up(); }

  [[nodiscard]] const SessionTools& operator*() const { return tools_; }
  [[nodiscard]] SessionTools release() noexcept { return std::exchange(tools_, {}); }

 private:
  void clean_up() noexcept;
  SessionTools tools_;
  Logger* logger_ = &null_logger();
};

class SessionHub final : public Session {
 public:
  explicit SessionHub(RunInfo info) : info_(std::move(info)) {}

  const RunInfo& info() const override { return info_; }
  void attach(std::string text, std::vector<llm::Image> images) override;
  RunTally tally() const override;

  // What was attached since the last time.
  [[nodiscard]] std::vector<llm::Message> take_attached();
  void update(RunTally tally);
  void close();  // what is attached from now on is dropped

 private:
  const RunInfo info_;
  mutable std::mutex mutex_;
  std::vector<llm::Message> attached_;
  RunTally tally_;
  bool closed_ = false;
};

}  // namespace executus::run

// One run, wherever it lives: a way to wait for it and to speak to it.
//
//   RunHandle run = runtime.start(agent, "Tell me about the logs.").get();  // throws Error when it is refused
//   run.steer("also look at /var/log");
//   RunOutcome outcome = run.wait();
//
// A handle names a run and does not own it: dropping all handles changes nothing. Copyable; handles of one run are
// equal. Threads: any. After the runtime's end every call throws Error runtime.ended.
#pragma once

#include <memory>
#include <string>

#include <executus/async/reply.hpp>
#include <executus/run/outcome.hpp>
#include <executus/runtime/events.hpp>
#include <executus/runtime/runs.hpp>

namespace executus {

namespace host {
class LocalRun;
}

class RunHandle final {
 public:
  RunHandle() = default;  // of no run; nothing may be asked of it

  [[nodiscard]] const RunId& id() const noexcept { return id_; }
  // Whether the submission made this run. False: it is one that was there already, under the same id.
  [[nodiscard]] bool created() const noexcept { return created_; }

  // How the run stands when it has ended, or rests: it waits for something that is not there yet, is quarantined, or
  // was left for recovery. A run that nobody drives and that can go on (its question was answered, its process died) is
  // driven here meanwhile; one of another process is watched. What goes wrong with the run is in the outcome. To give
  // up waiting is not to cancel the run. wait() blocks.
  [[nodiscard]] Reply<RunOutcome> done() const;
  [[nodiscard]] RunOutcome wait() const { return done().get(); }

  // What happens in the run from now on, and its journal after `options.after` (events.hpp). Throws Error store.* when
  // the database cannot be opened.
  [[nodiscard]] EventStream events(EventOptions options = EventOptions()) const;

  // As in Runs. A run of Durability::memory, which no store has, can be waited for and cancelled, and nothing else.
  Reply<Said> cancel(std::string reason = "") const { return runs_.cancel(id_, std::move(reason)); }
  Reply<Said> steer(std::string text, std::vector<llm::Image> images = {}) const {
    return runs_.steer(id_, std::move(text), std::move(images));
  }
  Reply<Said> signal(std::string name, boost::json::value payload = nullptr) const {
    return runs_.signal(id_, std::move(name), std::move(payload));
  }
  [[nodiscard]] Reply<std::optional<RunState>> state() const { return runs_.find(id_); }

  friend bool operator==(const RunHandle& a, const RunHandle& b) noexcept { return a.id_ == b.id_; }

 private:
  friend class Runtime;
  RunHandle(Runs runs, RunId id, bool created, std::shared_ptr<host::LocalRun> local)
      : runs_(std::move(runs)), id_(std::move(id)), created_(created), local_(std::move(local)) {}

  Runs runs_{nullptr};
  RunId id_;
  bool created_ = false;
  std::shared_ptr<host::LocalRun> local_;  // null: it is not known to live here
};

}  // namespace executus

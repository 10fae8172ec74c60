// A conversation: each message begins a run that continues the one before.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "cli/chat/ask.hpp"
#include "cli/chat/chat_line.hpp"
#include "cli/chat/interrupts.hpp"
#include "cli/chat/line_source.hpp"
#include "cli/chat/spent.hpp"
#include "cli/context/command_context.hpp"
#include "cli/drive/base_run.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/output/progress.hpp"

namespace executus::cli {

class Talk final {
 public:
  struct Parts {
    CommandContext& context;
    const Interrupts& interrupts;
    LineSource& lines;
    std::shared_ptr<Spent> spent;  // is told of all answers
    Progress* progress = nullptr;  // null: no person looks on, and a turn that fails ends the conversation
    Agent agent = {};
    RunId earlier = {};    // goes on from that run already, which was said
    Invocation turn = {};  // what every turn has, and in `continues` the run that the first one goes on from
  };
  explicit Talk(Parts parts) : parts_(std::move(parts)) {}

  // Of the run to go on from the answer comes first that it was finished with here; when it waits, its questions. Until
  // there are no more lines, /quit, or a
  // signal to leave. The exit code of `run` for a turn that failed without a person looking on, of a run that was left,
  // else 0. Throws what a submission throws, and what writing to standard output throws.
  [[nodiscard]] Exit run(const BaseRun& base);

 private:
  [[nodiscard]] std::optional<std::string> next_line();
  void attend(const ChatLine& line);
  void obey(const ChatLine& line);
  void say(std::string message);
  [[nodiscard]] bool still_waits();
  void tell_what_waits();
  void submit(std::string message);
  void tell_of_another(const RunId& run);
  void answer(Approval approval, const std::string& reason);
  [[nodiscard]] bool goes_on(Asked asked, const RunHandle& run);
  void cancel_waiting(const std::string& reason);
  void rest(const RunHandle& run);
  [[nodiscard]] RunOutcome wait_for(const RunHandle& run);
  void hear(const RunHandle& run, const std::string& line);
  void steer(const RunHandle& run, const std::string& text);
  void stop(const RunHandle& run);
  void leave();
  void show(const RunOutcome& outcome);
  void print_answer(const RunOutcome& outcome) const;
  void show_to_person(const RunOutcome& outcome);
  void show_tools();
  void show_cost();
  [[nodiscard]] std::vector<Question> questions(const RunHandle& run);
  void notice(const std::string& text) const;

  Parts parts_;
  std::optional<RunHandle> waiting_;  // the last turn's run, which waits for an answer
  std::optional<Exit> over_;
  int turns_ = 0;
  std::mutex mutex_;
  std::deque<std::string> typed_ahead_;
};

}  // namespace executus::cli

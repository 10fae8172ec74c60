// What a host adds to one run and cannot be stored: tools that close over the live run, a hook after it, a clean-up.
//
// A fresh run takes them from its invocation; a resumed one from Ports::sessions, which makes them anew. They are made
// once for each time a run is opened here: not while it is only asked what a run would need.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/async/task.hpp>
#include <executus/llm/message.hpp>
#include <executus/llm/transcript.hpp>
#include <executus/run/run_info.hpp>
#include <executus/tool/tool.hpp>

namespace executus {

// The live figures of a run.
struct RunTally {
  int iteration = 0;
  llm::Usage usage = {};
  int tool_calls = 0;
};

// A live run, as its own tools see it. Threads: any.
class Session {
 public:
  virtual ~Session() = default;
  [[nodiscard]] virtual const RunInfo& info() const = 0;

  // Has a user message with these images follow the results of the step in progress. Durable with them. Dropped when
  // the run is over, and when the call that runs alone at the time ends without an outcome: it will be made again. A
  // call that runs beside others attaches with its outcome (tool::Done::attached): here the calls cannot be told apart.
  virtual void attach(std::string text, std::vector<llm::Image> images) = 0;
  [[nodiscard]] virtual RunTally tally() const = 0;
};

struct PostRun {
  std::string output = {};
  llm::Transcript messages = {};
};

// `post_run` follows the run's end here, is not cancelled with it and given 10 s; its value is the outcome's
// post_run_result. `cleanup` always runs, last. Exceptions of both are logged; they never change a run.
struct SessionTools {
  std::vector<std::shared_ptr<tool::Tool>> tools = {};
  std::function<Task<boost::json::value>(PostRun)> post_run = {};
  std::function<void()> cleanup = {};
};

using SessionFactory = std::function<SessionTools(std::shared_ptr<Session>)>;

// Port: session tools for runs that are continued. Absent: a run that had any is left to a process that has them.
class Sessions {
 public:
  virtual ~Sessions() = default;

  // Makes the run's session when the run is opened; empty: the run gets none. for_run() is also asked about runs that
  // are then left alone, so it opens nothing itself.
  [[nodiscard]] virtual SessionFactory for_run(const RunInfo& info) = 0;
};

}  // namespace executus

// The caller's side of a run: who asks for it, where, and with which inputs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/ids.hpp>
#include <executus/llm/message.hpp>
#include <executus/run/checkpointer.hpp>
#include <executus/run/delivery.hpp>
#include <executus/run/input_files.hpp>
#include <executus/run/observer.hpp>
#include <executus/run/session.hpp>

namespace executus {

// What a host kept of a run that now goes on (checkpoint/snapshot.hpp). `checkpointer` is the durable record it had;
// without one a record begins, as for a fresh run, with all of this in it.
struct ResumeState {
  std::vector<llm::Message> history = {};  // of a run with phases: what every phase starts with
  journal::Past past = {};                 // steps, phases that are over, usage, ... so far
  std::shared_ptr<RunWriter> checkpointer = {};
  Milliseconds elapsed{0};                   // owned and running so far; max_runtime counts on from here
  std::optional<journal::Ended> ended = {};  // the run is over: it answers at once, and its record is closed
  int fruitless = 0;                         // times in a row that a process brought the run no further
};

struct Invocation {
  // empty: a new UUIDv7. Submitting an id again attaches to the run that has it. With one that is given, a run of
  // Durability::lazy is stored first.
  RunId run_id = {};
  std::string prompt = {};
  std::vector<llm::Image> images = {};
  boost::json::object inputs = {};
  std::string caller = {};
  std::string channel = {};
  // What the host notes about this run, by name (a server, a team): kept with the run and handed to ports and to runs
  // below. The kernel never reads it.
  std::map<std::string, std::string> attributes = {};

  RunId parent = {};

  // The ended run of this store that the new one goes on from, in whatever way it ended: its conversation comes before
  // the prompt, by reference. Steps, usage and limits are the new run's own. A run may be continued any number of
  // times. Refused: run.unknown, submission.not_ended (Runtime::attach(id).get().wait() drives one whose process died
  // to its end), submission.continues.
  RunId continues = {};
  // With `continues`. given: the run has the agent it is submitted with. of_continued: that of the run it continues, as
  // stored there, and the one it is submitted with is not used.
  enum class Definition { given, of_continued };
  Definition definition = Definition::given;

  // Of runs that no process drives those with the higher one are taken up first. Runs below have it too.
  int priority = 0;
  std::string queue = {};  // by name; empty: none. Kept with the run and those below it

  enum class Start { now, queued };
  Start start = Start::now;  // queued: admitted and left for a worker, also when the run is there already

  std::vector<InputFile> files = {};
  DeliveryTarget delivery = {};
  std::vector<std::string> ancestors = {};  // of a delegated run: the agents above it, root first

  std::shared_ptr<RunObserver> observer = {};  // of this run alone; not stored

  // Called once, on the run's strand, when the run is durable: admitted by this submission (true), or there already
  // under this id (false). Not when it is refused. What it throws is logged. A run of Durability::lazy is stored first
  // for it. Not stored.
  std::function<void(bool created)> on_admitted = {};

  // Not stored; a resumed run gets session tools from Ports::sessions.
  std::vector<std::shared_ptr<tool::Tool>> extra_tools = {};
  SessionFactory session = {};
  std::optional<ResumeState> resume = {};
};

}  // namespace executus

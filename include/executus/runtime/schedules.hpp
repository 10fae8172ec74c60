// Agents whose runs start by themselves, while a worker of a runtime that was told of them works.
//
//   runtime.schedules().declare("reports", {{.agent = reporter, .schedule = {{.cron = "0 9 * * 1-5"}, "What
//   happened?"}}}); Worker worker = runtime.work();
//
// The schedule of an agent has the agent's name, where it is given no other, and is kept with the runs: any number of
// processes may declare the same agents, and each due time has one run, of whichever worker is first. Such a run has
// the channel "schedule" and the attributes "schedule" and "schedule_due"; it is queued like others.
// executus/schedule/job.hpp says what a plan means and what is kept.
//
// Saved agents with a schedule (Runtime::saved_agents()) are declared by the database itself, as "saved/OWNER/NAME":
// their runs have the owner as their caller. Where an agent that is declared here has the same name, it stands in the
// place of the saved one, and this process does not start its runs.
//
// Every call but declare() is a Reply (executus/async/reply.hpp), which throws Error store.* when the store is away,
// and runtime.ended after the runtime's end. Threads: any.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/async/reply.hpp>
#include <executus/base/result.hpp>
#include <executus/run/delivery.hpp>
#include <executus/runtime/agent_file.hpp>
#include <executus/schedule/job.hpp>

namespace executus {

namespace host {
class Host;
}

struct ScheduledAgent {
  Agent agent;
  AgentSchedule schedule;
  boost::json::object inputs = {};
  DeliveryTarget delivery = {};  // of its runs, as is the next
  std::string caller = "schedule";
  std::string name = {};  // of the schedule; empty: the agent's
};

// Of an agent file with a schedule: the inputs have their defaults. The error is that of apply_inputs(), or
// schedule.none. What the file says of `deliver` is a name that the host resolves.
[[nodiscard]] Result<ScheduledAgent> scheduled_agent(AgentFile file);

class Schedules final {
 public:
  explicit Schedules(std::shared_ptr<host::Host> host) : host_(std::move(host)) {}

  // What a source has: all the agents that are named, or these as far as is known.
  enum class Extent { all, some };

  // The agents of `source` are these from now on. Workers of this runtime put it into the store: a new plan never fires
  // for a time before, and where the source has all of its agents, the schedules of others that it had are stopped when
  // their time comes. `source` is the host's word for what declares them, the same in all programs that declare the
  // same agents; not empty. Throws Error schedule.cron, schedule.timezone, or schedule.agent: one has no name, two have
  // the same, or its runs would not be stored; nothing was declared then.
  void declare(std::string source, std::vector<ScheduledAgent> agents, Extent extent = Extent::all) const;

  // The schedules of the store and those declared here, by name.
  [[nodiscard]] Reply<std::vector<schedule::Job>> list() const;

  // The schedule as it is then. The times of a pause are not missed. Error schedule.unknown.
  [[nodiscard]] Reply<schedule::Job> pause(std::string name) const;
  [[nodiscard]] Reply<schedule::Job> resume(std::string name) const;

  // Forgets a schedule whose agent is gone, and gives it as it was; its runs stay. Error schedule.unknown;
  // schedule.declared: its agent is declared here or saved, so it would come back, or its source is not declared here
  // as a whole, so that its agent may be there. One that has stopped is removed in any case.
  [[nodiscard]] Reply<schedule::Job> remove(std::string name) const;

 private:
  std::shared_ptr<host::Host> host_;
};

}  // namespace executus

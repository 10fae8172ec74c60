// Port: tools that something else offers, such as a server: which ones there are is known when it is asked.
//
// An agent declares a source among its declared tools. A run asks its sources when it is first driven, before its first
// model call, and journals what they offer (journal::ToolOffer): from then on it has those tools, in every process,
// whether the source can be reached or not. What a source offers later counts from the next model call on.
//
// A declaration of a source has a `name`, which differs from that of the agent's other sources. With `required: true`
// the run does not go on without an offer: it is left, and tried again as after a fruitless attempt.
//
// Absent: a declaration that only a source could answer is of an unknown kind, and such an agent cannot be run here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/async/task.hpp>
#include <executus/base/result.hpp>
#include <executus/journal/tool_offer.hpp>
#include <executus/run/run_info.hpp>
#include <executus/tool/tool.hpp>

namespace executus {

// The sources of one live run, in the order of its declarations. On the run's strand. Destroyed when the run leaves
// this process.
class OpenSources {
 public:
  virtual ~OpenSources() = default;

  // What these sources offer now, one offer for each name, in that order, asked side by side; `declared` and `reworded`
  // are the kernel's to fill in. A source that cannot be asked has an offer without tools whose `problem` says why,
  // after its own time limit. Throws Cancelled alone.
  [[nodiscard]] virtual Task<std::vector<journal::ToolOffer>> ask(std::vector<std::string> sources) = 0;

  // By name: the sources that are known by now to offer other tools than in `had`, which is what the run has of each
  // that was asked; also one that had a problem, and could answer now. Cheap: it is asked before every model call, and
  // nothing is waited for. Throws nothing.
  [[nodiscard]] virtual std::vector<std::string> changed(const std::vector<journal::ToolOffer>& had) const = 0;
};

// Threads: any. It outlives the runs and the tools that it made; a tool may outlive the OpenSources of its run, and its
// calls fail then.
class ToolSources {
 public:
  virtual ~ToolSources() = default;

  // Whether a declaration of Agent::declared_tools is one of a source. Throws nothing.
  [[nodiscard]] virtual bool is_source(const boost::json::object& declaration) const = 0;

  // What this process lacks to use the source, in words for people: a variable, a person's trust, a login. A run is
  // neither started nor taken up where something is lacking. Cheap, opens nothing.
  [[nodiscard]] virtual std::vector<std::string> missing(const boost::json::object& declaration) const = 0;

  // The tools of an offer of that source, one for each of `offer.tools`, in that order. Opens nothing and asks nobody;
  // the same offer gives the same names, descriptions and schemas, in every process. Error: the offer cannot be read;
  // the run is not driven here then.
  [[nodiscard]] virtual Result<std::vector<std::shared_ptr<tool::Tool>>> tools(const boost::json::object& declaration,
                                                                               const journal::ToolOffer& offer) = 0;

  // For a run that is about to be driven; begins nothing yet. `root`: absolute, of the run. What it throws keeps the
  // run from being driven here, which counts as an attempt.
  [[nodiscard]] virtual std::unique_ptr<OpenSources> open(RunInfo run, std::string root,
                                                          std::vector<boost::json::object> declarations) = 0;
};

}  // namespace executus

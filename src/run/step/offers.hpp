// The tools that a live run has from sources (executus/run/tool_sources.hpp): those of the offers that its journal
// holds. A source is asked when the run has no offer of it, and when it offers something else by now; what comes of it
// is journaled, and is the run's from its next model call on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/run/tool_sources.hpp>

#include "run/record/recorder.hpp"
#include "run/step/stage.hpp"

namespace executus::run {

// A source that the run cannot go on without offers nothing: the run is left, as after a fruitless attempt.
class SourceUnavailable final : public Error {
 public:
  SourceUnavailable(const std::string& source, const std::string& why)
      : Error(ErrorKind::disconnected, "tool.source_unavailable",
              "'" + source + "', which the agent requires, offers no tools: " + why) {}
};

// The sources of a run whose agent declares any.
struct RunSources {
  ToolSources& port;
  std::unique_ptr<OpenSources> open;
  std::vector<boost::json::object> declarations;
  std::vector<std::string> patterns;  // of the tools that the agent wants
};

class Offers final {
 public:
  // `stage` is the run's own, with the tools that are not of sources; those of the stored offers follow them from here
  // on. Throws Error where a stored offer cannot be read.
  Offers(Recorder& recorder, Watchers& watchers, Logger& logger, RunSources sources, Stage& stage);

  // `changed`: the stage has other tools now.
  void tell(std::function<void()> changed) { changed_ = std::move(changed); }

  // Whether a source is to be asked that the run has nothing of.
  [[nodiscard]] bool is_incomplete() const;
  // Whether any is to be asked. Cheap.
  [[nodiscard]] bool has_news() const;

  enum class Which { missing, missing_or_changed };
  // Asks them. No batch is open. Throws SourceUnavailable, Cancelled, and what appending throws.
  [[nodiscard]] Task<void> take_in(Which which);

 private:
  using Offer = journal::ToolOffer;
  struct Source {
    std::string name;
    boost::json::object declaration;
    std::string digest;                // of the declaration
    bool asked = false;                // by this process
    std::string problem = {};          // why it offered nothing then
    std::optional<Offer> unused = {};  // what it said last, where the run has something else of it
  };

  [[nodiscard]] const Offer* stored(const Source& source) const;
  [[nodiscard]] bool lacks_offer(const Source& source) const;
  [[nodiscard]] std::vector<Offer> said_last() const;
  [[nodiscard]] std::vector<std::string> changed_sources() const;
  [[nodiscard]] std::vector<std::string> to_ask(Which which) const;
  Task<std::vector<Offer>> ask(std::vector<std::string> names);
  Task<void> take(Source& source, Offer offer);
  [[nodiscard]] Offer checked(const Source& source, Offer offer) const;
  [[nodiscard]] std::string clash(const Source& source, const Offer& offer) const;
  [[nodiscard]] bool is_news(const Source& source, const Offer& offer) const;
  void say_what_changed(Offer& offer) const;
  void rebuild();
  void require_needed() const;

  Recorder& recorder_;
  Watchers& watchers_;
  Logger& logger_;
  ToolSources& port_;
  const std::unique_ptr<OpenSources> open_;
  std::vector<Source> sources_;
  const std::vector<std::string> patterns_;
  Stage& stage_;
  const tool::Toolbox own_;
  std::function<void()> changed_;
};

}  // namespace executus::run

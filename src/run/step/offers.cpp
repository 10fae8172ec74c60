#include "run/step/offers.hpp"

#include <algorithm>
#include <utility>

#include "base/contained.hpp"
#include "base/text.hpp"
#include "run/definition/source_declaration.hpp"

namespace executus::run {
namespace {

using journal::ToolOffer;

bool is_nothing(const ToolOffer& offer) { return offer.tools.empty() && !offer.problem.empty(); }

ToolOffer nothing_of(std::string source, std::string why) {
  ToolOffer offer;
  offer.source = std::move(source);
  offer.problem = std::move(why);
  return offer;
}

bool has_tool(const ToolOffer& offer, const std::string& name) {
  return std::ranges::find(offer.tools, name, &journal::OfferedTool::name) != offer.tools.end();
}

}  // namespace

Offers::Offers(Recorder& recorder, Watchers& watchers, Logger& logger, RunSources sources, Stage& stage)
    : recorder_(recorder),
      watchers_(watchers),
      logger_(logger),
      port_(sources.port),
      open_(std::move(sources.open)),
      patterns_(std::move(sources.patterns)),
      stage_(stage),
      own_(stage.toolbox) {
  for (auto& declaration : sources.declarations) {
    auto digest = declaration_digest(declaration);
    sources_.push_back({source_name(declaration), std::move(declaration), std::move(digest)});
  }
  rebuild();
}

// What another declaration of that name was offered is not the run's any more.
const ToolOffer* Offers::stored(const Source& source) const {
  const auto& offered = recorder_.checkpoint().offered;
  if (!offered) return nullptr;
  auto found = std::ranges::find(offered->offers, source.name, &ToolOffer::source);
  return found != offered->offers.end() && found->declared == source.digest ? &*found : nullptr;
}

// One that had nothing to offer is asked again by each process that takes the run up.
bool Offers::lacks_offer(const Source& source) const {
  const auto* offer = stored(source);
  return !source.asked && (!offer || is_nothing(*offer));
}

bool Offers::is_incomplete() const {
  return std::ranges::any_of(sources_, [this](const Source& source) { return lacks_offer(source); });
}

// Not all of it is what the run has.
std::vector<ToolOffer> Offers::said_last() const {
  std::vector<ToolOffer> said;
  for (const auto& source : sources_) {
    const auto* offer = source.unused ? &*source.unused : stored(source);
    if (offer) said.push_back(*offer);
  }
  return said;
}

std::vector<std::string> Offers::changed_sources() const {
  static const std::vector<ToolOffer> none;
  const auto& offered = recorder_.checkpoint().offered;
  bool has_all = std::ranges::none_of(sources_, [](const Source& source) { return source.unused.has_value(); });
  std::vector<std::string> names;
  contained(logger_, LogLevel::error, {"the sources of run ", recorder_.run().str(), " threw"}, [&] {
    names = open_->changed(!has_all ? said_last() : offered ? offered->offers : none);
  });
  return names;
}

std::vector<std::string> Offers::to_ask(Which which) const {
  std::vector<std::string> changed;
  if (which == Which::missing_or_changed) changed = changed_sources();
  std::vector<std::string> names;
  for (const auto& source : sources_)
    if (lacks_offer(source) || std::ranges::find(changed, source.name) != changed.end()) names.push_back(source.name);
  return names;
}

bool Offers::has_news() const { return !to_ask(Which::missing_or_changed).empty(); }

Task<void> Offers::take_in(Which which) {
  auto names = to_ask(which);
  if (names.empty()) co_return;
  auto offers = co_await ask(names);
  for (auto& offer : offers) {
    auto source = std::ranges::find(sources_, offer.source, &Source::name);
    if (source != sources_.end()) co_await take(*source, std::move(offer));
  }
  rebuild();
  require_needed();
}

// A deadline of a source's own is not the run's.
Task<std::vector<ToolOffer>> Offers::ask(std::vector<std::string> names) {
  TaskContext context = co_await this_task();
  std::vector<ToolOffer> offers;
  std::string problem = "it gave no answer";
  try {
    offers = co_await open_->ask(names);
  } catch (...) {
    if (context.scope->cancelled()) throw;
    problem = current_error().message();
  }
  for (const auto& name : names)
    if (std::ranges::find(offers, name, &ToolOffer::source) == offers.end())
      offers.push_back(nothing_of(name, problem));
  co_return offers;
}

// Deferred: what was offered is durable with the response that was made from it.
Task<void> Offers::take(Source& source, ToolOffer offer) {
  source.unused = offer;
  offer = checked(source, std::move(offer));
  source.asked = true;
  source.problem = is_nothing(offer) ? offer.problem : std::string();
  if (is_nothing(offer)) watchers_.delay("'" + source.name + "' offers no tools: " + offer.problem);
  if (!is_news(source, offer)) co_return;
  if (offer.tools == source.unused->tools && offer.problem == source.unused->problem) source.unused.reset();
  say_what_changed(offer);
  journal::Offered entry{std::move(offer)};
  co_await recorder_.defer(std::move(entry));
}

// An offer that cannot be used is none.
ToolOffer Offers::checked(const Source& source, ToolOffer offer) const {
  offer.reworded.clear();
  auto wrong = clash(source, offer);
  if (wrong.empty())
    if (auto tools = port_.tools(source.declaration, offer); !tools.ok()) wrong = tools.error().message();
  if (!wrong.empty()) offer = nothing_of(source.name, std::move(wrong));
  if (offer.tools.empty() && offer.problem.empty()) offer.problem = "it has none";
  offer.declared = source.digest;
  return offer;
}

// Why its tools cannot be told from others; empty: they can.
std::string Offers::clash(const Source& source, const ToolOffer& offer) const {
  auto is_others = [&](const std::string& name) {
    return own_.find(name) || std::ranges::any_of(sources_, [&](const Source& other) {
             const auto* theirs = stored(other);
             return &other != &source && theirs && has_tool(*theirs, name);
           });
  };
  for (const auto& tool : offer.tools)
    if (is_others(tool.name) || std::ranges::count(offer.tools, tool.name, &journal::OfferedTool::name) > 1)
      return "two tools of the run would be called '" + tool.name + "'; rename one of them";
  return {};
}

// What it had stays with the run when the source cannot be asked any more.
bool Offers::is_news(const Source& source, const ToolOffer& offer) const {
  const auto* had = stored(source);
  if (!had) return true;
  if (is_nothing(offer)) return false;
  auto before = *had;
  before.reworded.clear();
  return offer != before;
}

// A person who approved of calls of a tool approved of what it said.
void Offers::say_what_changed(ToolOffer& offer) const {
  const auto& offered = recorder_.checkpoint().offered;
  if (!offered) return;
  for (const auto& tool : offer.tools) {
    auto known = offered->digests.find(tool.name);
    if (known == offered->digests.end() || known->second == tool.digest) continue;
    const auto* before = stage_.toolbox.find(tool.name);
    offer.reworded[tool.name] = before ? before->info().spec.description : std::string();
  }
}

void Offers::rebuild() {
  auto all = own_;
  for (const auto& source : sources_) {
    const auto* offer = stored(source);
    if (!offer || is_nothing(*offer)) continue;
    auto tools = port_.tools(source.declaration, *offer).value();
    for (auto& tool : tools) {
      auto wants = [&](const std::string& pattern) { return matches_glob(pattern, tool->info().spec.name); };
      if (std::ranges::any_of(patterns_, wants)) all.add(std::move(tool));
    }
  }
  stage_.toolbox = std::move(all);
  stage_.specs = stage_.toolbox.specs();
  if (changed_) changed_();
}

// An offer that the run has goes on to be its, whatever became of the source.
void Offers::require_needed() const {
  for (const auto& source : sources_) {
    const auto* offer = stored(source);
    bool has_tools = offer && !is_nothing(*offer);
    if (!has_tools && !source.problem.empty() && is_required(source.declaration))
      throw SourceUnavailable(source.name, source.problem);
  }
}

}  // namespace executus::run

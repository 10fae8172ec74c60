#include <algorithm>

#include <boost/json.hpp>

#include <executus/llm/spec.hpp>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

// A tier or an alias stands for all of its models.
std::vector<std::string> targets_of(Session& session, const std::string& name) {
  auto resolved = session.runtime().models().resolve(name).value();
  std::vector<std::string> targets;
  for (auto element : split(resolved.spec, ',')) targets.push_back(target_of(llm::parse_spec(element).value()));
  return targets;
}

// What is benched needs no provider any more to be taken back: it may be gone from the configuration.
std::vector<std::string> targets_to_unbench(Session& session, const std::string& name) {
  auto health = session.runtime().models().health().snapshot();
  bool benched = std::ranges::any_of(health, [&](const auto& each) { return each.target == name && each.benched_for; });
  return benched ? std::vector{name} : targets_of(session, name);
}

}  // namespace

Exit execute(Session& session, const ModelsBench& options) {
  std::optional<WallTime> until;
  if (!options.duration.empty()) {
    auto duration = parse_duration(options.duration).value();
    if (duration.count() <= 0) throw failed("cli.usage", "--for has to be longer than 0; leave it out for no end");
    until = system_clock().wall() + duration;
  }
  json::array list;
  for (const auto& target : targets_of(session, options.model)) {
    session.runtime().models().health().bench({target, until, options.reason});
    list.push_back(json::object{{"target", target}, {"benched", true}});
    if (!session.globals().json)
      session.print(session.globals().quiet ? target + "\n"
                                            : target + " is benched" + (until ? " for " + options.duration : "") +
                                                  "; `executus models restore " + target + "` takes it back\n");
  }
  if (session.globals().json) session.print_json(list);
  return Exit::ok;
}

Exit execute(Session& session, const ModelsUnbench& options) {
  json::array list;
  for (const auto& target : targets_to_unbench(session, options.model)) {
    bool was = session.runtime().models().health().unbench(target);
    list.push_back(json::object{{"target", target}, {"benched", false}, {"was_benched", was}});
    if (!session.globals().json)
      session.print(session.globals().quiet ? target + "\n"
                                            : target + (was ? " is asked again\n" : " was not benched\n"));
  }
  if (session.globals().json) session.print_json(list);
  return Exit::ok;
}

}  // namespace executus::cli

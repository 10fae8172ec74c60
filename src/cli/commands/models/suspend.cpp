#include <algorithm>

#include <boost/json.hpp>

#include <executus/llm/spec.hpp>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "cli/commands/command_table.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

// A tier or an alias stands for all of its models.
std::vector<std::string> targets_of(CommandContext& context, const std::string& name) {
  auto resolved = context.runtime().models().resolve(name).value();
  std::vector<std::string> targets;
  for (auto element : split(resolved.spec, ',')) targets.push_back(target_of(llm::parse_spec(element).value()));
  return targets;
}

// What is suspended needs no provider any more to be restored: it may be gone from the configuration.
std::vector<std::string> targets_to_restore(CommandContext& context, const std::string& name) {
  auto health = context.runtime().models().health().snapshot();
  bool suspended =
      std::ranges::any_of(health, [&](const auto& each) { return each.target == name && each.suspended_for; });
  return suspended ? std::vector{name} : targets_of(context, name);
}

}  // namespace

Exit execute(CommandContext& context, const ModelsSuspend& options) {
  std::optional<WallTime> until;
  if (!options.duration.empty()) {
    auto duration = parse_duration(options.duration).value();
    if (duration.count() <= 0) throw failed("cli.usage", "--for has to be longer than 0; leave it out for no end");
    until = system_clock().wall() + duration;
  }
  json::array list;
  for (const auto& target : targets_of(context, options.model)) {
    context.runtime().models().health().suspend({target, until, options.reason});
    list.push_back(json::object{{"target", target}, {"suspended", true}});
    if (!context.globals().json)
      context.print(context.globals().quiet ? target + "\n"
                                            : target + " is suspended" + (until ? " for " + options.duration : "") +
                                                  "; `executus models restore " + target + "` has it asked again\n");
  }
  if (context.globals().json) context.print_json(list);
  return Exit::ok;
}

Exit execute(CommandContext& context, const ModelsRestore& options) {
  json::array list;
  for (const auto& target : targets_to_restore(context, options.model)) {
    bool was = context.runtime().models().health().restore(target);
    list.push_back(json::object{{"target", target}, {"suspended", false}, {"was_suspended", was}});
    if (!context.globals().json)
      context.print(context.globals().quiet ? target + "\n"
                                            : target + (was ? " is asked again\n" : " was not suspended\n"));
  }
  if (context.globals().json) context.print_json(list);
  return Exit::ok;
}

}  // namespace executus::cli

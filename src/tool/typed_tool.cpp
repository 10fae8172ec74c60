#include <string>
#include <utility>

#include <executus/async/blocking_pool.hpp>
#include <executus/tool/typed_tool.hpp>

namespace executus::tool::detail {
namespace {

Error wrong_option(const ToolInfo& info, const std::string& why) {
  return failed("tool.options", "the tool '" + info.spec.name + "' cannot be made: " + why);
}

std::string no_pool(const std::string& tool) {
  return "the tool '" + tool + "' runs in a pool of threads and this host has none; it sets ExecutorConfig::pool";
}

}  // namespace

ToolInfo info_of(ToolOptions options) {
  ToolInfo info;
  info.spec.name = std::move(options.name);
  info.spec.description = std::move(options.description);
  info.effect = options.effect;
  info.order = options.order;
  info.begins = options.runs_on == RunsOn::pool ? Begins::in_turn : Begins::at_call;
  info.timeout = options.timeout;
  info.settle = options.settle;
  info.kind = std::move(options.kind);
  info.access = std::move(options.access);
  info.categories = std::move(options.categories);
  return info;
}

void check_options(const ToolInfo& info, RunsOn runs_on, Returns returns, Probing probing) {
  bool probeable = info.effect == Effect::probeable;
  if (probeable && probing == Probing::none)
    throw wrong_option(info,
                       "its effect class is probeable and it has no probe; give one after the function, or choose "
                       "another class");
  if (!probeable && probing == Probing::by_function)
    throw wrong_option(info, "it has a probe and its effect class is " + std::string(to_string(info.effect)) +
                                 ", which asks none; make it probeable, or leave the probe out");
  if (runs_on == RunsOn::pool && returns == Returns::task)
    throw wrong_option(info,
                       "a function that runs in the pool blocks until it has its answer, and this one returns a "
                       "Task; run it on the strand");
}

template <class Said>
Task<Said> in_pool(PoolTurn turn, std::function<Said()> work) {
  if (!turn.pool) {
    Said refused = not_asked<Said>(no_pool(turn.tool));
    co_return refused;
  }
  co_return co_await turn.pool->run_within(turn.limit, std::move(work), std::move(turn.permit));
}
template Task<Outcome> in_pool(PoolTurn turn, std::function<Outcome()> work);
template Task<Probe> in_pool(PoolTurn turn, std::function<Probe()> work);

}  // namespace executus::tool::detail

#include "runtime/agent_file/agent_schedule.hpp"

#include <executus/cron/cron.hpp>

#include "base/text.hpp"
#include "run/definition/inputs.hpp"

namespace executus {
namespace {

namespace json = boost::json;
using schedule::Misfire;
using schedule::Overlap;

void check_cron(Fields& fields, const std::string& text) {
  if (text.empty()) return;  // reported: it is required
  auto cron = cron::parse_cron(text);
  if (!cron.ok()) return fields.error("cron", "'cron': " + cron.error().message());
  if (cron->joins_days_by_or())
    fields.warning("cron",
                   "both day fields are limited, so it comes on days that fit either of them; where both are meant, "
                   "begin one with '*', such as '*/1'");
}

void check_timezone(Fields& fields, const std::string& name) {
  auto zone = cron::find_time_zone(name);
  if (!zone.ok()) fields.error("timezone", "'timezone': " + zone.error().message());
}

// A run that nobody starts is given no inputs.
void check_inputs(Fields& fields, const json::object& schema) {
  const auto* required = schema.if_contains("required");
  if (!required || !required->is_array()) return;
  auto given = run::with_defaults(schema, {});
  for (const auto& name : required->get_array()) {
    if (name.is_string() && !given.contains(name.get_string()))
      fields.error("cron", "a scheduled run is given no inputs, and the input '" +
                               std::string(clip(name.get_string(), 80)) + "' is required: give it a default");
  }
}

}  // namespace

void read_schedule(Fields& fields, AgentFile& file) {
  fields.object("schedule", [&](Fields& own) {
    AgentSchedule read;
    auto& plan = read.plan;
    plan.cron = own.required_string("cron");
    plan.timezone = own.string("timezone").value_or("UTC");
    read.prompt = own.string("prompt").value_or("");
    plan.misfire =
        own.choice<Misfire>("misfire",
                            {{"run_once", Misfire::run_once}, {"skip", Misfire::skip}, {"run_all", Misfire::run_all}})
            .value_or(Misfire::run_once);
    plan.overlap =
        own.choice<Overlap>("overlap", {{"skip", Overlap::skip}, {"queue", Overlap::queue}, {"allow", Overlap::allow}})
            .value_or(Overlap::skip);
    plan.jitter = own.duration("jitter").value_or(Milliseconds(0));
    check_cron(own, plan.cron);
    check_timezone(own, plan.timezone);
    check_inputs(own, file.inputs_schema);
    if (file.agent.durability == Durability::memory)
      own.error("cron", "a scheduled run is queued, and with 'durability: memory' none is: leave that out");
    file.schedule = std::move(read);
  });
}

}  // namespace executus

#include "critic/escalator_prompt.hpp"

#include <algorithm>
#include <chrono>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <executus/base/json.hpp>

#include "base/duration.hpp"
#include "critic/escalator_answer.hpp"
#include "critic/escalator_prompt_text.hpp"

namespace executus::critic {
namespace {

std::string rounded(Milliseconds duration) {
  return format_duration(std::max(Milliseconds{0}, Milliseconds(std::chrono::floor<std::chrono::seconds>(duration))));
}

boost::json::array recent_signs(const Situation& situation) {
  boost::json::array recent;
  for (const auto& sign : situation.recent)
    recent.push_back(boost::json::object{{"ago", rounded(sign.ago)}, {"what", sign.summary}});
  return recent;
}

}  // namespace

std::string escalator_instructions() { return std::string(kEscalatorPrompt).append(decision_schema_text()); }

std::string escalator_question(const Situation& situation) {
  const auto& done = situation.so_far;
  const auto& name = situation.info.name.empty() ? situation.info.subject : situation.info.name;
  return canonical_json(boost::json::object{
      {"agent", name},
      {"idle_for", rounded(situation.idle)},
      {"silent_time_allowed", rounded(situation.soft)},
      {"elapsed", rounded(situation.elapsed)},
      {"time_limit", rounded(situation.limit)},
      {"steps_taken", situation.steps},
      {"steps_allowed", std::int64_t{situation.info.max_iterations} + done.steps_raised},
      {"extensions_so_far", done.extensions},
      {"extended_by_so_far", rounded(done.extended)},
      {"asked_before", situation.asked},
      {"recent", recent_signs(situation)},
  });
}

}  // namespace executus::critic

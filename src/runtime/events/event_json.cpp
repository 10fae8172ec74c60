#include <boost/json.hpp>

#include <executus/run/run_json.hpp>
#include <executus/runtime/events.hpp>

namespace executus {
namespace {

namespace json = boost::json;

json::array questions_json(const std::vector<Question>& questions) {
  json::array list;
  for (const auto& question : questions) list.push_back(to_json(question));
  return list;
}

template <class Shown>
json::object of_response(const char* kind, const Shown& shown) {
  return {{"kind", kind}, {"ordinal", shown.ordinal}, {"attempt", shown.attempt}};
}

template <class Delta>
json::object delta_json(const char* kind, const Delta& delta) {
  auto object = of_response(kind, delta);
  object["text"] = delta.text;
  return object;
}

// What an event says besides the entry it is of.
struct EventFields {
  json::object operator()(const Committed&) const { return {}; }
  json::object operator()(const Waiting& waiting) const {
    return {{"questions", questions_json(waiting.questions)}, {"how_to_answer", waiting.how_to_answer}};
  }
  json::object operator()(const Delegated& delegated) const { return {{"child", delegated.child.str()}}; }
  json::object operator()(const Ended& ended) const {
    return {{"outcome", to_json(ended.outcome, Messages::left_out)}};
  }
  json::object operator()(const TextDelta& delta) const { return delta_json("text_delta", delta); }
  json::object operator()(const ReasoningDelta& delta) const { return delta_json("reasoning_delta", delta); }
  json::object operator()(const ArgumentsDelta& delta) const {
    auto object = delta_json("arguments_delta", delta);
    object["call_id"] = delta.call_id;
    object["tool"] = delta.tool;
    return object;
  }
  json::object operator()(const AttemptReset& reset) const { return of_response("attempt_reset", reset); }
  json::object operator()(const ActivityChanged& changed) const {
    json::object object{{"kind", "activity"}, {"activity", to_json(changed.activity)}};
    if (!changed.child.empty()) object["child"] = changed.child.str();
    return object;
  }
  json::object operator()(const Delayed& delayed) const { return {{"kind", "delayed"}, {"reason", delayed.reason}}; }
  json::object operator()(const Lagged& lagged) const { return {{"kind", "lagged"}, {"lost", lagged.lost}}; }
};

}  // namespace

json::object to_json(const Event& event) {
  json::object object{{"run_id", event.run.str()}};
  if (event.entry)
    for (auto& member : to_json(*event.entry)) object.emplace(member.key(), std::move(member.value()));
  for (auto& member : std::visit(EventFields(), event.what)) object.emplace(member.key(), std::move(member.value()));
  return object;
}

}  // namespace executus

#include "journal/admitted_row.hpp"

#include <limits>
#include <string_view>
#include <utility>

#include <executus/journal/projection.hpp>

namespace executus::journal {
namespace {

std::string text_of(const boost::json::object& json, std::string_view key) {
  const auto* text = json.if_contains(key);
  return text && text->is_string() ? std::string(text->get_string()) : std::string();
}

std::map<std::string, std::string> texts_of(const boost::json::object& json, std::string_view key) {
  std::map<std::string, std::string> texts;
  const auto* object = json.if_contains(key);
  if (!object || !object->is_object()) return texts;
  for (const auto& [name, text] : object->get_object())
    if (text.is_string()) texts.emplace(name, text.get_string());
  return texts;
}

int number_of(const boost::json::object& json, std::string_view key) {
  const auto* number = json.if_contains(key);
  bool fits = number && number->is_int64() && number->get_int64() >= std::numeric_limits<int>::min() &&
              number->get_int64() <= std::numeric_limits<int>::max();
  return fits ? static_cast<int>(number->get_int64()) : 0;
}

}  // namespace

Noted noted_in(const boost::json::object& invocation) {
  return {text_of(invocation, "channel"), texts_of(invocation, "attributes"), number_of(invocation, "priority"),
          text_of(invocation, "queue")};
}

void note_admitted(RunRow& row, const Admitted& first) {
  auto noted = noted_in(first.invocation);
  row.version = version_of(first.agent);
  row.channel = std::move(noted.channel);
  row.attributes = std::move(noted.attributes);
  row.priority = noted.priority;
  row.queue = std::move(noted.queue);
}

RunRow row_of(const Admission& admission) {
  bool owned = admission.start == Start::owned;
  RunRow row;
  row.id = admission.id;
  row.status = owned ? RunStatus::running : RunStatus::queued;
  row.agent = admission.agent;
  row.caller = admission.caller;
  row.parent = admission.parent;
  row.continues = admission.continues;
  row.durability = admission.durability;
  row.epoch = row.fruitless = row.attempts = owned ? 1 : 0;
  row.last_seq = 1 + admission.taken_over.size();
  row.steps = project(admission.taken_over).steps;
  row.forked_from = admission.forked_from;
  const auto* first = std::get_if<Admitted>(&admission.entry.payload);
  if (!first) return row;
  note_admitted(row, *first);
  if (first->past) row.attempts += first->past->attempts;
  return row;
}

void leave_queued(RunRow& row) {
  row.status = RunStatus::queued;
  row.epoch = row.fruitless = 0;
  --row.attempts;
}

}  // namespace executus::journal

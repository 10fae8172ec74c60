// What the lines of a file_store.cpp hold, to and from JSON.
#pragma once

#include <string>

#include <boost/json.hpp>

#include <executus/journal/store.hpp>

namespace lines {

using namespace executus;
using namespace executus::journal;
namespace json = boost::json;

inline std::string text_of(const json::object& line, std::string_view key) {
  return std::string(std::string_view(line.at(key).as_string()));
}
inline RunId run_of(const json::object& line) { return RunId::parse(text_of(line, "run")).value(); }
inline std::int64_t epoch_of(const json::object& line) { return line.at("epoch").to_number<std::int64_t>(); }
inline Command command_of(const json::object& line) {
  return {0, text_of(line, "kind"), line.at("payload").as_object(), {}};
}

// A payload is one text: its codec keeps it readable for later versions.
inline json::object to_line(const Entry& entry) {
  return {{"seq", entry.seq},
          {"at", entry.at.time_since_epoch().count()},
          {"elapsed", entry.elapsed.count()},
          {"kind", kind_of(entry.payload)},
          {"body", encode(entry.payload)}};
}
inline Entry entry_of(const json::object& line) {
  auto count = [&line](const char* key) { return line.at(key).to_number<std::int64_t>(); };
  return {static_cast<std::uint64_t>(count("seq")), WallTime(Milliseconds(count("at"))), Milliseconds(count("elapsed")),
          decode(static_cast<int>(count("kind")), text_of(line, "body"))};
}

inline json::array to_lines(const std::vector<Entry>& entries) {
  json::array lines;
  for (const auto& entry : entries) lines.push_back(to_line(entry));
  return lines;
}
inline std::vector<Entry> entries_of(const json::value& lines) {
  std::vector<Entry> entries;
  for (const auto& line : lines.as_array()) entries.push_back(entry_of(line.as_object()));
  return entries;
}

inline json::object to_line(const Admission& admission) {
  return {{"run", admission.id.str()},
          {"agent", admission.agent},
          {"caller", admission.caller},
          {"parent", admission.parent},
          {"continues", admission.continues},
          {"durability", to_string(admission.durability)},
          {"fingerprint", admission.fingerprint},
          {"owned", admission.start == Start::owned},
          {"entry", to_line(admission.entry)},
          {"taken_over", to_lines(admission.taken_over)},
          {"forked_from", admission.forked_from},
          {"target_kind", admission.target.kind},
          {"target", admission.target.id},
          {"so_far", to_lines(admission.so_far)}};
}
inline Admission admission_of(const json::object& line) {
  return {.id = run_of(line),
          .agent = text_of(line, "agent"),
          .caller = text_of(line, "caller"),
          .parent = text_of(line, "parent"),
          .continues = text_of(line, "continues"),
          .durability = parse_durability(text_of(line, "durability")).value(),
          .fingerprint = text_of(line, "fingerprint"),
          .start = line.at("owned").as_bool() ? Start::owned : Start::queued,
          .entry = entry_of(line.at("entry").as_object()),
          .taken_over = entries_of(line.at("taken_over")),
          .forked_from = text_of(line, "forked_from"),
          .target = {text_of(line, "target_kind"), text_of(line, "target")},
          .so_far = entries_of(line.at("so_far"))};
}

inline json::object to_line(const Append& append) {
  json::array children;
  for (const auto& child : append.admit) children.push_back(to_line(child));
  return {{"run", append.run.str()},
          {"epoch", append.epoch},
          {"after", append.after},
          {"entries", to_lines(append.entries)},
          {"consume", json::value_from(append.consume)},
          {"refuse_when_unread", append.refuse_when_unread},
          {"cancel_children", append.cancel_children},
          {"admit", std::move(children)}};
}
inline Append append_of(const json::object& line) {
  Append append;
  append.run = run_of(line);
  append.epoch = epoch_of(line);
  append.after = line.at("after").to_number<std::uint64_t>();
  append.entries = entries_of(line.at("entries"));
  append.consume = json::value_to<std::vector<std::int64_t>>(line.at("consume"));
  append.refuse_when_unread = line.at("refuse_when_unread").as_bool();
  append.cancel_children = line.at("cancel_children").as_bool();
  for (const auto& child : line.at("admit").as_array()) append.admit.push_back(admission_of(child.as_object()));
  return append;
}

inline json::object to_line(const Command& command) {
  return {{"kind", command.kind}, {"payload", command.payload}, {"at", command.at.time_since_epoch().count()}};
}
inline json::object to_line(const Amendment& amendment) {
  json::array commands;
  for (const auto& command : amendment.commands) commands.push_back(to_line(command));
  return {{"run", amendment.run.str()},
          {"as_of", amendment.as_of},
          {"entries", to_lines(amendment.entries)},
          {"commands", std::move(commands)}};
}
inline Amendment amendment_of(const json::object& line) {
  Amendment amendment{run_of(line), line.at("as_of").to_number<std::uint64_t>(), entries_of(line.at("entries"))};
  for (const auto& each : line.at("commands").as_array()) {
    auto& command = amendment.commands.emplace_back(command_of(each.as_object()));
    command.at = WallTime(Milliseconds(each.at("at").to_number<std::int64_t>()));
  }
  return amendment;
}

inline json::object to_line(const OutgoingTry& result) {
  return {{"run", result.run.str()}, {"seq", result.seq},
          {"tries", result.tries},   {"state", to_string(result.state)},
          {"detail", result.detail}, {"due", result.due.time_since_epoch().count()}};
}
inline OutgoingTry try_of(const json::object& line) {
  return {run_of(line),
          line.at("seq").to_number<std::uint64_t>(),
          line.at("tries").to_number<int>(),
          parse_outgoing_state(text_of(line, "state")).value(),
          text_of(line, "detail"),
          WallTime(Milliseconds(line.at("due").to_number<std::int64_t>()))};
}

}  // namespace lines

#include "store/sqlite/connection/table_values.hpp"

#include <algorithm>
#include <utility>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "journal/admitted_row.hpp"
#include "journal/placement.hpp"

namespace executus::sqlite {
namespace {

Error malformed_row(std::string_view run) {
  return failed("store.corrupt",
                "the row of run " + std::string(run) + " cannot be read; the database is damaged, restore a backup");
}

template <class T>
T known(std::optional<T> value, std::string_view run) {
  if (!value) throw malformed_row(run);
  return std::move(*value);
}

// Written by another program, or a newer version: a command without a payload has nothing to do.
boost::json::object payload_of(std::string_view text) {
  auto payload = parse_json(text);
  return payload && payload->is_object() ? std::move(payload->get_object()) : boost::json::object();
}

}  // namespace

EncodedEntry encode(const journal::Entry& entry) {
  return {entry.seq,
          journal::kind_of(entry.payload),
          to_ms(entry.at),
          entry.elapsed.count(),
          journal::encode(entry.payload),
          journal::project({&entry, 1})};
}

namespace {

// Entries that follow entry `after` of the run.
std::vector<EncodedEntry> encoded(const RunId& run, std::uint64_t after, const std::vector<journal::Entry>& entries) {
  std::vector<EncodedEntry> stored;
  stored.reserve(entries.size());
  for (const auto& entry : entries) {
    if (entry.seq != after + stored.size() + 1) throw journal::misplaced(run, entry.seq, after + stored.size());
    stored.push_back(encode(entry));
  }
  return stored;
}

}  // namespace

EncodedAdmission encode(journal::Admission admission) {
  EncodedAdmission stored;
  stored.entries = encoded(admission.id, 1, admission.taken_over);
  stored.entries.insert(stored.entries.begin(), encode(admission.entry));
  stored.so_far = encoded(admission.id, 1, admission.so_far);
  stored.row = journal::row_of(admission);
  stored.row.created = admission.entry.at;
  admission.entry = {};
  admission.taken_over = admission.so_far = {};
  stored.admission = std::move(admission);
  return stored;
}

EncodedAmendment encode(const journal::Amendment& amendment) {
  return {amendment.run, amendment.as_of, encoded(amendment.run, amendment.as_of, amendment.entries),
          amendment.commands};
}

EncodedAppend encode(const journal::Append& append) {
  EncodedAppend stored{append.run,  append.epoch,           {}, append.consume, append.refuse_when_unread,
                       append.sync, append.cancel_children, {}};
  stored.entries = encoded(append.run, append.after, append.entries);
  for (const auto& child : append.admit) stored.admit.push_back(encode(child));
  return stored;
}

journal::Entry decode(std::uint64_t seq, std::int64_t at_ms, std::int64_t elapsed_ms, int kind, std::string_view body) {
  return {seq, from_ms(at_ms), Milliseconds(elapsed_ms), journal::decode(kind, body)};
}

void add(journal::Projection& first, const journal::Projection& then) {
  if (then.status) {
    first.status = then.status;
    first.reason = then.reason;
    first.wake_at = then.wake_at;
    first.signals = then.signals;
    first.ended_at = then.ended_at;
    first.error_code = then.error_code;
  }
  first.steps += then.steps;
  first.usage += then.usage;
  first.cost += then.cost;
  if (then.definition > 0) first.definition = then.definition, first.version = then.version;
  first.progress = first.progress || then.progress;
}

std::string signals_text(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += "|" + name;
  return text.empty() ? text : text + "|";
}

namespace {

std::vector<std::string> signals_of(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t from = 1, end = 0; from < text.size(); from = end + 1) {
    end = std::min(text.find('|', from), text.size());
    names.emplace_back(text.substr(from, end - from));
  }
  return names;
}

std::map<std::string, std::string> attributes_of(std::string_view text) {
  std::map<std::string, std::string> attributes;
  if (text == "{}") return attributes;
  for (const auto& [name, value] : payload_of(text))
    if (value.is_string()) attributes.emplace(name, value.get_string());
  return attributes;
}

}  // namespace

std::string attributes_text(const std::map<std::string, std::string>& attributes) {
  boost::json::object object;
  for (const auto& [name, value] : attributes) object[name] = value;
  return as_utf8(write_json(object));
}

journal::Command command_of(const Rows& row) {
  return {row.integer(0), std::string(row.text(1)), payload_of(row.text(2)), from_ms(row.integer(3))};
}

RunAndDriver run_of(const Rows& row) {
  RunAndDriver run;
  int column = 0;
  auto integer = [&] { return row.integer(column++); };
  auto text = [&] { return row.text(column++); };
  auto time = [&] {
    auto is_null = row.is_null(column);
    auto ms = integer();
    return is_null ? std::nullopt : std::optional(from_ms(ms));
  };
  auto& r = run.row;
  run.id = r.number = integer();
  std::string id(text());
  r.id = known(RunId::parse(id), id);
  r.status = known(parse_run_status(text()), id);
  r.reason = text();
  r.agent = text();
  r.caller = text();
  r.parent = text();
  r.root = text();
  r.continues = text();
  r.durability = known(parse_durability(text()), id);
  r.created = from_ms(integer());
  r.updated = from_ms(integer());
  r.ended_at = time();
  r.error_code = text();
  r.epoch = integer();
  r.worker = text();
  r.last_seq = static_cast<std::uint64_t>(integer());
  r.attempts = static_cast<int>(integer());
  r.fruitless = static_cast<int>(integer());
  r.wake_at = time();
  r.signals = signals_of(text());
  r.steps = static_cast<int>(integer());
  r.usage = {integer(), integer(), integer(), integer(), integer()};  // braces: in this order
  r.cost.known = {integer()};
  r.cost.unpriced = integer();
  r.definition = static_cast<std::uint64_t>(integer());
  r.version = text();
  r.channel = text();
  r.attributes = attributes_of(text());
  r.priority = static_cast<int>(integer());
  r.queue = text();
  r.forked_from = text();
  run.fingerprint = text();
  run.driver = driver_of(row, column);
  return run;
}

Driver driver_of(const Rows& row, int first_column) {
  Driver driver;
  int column = first_column;
  if (!row.is_null(column)) driver.id = row.integer(column);
  if (row.is_null(++column)) return driver;
  WorkerSeen seen;
  seen.id = row.integer(column);
  seen.place.host = row.text(++column);
  seen.place.boot = row.text(++column);
  seen.beat = row.integer(++column);
  driver.seen = std::move(seen);
  return driver;
}

}  // namespace executus::sqlite

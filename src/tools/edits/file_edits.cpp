#include "tools/edits/file_edits.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/digest.hpp>
#include <executus/base/random.hpp>

#include "tools/shared/shown_text.hpp"

namespace executus::tools {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || !value->is_string()) throw failed("tool.plan", "a stored plan of an edit is malformed");
  return std::string(value->get_string());
}

std::string verb_of(const PlannedFile& file) {
  if (file.before == file.after) return "unchanged: ";
  return file.before.empty() ? "created " : file.after.empty() ? "deleted " : "edited ";
}

Error stale(const PlannedFile& file) {
  return failed("tool.stale", "'" + file.path +
                                  "' was changed by something else since this edit was begun, which may have been "
                                  "carried out before that; read it again");
}

// What a kill may leave of an attempt at the call with that key begins so.
std::string temporary_of(const std::string& key) { return ".executus-" + sha256_hex(key).substr(0, 16) + "-"; }

struct Work {
  const PlannedFile& file;
  WritablePlace place;
  FileText text;  // that is to be written
};

// Nothing: the file is as planned. Throws Error.
std::optional<Work> work_of(const PlannedFile& file, const FileEdit& edit, const ConfinedRoot& root,
                            const Attempt& attempt) {
  auto place = root.writable(file.path);
  if (attempt.which == Attempt::Which::repeated) place.remove_temporaries(temporary_of(attempt.key));
  auto text = place.read();
  if (digest_of(text) == file.after) return std::nullopt;
  if (digest_of(text) == file.before) text = edit.edited(text);
  if (digest_of(text) != file.after) throw stale(file);
  return Work{file, std::move(place), std::move(text)};
}

void write(Work& work, const Attempt& attempt, CarriedOut& result) {
  auto temporary = temporary_of(attempt.key) + std::to_string(system_random().next()) + ".tmp";
  auto written = work.place.write(work.text, work.file.before, {temporary, attempt.stop, attempt.calls});
  result.done.push_back(work.file);
  if (written == WritablePlace::Written::perhaps_lost)
    throw failed("tool.path", "'" + work.file.path +
                                  "' is written, but a power loss may take that back: its folder could not be synced");
}

// The first failure counts.
template <class Step>
void attempt_step(CarriedOut& result, Step step) {
  try {
    step();
  } catch (const Error& error) {
    if (!result.failure) result.failure = error;
  }
}

}  // namespace

json::object to_json(const EditPlan& plan) {
  json::array files;
  for (const auto& file : plan)
    files.push_back(
        json::object{{"path", file.path}, {"absolute", file.absolute}, {"before", file.before}, {"after", file.after}});
  return {{"files", std::move(files)}};
}

EditPlan plan_from(const json::object& stored) {
  const auto* files = stored.if_contains("files");
  if (!files || !files->is_array()) throw failed("tool.plan", "a stored plan of an edit is malformed");
  EditPlan plan;
  for (const auto& each : files->get_array()) {
    if (!each.is_object()) throw failed("tool.plan", "a stored plan of an edit is malformed");
    const auto& file = each.get_object();
    plan.push_back({text_of(file, "path"), text_of(file, "absolute"), text_of(file, "before"), text_of(file, "after")});
  }
  return plan;
}

EditPlan plan_of(const std::vector<FileEdit>& edits, const ConfinedRoot& root) {
  EditPlan plan;
  for (const auto& edit : edits) {
    auto place = root.writable(edit.path);
    auto now = place.read();
    auto after = edit.edited(now);
    if (after && after->size() > kMaxEdited)
      throw failed("tool.path", "'" + place.path() + "' would have more than 8 MiB, which is not written");
    if (std::ranges::find(plan, place.path(), &PlannedFile::path) != plan.end())
      throw failed("tool.patch", "'" + place.path() + "' is to be changed twice; put the changes together");
    plan.push_back({place.path(), place.absolute(), digest_of(now), digest_of(after)});
  }
  return plan;
}

CarriedOut carry_out(const EditPlan& plan, const std::vector<FileEdit>& edits, const ConfinedRoot& root,
                     const Attempt& attempt) {
  if (plan.size() != edits.size())
    throw failed("tool.plan", "the stored plan of this edit is of other files than the call; another version wrote it");
  CarriedOut result;
  std::vector<Work> missing;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    attempt_step(result, [&] {
      auto work = work_of(plan[i], edits[i], root, attempt);
      work ? missing.push_back(*std::move(work)) : result.done.push_back(plan[i]);
    });
  }
  for (auto& work : missing)
    if (!result.failure) attempt_step(result, [&] { write(work, attempt, result); });
  return result;
}

std::string told_of(const EditPlan& plan) {
  std::string told;
  for (const auto& file : plan) told += verb_of(file) + shown_name(file.path) + "\n";
  return told;
}

std::string note_of(const std::string& absolute) { return "file:" + absolute; }
std::string whole_note_of(const std::string& absolute) { return "whole_file:" + absolute; }

}  // namespace executus::tools

#include "tools/edits/file_edits.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/digest.hpp>

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

// Neither as it was nor as it was to be.
Error stale(const PlannedFile& file) {
  return failed("tool.stale", "'" + file.path +
                                  "' was changed by something else since this edit was begun, which may have been "
                                  "carried out before that; read it again");
}

struct Work {
  const PlannedFile& file;
  WritablePlace place;
  FileText text;  // that is to be written
};

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

void carry_out(const EditPlan& plan, const std::vector<FileEdit>& edits, const ConfinedRoot& root,
               const std::string& key, const std::stop_token& stop) {
  std::vector<Work> missing;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    auto place = root.writable(plan[i].path);
    auto text = place.read();
    if (digest_of(text) == plan[i].after) continue;
    if (digest_of(text) == plan[i].before) text = edits.at(i).edited(text);
    if (digest_of(text) != plan[i].after) throw stale(plan[i]);
    missing.push_back({plan[i], std::move(place), std::move(text)});
  }
  std::string temporary = ".executus-" + sha256_hex(key).substr(0, 16) + ".tmp", written;
  for (auto& work : missing) {
    if (stop.stop_requested())
      throw failed("tool.stopped", "the edit was given up: the call that asked for it is over");
    try {
      work.place.write(work.text, work.file.before, temporary);
    } catch (const Error& error) {
      if (written.empty()) throw;
      throw failed(error.code(), error.message() + "; these files are changed already: " + written);
    }
    (written += written.empty() ? "" : ", ") += "'" + work.file.path + "'";
  }
}

std::string told_of(const EditPlan& plan) {
  std::string told;
  for (const auto& file : plan) told += verb_of(file) + shown_name(file.path) + "\n";
  return told;
}

std::string note_of(const std::string& absolute) { return "file:" + absolute; }

}  // namespace executus::tools

#include "cli/commands/packs/pack_report.hpp"

#include <string_view>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/output/table.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownDescription = 100;  // characters

json::array texts(const std::vector<std::string>& list) { return json::array(list.begin(), list.end()); }

json::object pin_json(const skillpack::Pin& pin) {
  return {{"digest", pin.digest},
          {"revision", pin.revision.empty() ? json::value(nullptr) : json::value(pin.revision)},
          {"fetched_at", rfc3339(pin.at)}};
}

json::array missing_json(const std::vector<skillpack::MissingFile>& missing) {
  json::array list;
  for (const auto& file : missing) list.push_back(json::object{{"path", file.path}, {"what", file.what}});
  return list;
}

json::object skill_json(const skillpack::Pack& pack, const skillpack::Skill& skill) {
  json::array files;
  for (const auto* file : skill.files)
    files.push_back(
        json::object{{"path", skill.local(file->path)}, {"bytes", file->bytes.size()}, {"executable", file->runs}});
  const auto& manifest = skill.manifest;
  return {{"name", manifest.name},
          {"full_name", pack.name + "/" + manifest.name},
          {"description", manifest.description},
          {"allowed_tools", texts(manifest.allowed_tools)},
          {"files", std::move(files)}};
}

std::string marked(std::string_view mark, const std::vector<std::string>& paths) {
  std::string text;
  for (const auto& path : paths) text += "  " + std::string(mark) + " " + printable_line(path) + "\n";
  return text;
}

// What fits a line beside the names.
std::string clipped(const std::string& description) {
  auto shown = clip(description, kShownDescription);
  return printable_line(std::string(shown) + (shown.size() < description.size() ? "…" : ""));
}

}  // namespace

json::object subscription_json(const skillpack::Subscription& subscription) {
  const auto& source = subscription.source;
  return {{"name", subscription.name},
          {"source",
           {{"kind", source.kind == skillpack::Source::Kind::git ? "git" : "folder"},
            {"location", source.location},
            {"ref", source.ref.empty() ? json::value(nullptr) : json::value(source.ref)},
            {"path", source.below.empty() ? json::value(nullptr) : json::value(source.below)}}},
          {"pinned", pin_json(subscription.pinned)},
          {"pending", subscription.pending ? json::value(pin_json(*subscription.pending)) : json::value(nullptr)}};
}

json::object pack_json(const skillpack::Checked& checked) {
  auto object = subscription_json(checked.subscription);
  json::array skills, broken;
  for (const auto& skill : checked.pack->skills) skills.push_back(skill_json(*checked.pack, skill));
  for (const auto& each : checked.pack->broken)
    broken.push_back(json::object{{"file", each.file}, {"errors", texts(each.errors)}});
  object["skills"] = std::move(skills);
  object["broken"] = std::move(broken);
  object["missing"] = missing_json(checked.pack->tree.missing);
  object["warnings"] = texts(checked.pack->warnings);
  object["changes"] = {{"added", texts(checked.changes.added)},
                       {"changed", texts(checked.changes.changed)},
                       {"removed", texts(checked.changes.removed)}};
  return object;
}

std::string skills_text(const skillpack::Pack& pack) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& skill : pack.skills)
    rows.push_back({"  " + pack.name + "/" + skill.manifest.name, clipped(skill.manifest.description)});
  return table(rows);
}

std::string changes_text(const skillpack::TreeChanges& changes) {
  return marked("+", changes.added) + marked("~", changes.changed) + marked("-", changes.removed);
}

std::string content_text(const skillpack::Pack& pack, const skillpack::Pin& pin) {
  auto count = pack.skills.size();
  std::string text =
      std::to_string(count) + (count == 1 ? " skill" : " skills") + ", content " + pin.digest.substr(0, 12);
  return pin.revision.empty() ? text : text + " of commit " + pin.revision.substr(0, 12);
}

void tell_problems(const skillpack::Pack& pack) {
  for (const auto& each : pack.broken)
    for (const auto& line : each.errors) write_err(printable(line) + "\n");
  for (const auto& line : pack.warnings) write_err(printable(line) + "\n");
  for (const auto& file : pack.tree.missing)
    write_err(printable_line(pack.name + "/" + file.path) + ": warning: not here, it is " + file.what + "\n");
}

}  // namespace executus::cli

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/commands/saved/saved_versions.hpp"
#include "cli/context/agent_lookup.hpp"
#include "runtime/saved/portable_file.hpp"
#include "runtime/saved/saved_file.hpp"

namespace executus::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Imported {
  std::string path, name, outcome;  // outcome: "created", "updated", "unchanged"
  int version = 0;
};

// What is to be saved, and the library it is checked in: files of a folder may name each other.
class Import {
 public:
  Import(CommandContext& context, const AgentsImport& options)
      : context_(context), kind_(kind_of(options.noun)), library_(agent_library_with(context, folders(options))) {
    for (const auto& path : paths_in(options)) add(path);
    if (!said_.errors.empty()) throw failed("config.agent", lines() + "nothing was saved");
    for (const auto& line : said_.warnings) write_err(printable(line) + "\n");
  }

  [[nodiscard]] std::vector<Imported> save(bool rehearse) {
    if (rehearse && !context_.database_is_there()) return all_new();
    return with_saved(context_, kind_, [&](auto& store) { return save_in(store, rehearse); });
  }

 private:
  struct Read {
    std::string path;
    PortableFile content;
  };

  static MoreFolders folders(const AgentsImport& options) {
    MoreFolders found;
    auto& of_kind = options.noun == Noun::skill ? found.skills : found.agents;
    std::error_code error;
    for (const auto& path : options.paths)
      if (fs::is_directory(path, error)) of_kind.emplace_back(path);
    return found;
  }

  std::vector<std::string> paths_in(const AgentsImport& options) const {
    std::vector<std::string> paths;
    for (const auto& path : options.paths) {
      std::error_code error;
      if (!fs::is_directory(path, error)) {
        paths.push_back(path);
        continue;
      }
      auto inside = NamedFiles({path}, options.noun == Noun::skill ? "skill" : "agent").paths();
      if (inside.empty()) throw failed("config.agent", "there are no files to import in " + printable_line(path));
      paths.insert(paths.end(), inside.begin(), inside.end());
    }
    return paths;
  }

  void add(const std::string& path) {
    auto read = load_portable(library_, path, kind_, said_);
    if (!read) return;
    const auto& name = read->file.agent.name;
    auto [other, is_new] = by_name_.emplace(name, path);
    if (is_new)
      read_.push_back({path, std::move(*read)});
    else if (!is_same_file(other->second, path))
      said_.errors.push_back(path + ":1:1: error: '" + name + "' is the name in " + other->second + " too");
  }

  std::string lines() const {
    std::string text;
    for (const auto& line : said_.errors) text += line + "\n";
    return text;
  }

  [[nodiscard]] std::vector<Imported> all_new() {
    std::vector<Imported> done;
    for (const auto& each : read_) {
      refuse_unpermitted(context_, definition_of(each.content.file, tool::Visibility::owner));
      done.push_back({each.path, each.content.file.agent.name, "created", 1});
    }
    return done;
  }

  template <class Store>
  std::vector<Imported> save_in(Store& store, bool rehearse) {
    auto values = decltype(store.list()){};
    std::vector<Imported> done;
    for (auto& each : read_) {
      auto kept = store.find_named(context_.caller(), each.content.file.agent.name);
      auto value = kept.value_or(typename decltype(values)::value_type{});
      value.record.owner = context_.caller();
      value.definition = definition_of(std::move(each.content.file), tool::Visibility::owner);
      set_source(value.definition, std::move(each.content.text));
      refuse_unpermitted(context_, value.definition);
      if (auto fault = fault_of(value)) throw Error(*fault);
      bool differs = !kept || *kept != value;
      done.push_back({each.path, value.definition.agent.name,
                      !kept     ? "created"
                      : differs ? "updated"
                                : "unchanged",
                      value.record.number + (differs ? 1 : 0)});
      values.push_back(std::move(value));
    }
    if (!rehearse) note_versions(store.save(std::move(values)), done);
    return done;
  }

  template <class Values>
  static void note_versions(const Values& values, std::vector<Imported>& done) {
    for (std::size_t i = 0; i < values.size(); ++i) done[i].version = values[i].record.number;
  }

  CommandContext& context_;
  const DelegateKind kind_;
  AgentLibrary library_;
  Diagnostics said_;
  std::vector<Read> read_;
  std::map<std::string, std::string> by_name_;  // the path of each
};

std::string line_of(const Imported& each, bool rehearse) {
  auto version = " (version " + std::to_string(each.version) + ")";
  auto what = each.outcome == "unchanged" ? "is as it is saved" : (rehearse ? "would be " : "") + each.outcome;
  return each.name + ": " + what + version + "\n";
}

json::value json_of(const std::vector<Imported>& all, bool rehearse) {
  json::array list;
  for (const auto& each : all)
    list.push_back(json::object{{"name", each.name},
                                {"file", each.path},
                                {"version", each.version},
                                {"outcome", each.outcome},
                                {"saved", !rehearse && each.outcome != "unchanged"}});
  return list;
}

}  // namespace

Exit execute(CommandContext& context, const AgentsImport& options) {
  context.act_for(options.caller);
  auto done = Import(context, options).save(options.dry_run);
  std::string text;
  for (const auto& each : done) text += context.globals().quiet ? each.name + "\n" : line_of(each, options.dry_run);
  if (context.globals().json)
    context.print_json(json_of(done, options.dry_run));
  else
    context.print(text);
  return Exit::ok;
}

}  // namespace executus::cli

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>

#include <boost/json.hpp>
#include <unistd.h>

#include <executus/base/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/project/budget_finding.hpp"
#include "cli/commands/project/delivery_finding.hpp"
#include "cli/commands/project/finding.hpp"
#include "cli/commands/project/other_versions.hpp"
#include "cli/commands/project/pack_finding.hpp"
#include "cli/commands/project/sandbox_finding.hpp"
#include "cli/commands/project/store_file.hpp"
#include "cli/commands/project/web_finding.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/lookup/all_rows.hpp"
#include "cli/output/model_listing_json.hpp"
#include "llm/media/module_codec.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::size_t kProbeBytes = 64 * 1024;
constexpr Milliseconds kWriteLockPatience{1'000};  // a group of commits takes some milliseconds

// What is left alone here keeps no other run from going on: it is a fact, and no problem.
void count_runs(CommandContext& context, json::object& facts) {
  std::map<std::string, std::int64_t> counts;
  OtherVersions others(context);
  for_each_row(context, {}, [&](const journal::RunRow& row) {
    ++counts[std::string(to_string(row.status))];
    others.look_at(row);
  });
  json::object by_status;
  for (const auto& [status, count] : counts) by_status[status] = count;
  facts["runs"] = std::move(by_status);
  facts["runs_of_other_versions"] = others.count();
  if (others.count() > 0) facts["advice"] = others.advice();
}

// Takes the lock that writers use, and gives it back. Throws Error store.locked, which names the process that has it: a
// process that is stopped inside of a transaction keeps all others waiting.
void try_write_lock(const fs::path& path) {
  sqlite::Connection connection(path, sqlite::Connection::Mode::existing, kWriteLockPatience);
  sqlite::WriteTransaction nothing(connection);
}

// Whether the disk takes some more, which permissions do not tell: a file of some pages, written, synced and removed.
void try_disk(const fs::path& path) {
  auto name = path.string() + ".doctor-XXXXXX";
  int fd = ::mkstemp(name.data());
  std::string page(kProbeBytes, '\0');
  bool written =
      fd >= 0 && ::write(fd, page.data(), page.size()) == static_cast<ssize_t>(page.size()) && ::fsync(fd) == 0;
  int why = errno;
  if (fd >= 0) {
    ::unlink(name.c_str());
    ::close(fd);
  }
  bool full = why == 0 || why == ENOSPC || why == EDQUOT;
  if (!written)
    throw failed(full ? "store.full" : "store.io", "nothing more can be written beside " + path.string() + ": " +
                                                       (why == 0 ? "the disk is full" : std::strerror(why)) +
                                                       (full ? "; free some space there" : "; check that directory"));
}

Finding present_store(CommandContext& context, const std::string& path) {
  Finding finding;
  bool is_directory = fs::is_directory(path);
  finding.facts = {{"exists", true}, {"writable", !is_directory && ::access(path.c_str(), W_OK) == 0}};
  try {
    if (!is_directory) {
      finding.facts["size_bytes"] = store_size(path);
      finding.facts["format"] = store_format(path);
    }
    count_runs(context, finding.facts);
    if (finding.facts["writable"].as_bool()) {
      try_disk(path);
      try_write_lock(path);
    }
  } catch (...) {
    finding.problem = current_error().message();
    finding.facts["error_code"] = current_error().code();
    if (current_error().code() == "store.full") finding.facts["writable"] = false;
  }
  return finding;
}

Finding check_store(CommandContext& context) {
  const std::string path = context.runtime().database();
  Finding finding;
  std::error_code error;
  if (path.empty())
    finding.problem =
        "no place for the database: set EXECUTUS_DB, or XDG_STATE_HOME or HOME to an absolute path, or pass --db PATH";
  else
    finding = fs::exists(path, error) ? present_store(context, path) : absent_store(path);
  if (!path.empty()) finding.facts["file_system"] = file_system_fact(path);
  finding.facts["path"] = path;
  return finding;
}

// What is configured and cannot be used is a problem even where other models answer.
Finding check_models(CommandContext& context) {
  Finding finding;
  auto listing = context.runtime().models().list();
  finding.facts = to_json(listing);
  auto fast = context.runtime().models().resolve("");
  finding.facts["default_model"] = fast.ok() ? json::value(fast->spec) : json::value(nullptr);
  if (!fast.ok()) finding.problem = fast.error().message();
  for (const auto& each : listing.providers) {
    if (each.problem.empty() || finding.problem.find(each.problem) != std::string::npos) continue;
    finding.problem += (finding.problem.empty() ? "" : "\n    ") + each.name + ": " + each.problem;
  }
  return finding;
}

// Without the module images are sent as they are or not at all. Nothing is wrong with that: most agents see none.
Finding check_images() {
  Finding finding;
  auto module = llm::media::find_module(llm::media::module_places(process_environment()));
  finding.facts = {{"can_be_changed", module.ok()}};
  if (module.ok())
    finding.facts["module"] = module->string();
  else
    finding.facts["missing"] = module.error().message();
  return finding;
}

// As a worker reads them, which takes up none while one is wrong.
Finding check_agents(CommandContext& context) {
  auto library = agent_library(context);
  std::size_t files = 0, wrong = 0;
  for (const auto* named : {&library.agents(), &library.skills()})
    for (const auto& path : named->paths()) {
      Diagnostics said;
      ++files;
      if (!library.load(path, said)) ++wrong;
    }
  Finding finding;
  finding.facts = {{"files", files}, {"wrong", wrong}};
  if (wrong > 0)
    finding.problem =
        "a worker keeps the agents and skills it has while a file is wrong: `executus agents validate` "
        "and `executus skills validate` say what it is";
  return finding;
}

std::string fact_text(const json::value& value) {
  if (value.is_string()) return printable(std::string_view(value.get_string()));
  if (!value.is_array()) return write_json(value);
  std::string names;
  for (const auto& each : value.get_array())
    names += (names.empty() ? "" : ", ") + printable_line(std::string_view(each.at("name").as_string()));
  return names.empty() ? "none" : names;
}

std::string finding_text(const Terminal& terminal, const std::string& name, const Finding& finding) {
  bool well = finding.problem.empty();
  std::string text =
      styled(well ? "ok" : "problem", well ? Style::green : Style::red, terminal.colour) + "  " + name + "\n";
  for (const auto& fact : finding.facts)
    text += "    " + std::string(fact.key()) + ": " + fact_text(fact.value()) + "\n";
  return well ? text : text + "    " + printable(finding.problem) + "\n";
}

json::object finding_json(Finding finding) {
  finding.facts["ok"] = finding.problem.empty();
  finding.facts["problem"] = finding.problem.empty() ? json::value(nullptr) : json::value(finding.problem);
  return std::move(finding.facts);
}

}  // namespace

Exit execute(CommandContext& context, const Doctor&) {
  auto store = check_store(context);
  auto models = check_models(context);
  auto images = check_images();
  auto sandbox = check_sandbox();
  auto agents = check_agents(context);
  auto packs = check_packs(context);
  auto deliveries = check_deliveries(context);
  auto budgets = check_budgets(context);
  auto web = check_web(context);
  bool well = true;
  for (const auto* each : {&store, &models, &agents, &packs, &deliveries, &budgets, &web})
    well = well && each->problem.empty();
  const auto& config = context.project().path;
  if (context.globals().json) {
    context.print_json(json::object{{"ok", well},
                                    {"config", config.empty() ? json::value(nullptr) : json::value(config)},
                                    {"store", finding_json(std::move(store))},
                                    {"models", finding_json(std::move(models))},
                                    {"images", finding_json(std::move(images))},
                                    {"sandbox", finding_json(std::move(sandbox))},
                                    {"packs", finding_json(std::move(packs))},
                                    {"agents", finding_json(std::move(agents))},
                                    {"deliveries", finding_json(std::move(deliveries))},
                                    {"budgets", finding_json(std::move(budgets))},
                                    {"web", finding_json(std::move(web))}});
  } else {
    context.print(
        "config  " + (config.empty() ? "none (executus.yaml is optional)" : config) + "\n" +
        finding_text(context.terminal(), "store", store) + finding_text(context.terminal(), "models", models) +
        finding_text(context.terminal(), "images", images) + finding_text(context.terminal(), "sandbox", sandbox) +
        finding_text(context.terminal(), "packs", packs) + finding_text(context.terminal(), "agents", agents) +
        finding_text(context.terminal(), "deliveries", deliveries) +
        finding_text(context.terminal(), "budgets", budgets) + finding_text(context.terminal(), "web", web));
  }
  return well ? Exit::ok : Exit::error;
}

}  // namespace executus::cli

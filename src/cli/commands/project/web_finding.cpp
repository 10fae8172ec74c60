#include "cli/commands/project/web_finding.hpp"

#include <executus/base/environment.hpp>

#include "tools/program/program_lookup.hpp"
#include "tools/web/search_engines.hpp"
#include "tools/web/web_access.hpp"

namespace executus::cli {
namespace {

void add(Finding& finding, const std::vector<std::string>& missing) {
  for (const auto& each : missing) finding.problem += (finding.problem.empty() ? "" : "\n    ") + each;
}

}  // namespace

Finding check_web(CommandContext& context) {
  const auto& environment = process_environment();
  const auto& web = context.project().web;
  auto engine = tools::said_of_search_engine(web, environment);
  auto path = "PATH=" + environment.get("PATH").value_or("");
  Finding finding;
  finding.facts = {{"search", engine.empty() ? "none (set SEARXNG_URL or BRAVE_API_KEY)" : engine},
                   {"reads_pdf", tools::find_program("pdftotext", "/", {path}).ok()}};
  add(finding, tools::WebAccess(web, environment).missing());
  if (web.search) add(finding, tools::search_engine_of(web, context.runtime().http(), environment)->missing());
  return finding;
}

}  // namespace executus::cli

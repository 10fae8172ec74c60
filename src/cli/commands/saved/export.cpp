#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/commands/saved/saved_versions.hpp"
#include "cli/output/new_file.hpp"
#include "runtime/builtin_agents.hpp"

namespace executus::cli {
namespace {

struct Exported {
  std::string text;
  boost::json::object about;
};

std::string file_text(const SavedOne& one) {
  if (auto source = source_of(one.definition)) return *source;
  throw failed("saved.no_file", "'" + printable_line(one.name()) + "' (version " + std::to_string(one.record.number) +
                                    ") was saved by a program and has no file; `diff` shows what is kept of it");
}

Exported exported(CommandContext& context, const AgentsExport& options) {
  bool may_be_built_in = options.noun == Noun::agent && !options.version;
  auto found = find_saved(context, kind_of(options.noun), options.agent);
  if (auto text = !found && may_be_built_in ? builtin_agent(options.agent) : std::nullopt)
    return {std::string(*text), {{"name", options.agent}, {"origin", "built-in"}}};
  auto one = saved_of(context, options.noun, options.agent);
  if (options.version) one = numbered(versions_of(context, options.noun, one), *options.version);
  return {file_text(one),
          {{"name", one.name()}, {"origin", "saved"}, {"owner", one.record.owner}, {"version", one.record.number}}};
}

}  // namespace

Exit execute(CommandContext& context, const AgentsExport& options) {
  context.act_for(options.caller);
  auto [text, about] = exported(context, options);
  if (!options.output.empty()) {
    write_new_file(options.output, text);
    about["file"] = options.output;
  }
  about["text"] = text;
  if (context.globals().json)
    context.print_json(about);
  else if (options.output.empty())
    context.print(text);
  else
    context.print(context.globals().quiet ? options.output + "\n" : "wrote " + printable_line(options.output) + "\n");
  return Exit::ok;
}

}  // namespace executus::cli

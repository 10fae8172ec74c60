#include <cerrno>
#include <cstring>

#include <boost/json.hpp>
#include <fcntl.h>

#include "async/file_descriptor.hpp"
#include "async/file_writing.hpp"
#include "base/text.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/commands/saved/saved_versions.hpp"
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

// Nothing that is there is overwritten.
void write_new_file(const std::string& path, const std::string& text) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (file && write_all(file.get(), text)) return;
  throw failed("cli.output", "the file '" + printable_line(path) + "' was not written: " + std::strerror(errno));
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

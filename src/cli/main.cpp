#include <csignal>
#include <string>
#include <variant>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/context/core_dumps.hpp"
#include "cli/drive/show_outcome.hpp"
#include "cli/input/command_line.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

// Even a command line that cannot be read says whether JSON is wanted.
Globals guess_globals(const std::vector<std::string>& arguments) {
  Globals globals;
  for (const auto& argument : arguments) globals.json = globals.json || argument == "--json";
  return globals;
}

// 2: the command could not be begun as asked; 1: something broke on the way.
Exit exit_code(const Error& error) {
  if (error.code() == "cli.closed") return Exit::reader_gone;
  bool broke = error.code() == "internal" || error.code() == "cli.output" || error.code() == "cli.no_output";
  return broke ? Exit::error : Exit::usage;
}

Exit execute_line(CommandLine line) {
  CommandContext context(std::move(line.globals));
  return std::visit([&](const auto& command) { return execute(context, command); }, *line.command);
}

// Help. With --json there is exactly one JSON value on standard output, whatever was asked.
void show_text(const Globals& globals, const std::string& text) {
  write_out(globals.json ? write_json(boost::json::object{{"help", text}}) + "\n" : text);
}

Exit run_program(const std::vector<std::string>& arguments) {
  Globals globals = guess_globals(arguments);
  try {
    auto line = parse_command_line(arguments);
    if (line.command) return execute_line(std::move(line));
    show_text(globals, line.text);
    return Exit::ok;
  } catch (...) {
    Error error = current_error();
    show_error(globals, error);
    return exit_code(error);
  }
}

}  // namespace
}  // namespace executus::cli

int main(int argc, char** argv) {
  executus::cli::keep_standard_files();
  executus::cli::forbid_core_dumps();
  // Writing to a closed pipe or connection is an error that is handled where it happens.
  std::signal(SIGPIPE, SIG_IGN);
  // The parent may have ignored SIGCHLD, and that is inherited: then no child's end could be waited for.
  std::signal(SIGCHLD, SIG_DFL);
  return static_cast<int>(executus::cli::run_program({argv + 1, argv + argc}));
}

// The commands and options as CLI11 reads them. The only file that includes CLI11: it takes seconds to compile.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/input/candidates.hpp"
#include "cli/input/command_line.hpp"
#include "cli/input/value_checks.hpp"

namespace executus::cli {

// Builds the commands into one CLI11 app. The structs they are read into live as long as it.
class Grammar final {
 public:
  Grammar();

  CommandLine parse(const std::vector<std::string>& arguments);
  [[nodiscard]] Candidates candidates(const std::vector<std::string>& typed) const;

 private:
  void add_globals(CLI::App& app);

  // A command that is executed with what is read into `options`.
  template <class Options>
  CLI::App& leaf(CLI::App& parent, const std::string& name, const std::string& what, std::shared_ptr<Options> options,
                 const std::string& examples) {
    auto& app = *parent.add_subcommand(name, what);
    add_globals(app);
    app.footer("Examples:\n" + examples);
    app.callback([this, options] { command_ = *options; });
    return app;
  }
  CLI::App& group(const std::string& name, const std::string& what) {
    auto& app = *app_.add_subcommand(name, what);
    app.require_subcommand(1);
    add_globals(app);
    return app;
  }
  // Given or not: it takes no value.
  static void flag(CLI::App& app, const std::string& name, bool& to, const std::string& what) {
    app.add_flag(name, to, what)->disable_flag_override();
  }
  // An option with a value that is not empty: an empty one is a shell variable that was not set.
  static CLI::Option& text(CLI::App& app, const std::string& name, std::string& to, const std::string& what,
                           const std::string& value) {
    return *app.add_option(name, to, what)->type_name(value)->option_text(value)->check(not_empty);
  }
  // One that may be given several times, each with one value.
  static void texts(CLI::App& app, const std::string& name, std::vector<std::string>& to, const std::string& what,
                    const std::string& value) {
    auto* option = app.add_option(name, to, what)->type_name(value)->option_text(value)->check(not_empty);
    option->expected(1)->take_all()->allow_extra_args(false);
  }
  // A whole number that is not negative.
  template <class Number>
  static CLI::Option& count(CLI::App& app, const std::string& name, Number& to, const std::string& what,
                            const std::string& value) {
    return *app.add_option(name, to, what)->type_name(value)->option_text(value)->check(digits_only);
  }
  template <class Number>
  static void count_from_one(CLI::App& app, const std::string& name, Number& to, const std::string& what,
                             const std::string& value) {
    app.add_option(name, to, what)->type_name(value)->option_text(value)->check(from_one);
  }
  // An option that is text, and known to be given or not.
  static CLI::Option* optional_text(CLI::App& app, const std::string& name, std::optional<std::string>& to,
                                    const std::string& what) {
    return app.add_option_function<std::string>(name, [&to](const std::string& text) { to = text; }, what);
  }
  static void run_argument(CLI::App& app, std::string& run) {
    app.add_option("RUN", run, "A run id, a unique beginning of one, or @last")->required()->type_name("");
  }

  static void add_cassette(CLI::App& app, Cassette& cassette);

  void add_init();
  void add_run();
  void add_chat();
  void add_recover();
  void add_worker();
  void add_runs();
  void add_runs_reading(CLI::App& runs);
  void add_runs_changing(CLI::App& runs);
  void add_models(CLI::App& models);
  void add_runs_answering(CLI::App& runs);
  void add_runs_reopening(CLI::App& runs);
  void add_runs_fork(CLI::App& runs);
  void add_runs_erasing(CLI::App& runs);
  void add_agents();
  void add_definitions(CLI::App& definitions, Noun noun, const std::string& what);
  void add_saved(CLI::App& definitions, Noun noun, const std::string& what);
  static void caller(CLI::App& app, std::string& to, const std::string& what) {
    text(app, "--caller", to, what, "NAME");
  }
  void add_schedule();
  void add_schedule_change(CLI::App& app, std::string& name, std::string& whose);
  void add_budget();
  void add_audit();
  void add_schedule_next(CLI::App& schedule);
  void add_queue();
  void add_packs();
  void add_mcp();
  void add_lists();
  void add_completion();

  void check_words(const std::vector<std::string>& arguments);
  [[nodiscard]] std::string explain(const CLI::ParseError& error, const std::vector<std::string>& arguments) const;
  [[nodiscard]] std::vector<const CLI::App*> path() const;  // from the root to the command that was asked for
  [[nodiscard]] std::string command_name() const;           // "executus runs show"

  CLI::App app_;
  Globals globals_;
  bool version_ = false;
  std::optional<Command> command_;
};

}  // namespace executus::cli

#include <cstdio>
#include <filesystem>
#include <functional>
#include <vector>

#include <boost/json.hpp>
#include <stdlib.h>

#include <executus/store/sqlite.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/project/benchmark.hpp"
#include "cli/commands/project/idle_worker.hpp"

namespace executus::cli {
namespace {

constexpr double kLeastSeconds = 0.1;  // a step takes less, so that there is one to count
constexpr double kMostSeconds = 3'600;
constexpr int kSleepingRuns = 1'000;  // in the store of the idle worker

// A directory of its own for the databases that are measured, removed afterwards. On the disk that counts: --dir.
class ScratchDirectory final {
 public:
  explicit ScratchDirectory(const std::string& where) : path_(where + "/executus-bench.XXXXXX") {
    if (!::mkdtemp(path_.data()))
      throw failed("bench.directory", "no directory can be made in " + where + "; name another one with --dir");
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  [[nodiscard]] std::string database(const std::string& name) const { return path_ + "/" + name + ".db"; }
  [[nodiscard]] std::unique_ptr<journal::JournalStore> open_store(const std::string& name) const {
    sqlite::Options options;
    options.path = database(name);
    return sqlite::open_store(std::move(options));
  }

 private:
  std::string path_;
};

std::string line_of(const StepFigures& figures) {
  char line[160];
  std::snprintf(line, sizeof line, "%15d %10.0f %28.4f\n", figures.concurrency, figures.steps_per_second,
                figures.cpu_seconds_per_1000_steps);
  return line;
}

boost::json::object figures_json(const StepFigures& figures) {
  return {{"concurrency", figures.concurrency},
          {"runs", figures.runs},
          {"steps_per_s", figures.steps_per_second},
          {"cpu_s_per_1k_steps", figures.cpu_seconds_per_1000_steps}};
}

std::string bench_head(const Bench& options) {
  return "SQLite, strict (fsync before anything is acknowledged), in " + options.directory +
         "; 20-step runs, scripted model, 1 KiB tool results\n\n" +
         "concurrent runs    steps/s    CPU s per 1,000 steps\n";
}

std::string bench_foot(const Bench& options, double kib, double idle_percent) {
  char lines[200];
  std::snprintf(lines, sizeof lines,
                "\n%d runs that wait for a model: %.1f KiB resident each\n"
                "a worker with nothing to do, %d runs asleep: %.3f %% of a core\n",
                options.waiting_runs, kib, kSleepingRuns, idle_percent);
  return lines;
}

double measure_waiting(ScratchDirectory& scratch, const Bench& options) {
  auto store = scratch.open_store("waiting");
  return measure_waiting_run_kib(*store, options.waiting_runs);
}

// Tells of each measurement when it is done.
std::vector<StepFigures> measure_all_steps(ScratchDirectory& scratch, double seconds,
                                           const std::function<void(const StepFigures&)>& tell) {
  std::vector<StepFigures> all;
  for (int concurrency : {1, 16, 256}) {
    auto store = scratch.open_store("steps-" + std::to_string(concurrency));
    tell(all.emplace_back(measure_steps(*store, concurrency, seconds)));
  }
  return all;
}

void print_figures(CommandContext& context, const Bench& options, const std::vector<StepFigures>& all, double kib,
                   double idle_percent) {
  boost::json::array steps;
  for (const auto& figures : all) steps.push_back(figures_json(figures));
  context.print_json(boost::json::object{{"store", "sqlite"},
                                         {"durability", "strict"},
                                         {"steps", std::move(steps)},
                                         {"waiting_runs", options.waiting_runs},
                                         {"kib_per_waiting_run", kib},
                                         {"sleeping_runs", kSleepingRuns},
                                         {"idle_worker_cpu_percent", idle_percent}});
}

}  // namespace

// Memory first: what the other measurements leave in the heap would hide some of it.
Exit execute(CommandContext& context, const Bench& options) {
  if (!(options.seconds >= kLeastSeconds && options.seconds <= kMostSeconds))
    throw failed("cli.usage", "--seconds has to be from 0.1 to 3600: how long to measure each number of runs");
  ScratchDirectory scratch(options.directory);
  const bool json = context.globals().json;
  double kib = measure_waiting(scratch, options);
  if (!json) context.print(bench_head(options));
  auto all = measure_all_steps(scratch, options.seconds, [&](const StepFigures& figures) {
    if (!json) context.print(line_of(figures));
  });
  double idle = measure_idle_worker_percent(scratch.database("idle"), kSleepingRuns, options.seconds);
  if (json)
    print_figures(context, options, all, kib, idle);
  else
    context.print(bench_foot(options, kib, idle));
  return Exit::ok;
}

}  // namespace executus::cli

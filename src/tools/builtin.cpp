#include "tools/builtin.hpp"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string_view>
#include <utility>

#include <boost/describe/class.hpp>

#include <executus/tool/ask_user.hpp>
#include <executus/tool/typed_tool.hpp>

#include "tools/calculate/calculate_tool.hpp"
#include "tools/edits/edit_tools.hpp"
#include "tools/files/file_tools.hpp"
#include "tools/meta/meta_tools.hpp"
#include "tools/shared/stop_at_exit.hpp"
#include "tools/waiting_tools.hpp"

namespace executus::tools {
namespace {

using tool::Effect;

struct ThinkArgs {
  std::string thought;
};
BOOST_DESCRIBE_STRUCT(ThinkArgs, (), (thought))

struct NowArgs {};
BOOST_DESCRIBE_STRUCT(NowArgs, (), ())

template <class Args, class Answer = std::string>
using FileFunction = Answer (*)(const Args&, const std::string& root, std::stop_token);

// The note comes first: a file that is changed in between is then one that the run has not seen.
tool::Outcome read_noted_file(const ReadFileArgs& args, const std::string& root, std::stop_token stop) {
  auto seen = look_at_file(args.path, root);
  auto page = read_file(args, root, std::move(stop));
  tool::Done done{std::move(page.text)};
  if (seen) done.notes[note_of(seen->absolute)] = seen->digest;
  if (seen && page.part == FilePage::Part::whole) done.notes[whole_note_of(seen->absolute)] = seen->digest;
  return done;
}

// What the run was given is not edited.
tool::Outcome read_given_file(const ReadFileArgs& args, const std::string& root, std::stop_token stop) {
  return tool::Done{read_file(args, root, std::move(stop)).text};
}

// On the pool, with its own copies of arguments and root. When the wait is cancelled, the work is told to stop.
template <class Args, class Answer>
Task<Answer> run_on_pool(BlockingPool& pool, Milliseconds timeout, FileFunction<Args, Answer> function, Args args,
                         tool::Call call) {
  StopAtExit waiting;
  auto work = [function, args = std::move(args), root = std::move(call.root), stop = waiting.source.get_token()] {
    return function(args, root, stop);
  };
  co_return co_await pool.run_within(timeout, std::move(work), std::move(call.permit));
}

tool::ToolInfo file_info(std::string name, std::string description) {
  tool::ToolInfo info;
  info.spec.name = std::move(name);
  info.spec.description = std::move(description);
  info.effect = Effect::pure;
  info.categories = {"files"};
  info.begins = tool::Begins::in_turn;
  return info;
}

template <class Args, class Answer>
std::shared_ptr<tool::Tool> file_tool(std::string name, std::string description, BlockingPool& pool,
                                      FileFunction<Args, Answer> function) {
  auto info = file_info(std::move(name), std::move(description));
  auto run = [&pool, timeout = info.timeout, function](Args args, tool::Call call) {
    return run_on_pool<Args, Answer>(pool, timeout, function, std::move(args), std::move(call));
  };
  return make_tool<Args>(std::move(info), std::move(run));
}

constexpr std::string_view kGiven = "run:";

// "run:NAME" is NAME in the folder of files that the run was given.
void to_given_file(ReadFileArgs& args, tool::Call& call, const RunFolder& files_of) {
  std::string folder = files_of ? files_of(call.run) : "";
  if (std::error_code ignored; !std::filesystem::is_directory(folder, ignored))
    throw failed("tool.path", "'" + args.path + "' does not exist: this run was given no files");
  args.path.erase(0, kGiven.size());
  call.root = std::move(folder);
}

std::shared_ptr<tool::Tool> read_file_tool(BlockingPool& pool, RunFolder files_of) {
  auto info = file_info("read_file", "Show lines of a text file, numbered.");
  auto run = [&pool, timeout = info.timeout, files_of = std::move(files_of)](ReadFileArgs args, tool::Call call) {
    bool given = args.path.starts_with(kGiven);
    if (given) to_given_file(args, call, files_of);
    auto function = given ? &read_given_file : &read_noted_file;
    return run_on_pool<ReadFileArgs, tool::Outcome>(pool, timeout, function, std::move(args), std::move(call));
  };
  return make_tool<ReadFileArgs>(std::move(info), std::move(run));
}

}  // namespace

std::vector<std::shared_ptr<tool::Tool>> builtin_tools(BlockingPool& pool, const Clock& clock, RunFolder files_of,
                                                       const std::string& state, CurrentTime current_time) {
  std::string about_now = current_time ? "The current date and time." : "The current date and time in UTC.";
  auto think = [](ThinkArgs) { return std::string("ok"); };
  auto now = [&clock, current_time = std::move(current_time)](NowArgs, const tool::Call& call) {
    return current_time ? current_time(call) : rfc3339(clock.wall());
  };
  std::vector<std::shared_ptr<tool::Tool>> tools{
      make_tool<ThinkArgs>({.name = "think",
                            .description = "Write down a thought before the next step. Has no effect.",
                            .effect = Effect::pure,
                            .categories = {"reasoning"}},
                           think),
      make_tool<NowArgs>({.name = "now", .description = about_now, .effect = Effect::pure, .categories = {"time"}},
                         now),
      read_file_tool(pool, std::move(files_of)),
      file_tool<ListDirArgs>("list_dir", "List a directory.", pool, &list_dir),
      file_tool<GrepArgs>("grep", "Find lines that match a regular expression, as file:line.", pool, &grep),
      file_tool<FindFilesArgs>("find_files", "Find files by name.", pool, &find_files),
      calculate_tool(),
      sleep_tool(),
      wait_for_signal_tool(),
      tool::make_ask_user(),
  };
  for (auto& tool : edit_tools(pool, state)) tools.push_back(std::move(tool));
  for (auto& meta : meta_tools()) tools.push_back(std::move(meta));
  return tools;
}

}  // namespace executus::tools

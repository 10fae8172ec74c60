#include "tools/builtin.hpp"

#include <utility>

#include <boost/describe/class.hpp>

#include <executus/tool/typed_tool.hpp>

#include "tools/file_tools.hpp"

namespace executus::tools {
namespace {

using tool::Effect;

struct ThinkArgs {
  std::string thought;
};
BOOST_DESCRIBE_STRUCT(ThinkArgs, (), (thought))

struct NowArgs {};
BOOST_DESCRIBE_STRUCT(NowArgs, (), ())

// A tool whose function blocks: it runs on the pool, with its own copies of arguments and root.
template <class Args>
std::shared_ptr<tool::Tool> file_tool(std::string name, std::string description, BlockingPool& pool,
                                      std::string (*function)(const Args&, const std::string&)) {
  auto run = [&pool, function](Args args, tool::Call call) {
    auto work = [function, args = std::move(args), root = std::move(call.root)] { return function(args, root); };
    return pool.run(std::move(work));
  };
  return make_tool<Args>(std::move(name), std::move(description), Effect::pure, std::move(run));
}

}  // namespace

std::vector<std::shared_ptr<tool::Tool>> builtin_tools(BlockingPool& pool, const Clock& clock) {
  auto think = [](ThinkArgs) { return std::string("ok"); };
  auto now = [&clock](NowArgs) { return rfc3339(clock.wall()); };
  return {
      make_tool<ThinkArgs>("think", "Write down a thought before the next step. Has no effect.", Effect::pure, think),
      make_tool<NowArgs>("now", "The current date and time in UTC.", Effect::pure, now),
      file_tool<ReadFileArgs>("read_file", "Show lines of a text file, numbered.", pool, &read_file),
      file_tool<ListDirArgs>("list_dir", "List a directory.", pool, &list_dir),
      file_tool<GrepArgs>("grep", "Find lines that match a regular expression, as file:line.", pool, &grep),
      file_tool<FindFilesArgs>("find_files", "Find files by name.", pool, &find_files),
  };
}

}  // namespace executus::tools

#include "storage/tools/wired_file_tools.hpp"

#include <utility>

#include <boost/describe/class.hpp>
#include <boost/json.hpp>

#include <executus/tool/typed_tool.hpp>

#include "base/text.hpp"
#include "storage/tools/call_scope.hpp"
#include "storage/tools/file_reach.hpp"

namespace executus::storage {
namespace {

namespace json = boost::json;
using tool::Call;

constexpr std::size_t kMostHits = 20;
constexpr std::int64_t kHour = 3'600, kWeek = 7 * 24 * kHour;  // seconds

struct FileSearchArgs {
  std::string query;
  std::optional<std::string> scope;
  std::optional<std::string> run;
};
BOOST_DESCRIBE_STRUCT(FileSearchArgs, (), (query, scope, run))

struct FileUrlArgs {
  std::string file_id;
  std::optional<std::int64_t> seconds;
};
BOOST_DESCRIBE_STRUCT(FileUrlArgs, (), (file_id, seconds))

// An index may know files that are gone, or that this run may not read.
Task<json::object> search(FileToolParts parts, Asker asker, Scope scope, std::string query) {
  co_await require_readable(parts, asker, scope);
  auto hits = co_await parts.searcher->search(std::move(scope), std::move(query), kMostHits);
  json::array files;
  for (auto& hit : hits) {
    auto info = co_await find_readable(parts, asker, std::move(hit.file_id));
    if (!info || files.size() == kMostHits) continue;
    auto file = json_of(*info);
    file["excerpt"] = as_utf8(hit.excerpt);
    files.push_back(std::move(file));
  }
  co_return json::object{{"files", std::move(files)}};
}

Task<json::object> url_of(FileToolParts parts, Asker asker, FileUrlArgs args) {
  TaskContext context = co_await this_task();
  auto seconds = args.seconds.value_or(kHour);
  if (seconds < 1 || seconds > kWeek)
    throw failed("storage.seconds", "`seconds` has to lie between 1 and " + std::to_string(kWeek) + " (a week)");
  auto info = co_await readable(parts, std::move(asker), std::move(args.file_id));
  auto until = later(context.strand->loop().clock().wall(), std::chrono::seconds(seconds));
  auto made = co_await parts.minter->mint(std::move(info), until);
  co_return json::object{{"url", std::move(made.url)}, {"until", rfc3339(made.until)}};
}

}  // namespace

std::shared_ptr<tool::Tool> file_search_tool(FileToolParts parts) {
  return make_tool<FileSearchArgs>(
      {.name = "file_search",
       .description = "Find files by their content: those of a `scope` (run, the default, agent or caller), or of a "
                      "`run` below this one. The best 20, with an excerpt each.",
       .effect = tool::Effect::pure},
      [parts](FileSearchArgs args, const Call& call) {
        auto scope = scope_of_files(args.scope, args.run, call);
        return search(parts, asker_of(call), std::move(scope), std::move(args.query));
      });
}

std::shared_ptr<tool::Tool> file_url_tool(FileToolParts parts) {
  return make_tool<FileUrlArgs>(
      {.name = "create_file_url",
       .description = "An address under which a file can be fetched without a login, for `seconds` (default: an "
                      "hour). Whoever has it reads the file.",
       .effect = tool::Effect::idempotent},
      [parts](FileUrlArgs args, const Call& call) { return url_of(parts, asker_of(call), std::move(args)); });
}

}  // namespace executus::storage

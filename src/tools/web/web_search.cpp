#include "tools/web/web_search.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>

#include <executus/tool/typed_tool.hpp>

#include "tool/chosen_by_name.hpp"
#include "tools/web/search_results.hpp"

namespace executus::tools {
namespace {

constexpr int kMostResults = 20;
constexpr int kUsualResults = 8;

struct WebSearchArgs {
  std::string query;
  std::optional<int> count;
};
BOOST_DESCRIBE_STRUCT(WebSearchArgs, (), (query, count))

std::string_view describe_field(std::type_identity<WebSearchArgs>, std::string_view field) {
  return field == "query" ? "What to search for." : "How many results; 8 when left out, 20 at most.";
}

class WebSearch final : public tool::Tool {
 public:
  explicit WebSearch(std::shared_ptr<SearchEngine> engine) : engine_(std::move(engine)) {
    info_.spec = {"web_search", "Search the web: titles, addresses and excerpts of pages.",
                  json_schema_of<WebSearchArgs>()};
    info_.effect = tool::Effect::pure;
    info_.kind = tool::kOpenWebKind;
    info_.categories = {"web"};
  }
  const tool::ToolInfo& info() const override { return info_; }
  std::vector<std::string> missing() const override { return engine_->missing(); }

  Task<tool::Outcome> call(tool::Call call) override {
    auto args = from_json<WebSearchArgs>(call.arguments).value();
    int count = std::clamp(args.count.value_or(kUsualResults), 1, kMostResults);
    auto results = co_await engine_->search(std::move(args.query), count);
    co_return tool::Done{listed_results(results, static_cast<std::size_t>(count))};
  }

 private:
  tool::ToolInfo info_;
  const std::shared_ptr<SearchEngine> engine_;
};

}  // namespace

std::shared_ptr<tool::Tool> web_search_tool(std::shared_ptr<SearchEngine> engine) {
  return std::make_shared<WebSearch>(std::move(engine));
}

}  // namespace executus::tools

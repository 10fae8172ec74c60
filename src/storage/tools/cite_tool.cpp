#include <optional>
#include <string>
#include <utility>

#include <boost/describe/class.hpp>
#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/storage/tools.hpp>
#include <executus/tool/typed_tool.hpp>

#include "base/text.hpp"

namespace executus::storage {
namespace {

namespace json = boost::json;
using tool::Call;

constexpr std::size_t kLongestSource = 2'000;  // bytes

struct CiteArgs {
  std::string source;
  std::optional<std::string> title;
};
BOOST_DESCRIBE_STRUCT(CiteArgs, (), (source, title))

json::object numbered(std::size_t number) { return {{"number", number}}; }

// The sources of a run, in the order of their numbers.
json::array sources_in(const std::optional<std::string>& kept) {
  if (!kept) return {};
  auto value = parse_json(*kept);
  if (value.ok() && value->is_array()) return std::move(value->get_array());
  throw failed("storage.citations", "the value '" + std::string(kCitationsKey) +
                                        "' of this run is no list of sources: something else was kept under that key; "
                                        "delete it with kv_delete, scope run");
}

std::optional<std::size_t> number_of(const json::array& sources, const std::string& source) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto* entry = sources[i].if_object();
    const auto* known = entry ? entry->if_contains("source") : nullptr;
    if (known && *known == json::value(source)) return i + 1;
  }
  return std::nullopt;
}

// A source that is there keeps its number: the call may be repeated.
Task<json::object> cite(KvStore& values, QuotaProvider* quotas, Scope scope, CiteArgs args) {
  auto kept = co_await values.get(scope, std::string(kCitationsKey));
  auto sources = sources_in(kept);
  if (auto number = number_of(sources, args.source)) co_return numbered(*number);
  json::object entry{{"source", args.source}};
  if (args.title) entry["title"] = *args.title;
  sources.push_back(std::move(entry));
  auto quota = kValueQuota;
  if (quotas) quota = co_await quotas->for_values(scope);
  auto number = sources.size();
  co_await values.set(std::move(scope), std::string(kCitationsKey), write_json(sources), quota);
  co_return numbered(number);
}

Task<json::object> not_kept() {
  co_return json::object{{"number", nullptr}, {"note", "citations are not kept here; name the source in the text"}};
}

Task<json::object> cite_in(const KvToolParts& parts, CiteArgs args, const Call& call) {
  if (!parts.values) return not_kept();
  args.source = std::string(trim(args.source));
  if (args.source.empty() || args.source.size() > kLongestSource)
    throw failed("storage.citations", "`source` is a text of 1 to 2000 bytes, such as a URL");
  return cite(parts.values(), parts.quotas, Scope::of_run(call.run), std::move(args));
}

}  // namespace

std::shared_ptr<tool::Tool> cite_tool(KvToolParts parts) {
  return make_tool<CiteArgs>(
      {.name = "cite",
       .description = "Record a `source` that your answer relies on, such as a URL. The result "
                      "has its number, for a mark such as [1] in the text.",
       .effect = tool::Effect::idempotent,
       .categories = {"citation"}},
      [parts = std::move(parts)](CiteArgs args, const Call& call) { return cite_in(parts, std::move(args), call); });
}

}  // namespace executus::storage

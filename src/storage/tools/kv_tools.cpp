#include <cstdint>
#include <utility>

#include <boost/describe/class.hpp>
#include <boost/json.hpp>

#include <executus/storage/tools.hpp>
#include <executus/tool/typed_tool.hpp>

#include "base/text.hpp"
#include "storage/tools/call_scope.hpp"

namespace executus::storage {
namespace {

namespace json = boost::json;
using tool::Call;

constexpr std::size_t kKeysAtOnce = 100;

struct KvKeyArgs {
  std::string key;
  std::optional<std::string> scope;
};
BOOST_DESCRIBE_STRUCT(KvKeyArgs, (), (key, scope))

struct KvSetArgs {
  std::string key;
  std::string value;
  std::optional<std::string> scope;
};
BOOST_DESCRIBE_STRUCT(KvSetArgs, (), (key, value, scope))

struct KvListArgs {
  std::optional<std::string> prefix;
  std::optional<std::string> after;
  std::optional<std::string> scope;
};
BOOST_DESCRIBE_STRUCT(KvListArgs, (), (prefix, after, scope))

Task<json::object> get(KvStore& values, Scope scope, std::string key) {
  auto value = co_await values.get(std::move(scope), std::move(key));
  co_return json::object{{"value", value ? json::value(as_utf8(std::move(*value))) : json::value(nullptr)}};
}

Task<json::object> set(KvStore& values, QuotaProvider* quotas, Scope scope, KvSetArgs args) {
  auto quota = kValueQuota;
  if (quotas) quota = co_await quotas->for_values(scope);
  auto bytes = args.value.size();
  co_await values.set(std::move(scope), std::move(args.key), std::move(args.value), quota);
  co_return json::object{{"stored_bytes", bytes}};
}

Task<json::object> list(KvStore& values, Scope scope, KvListArgs args) {
  KvPage page{args.prefix.value_or(""), args.after.value_or(""), kKeysAtOnce + 1};
  auto found = co_await values.list(std::move(scope), std::move(page));
  bool is_cut = found.size() > kKeysAtOnce;
  if (is_cut) found.pop_back();
  json::array keys;
  for (const auto& entry : found)
    keys.push_back(json::object{{"key", entry.key}, {"bytes", entry.bytes}, {"updated", rfc3339(entry.updated)}});
  co_return json::object{{"keys", std::move(keys)}, {"more", is_cut}};
}

Task<json::object> remove(KvStore& values, Scope scope, std::string key) {
  bool was_there = co_await values.remove(std::move(scope), std::move(key));
  co_return json::object{{"deleted", was_there}};
}

}  // namespace

std::vector<std::shared_ptr<tool::Tool>> kv_tools(KvToolParts parts) {
  auto of = [](const auto& args, const Call& call) { return scope_of(args.scope, "agent", call); };
  return {
      make_tool<KvKeyArgs>({.name = "kv_get",
                            .description = "The value that was kept under `key`, null when there is none. `scope`: "
                                           "agent (default), run or caller.",
                            .effect = tool::Effect::pure,
                            .categories = {"storage"}},
                           [parts, of](KvKeyArgs args, const Call& call) {
                             return get(parts.values(), of(args, call), std::move(args.key));
                           }),
      make_tool<KvSetArgs>({.name = "kv_set",
                            .description = "Keep the text `value` under `key`, in place of what is there.",
                            .effect = tool::Effect::idempotent,
                            .categories = {"storage"}},
                           [parts, of](KvSetArgs args, const Call& call) {
                             auto scope = of(args, call);
                             return set(parts.values(), parts.quotas, std::move(scope), std::move(args));
                           }),
      make_tool<KvListArgs>({.name = "kv_list",
                             .description = "The keys that begin with `prefix`, 100 at a time; `after`: the last key "
                                            "that was seen.",
                             .effect = tool::Effect::pure,
                             .categories = {"storage"}},
                            [parts, of](KvListArgs args, const Call& call) {
                              auto scope = of(args, call);
                              return list(parts.values(), std::move(scope), std::move(args));
                            }),
      make_tool<KvKeyArgs>({.name = "kv_delete",
                            .description = "Delete what is kept under `key`.",
                            .effect = tool::Effect::idempotent,
                            .categories = {"storage"}},
                           [parts, of](KvKeyArgs args, const Call& call) {
                             return remove(parts.values(), of(args, call), std::move(args.key));
                           }),
  };
}

}  // namespace executus::storage

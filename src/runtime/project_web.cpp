#include "runtime/project_web.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/variable_references.hpp"
#include "net/client/request_check.hpp"
#include "tools/http/http_rules.hpp"
#include "tools/web/web_access.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;
using tools::SearchServer;
using tools::WebOptions;

constexpr const char* kNoOrigin = " is no origin; write scheme://host or scheme://host:port, without a path";

void check_reference(Fields& fields, std::string_view key, std::string_view text) {
  if (auto malformed = malformed_reference(text)) fields.error(key, malformed->message());
}

// Keys stand in the environment, or in a file of their own.
void read_key(Fields& fields, const fs::path& folder, SearchServer& server) {
  server.key = fields.string("key").value_or("");
  if (auto file = fields.string("key_file")) server.key_file = (folder / *file).lexically_normal().string();
  if (server.key.empty() == server.key_file.empty())
    fields.error("", "'search' of engine 'brave' has one of 'key' and 'key_file'");
  if (!server.key.empty() && (variable_references(server.key).size() != 1 || malformed_reference(server.key)))
    fields.error("key", "'key' has to be a variable, such as ${BRAVE_API_KEY}");
}

SearchServer read_search(Fields& fields, const fs::path& folder) {
  SearchServer server;
  using Api = SearchServer::Api;
  auto engine = fields.choice<Api>("engine", {{"searxng", Api::searxng}, {"brave", Api::brave}});
  if (!engine && !fields.has("engine")) fields.missing("engine");
  server.api = engine.value_or(Api::searxng);
  server.url = fields.string("url").value_or("");
  check_reference(fields, "url", server.url);
  if (!server.url.empty() && server.url.find("${") == std::string::npos)
    if (auto wrong = net::url_fault(server.url)) fields.error("url", "'url': " + *wrong);
  if (server.api == Api::brave) read_key(fields, folder, server);
  if (engine == Api::searxng && server.url.empty()) fields.missing("url");
  return server;
}

void check_header(Fields& headers, const std::string& origin, const std::string& name, const std::string& value) {
  auto wrong = tools::header_problem(name, value, "GET");
  if (!wrong)
    if (auto malformed = malformed_reference(value)) wrong = malformed->message();
  if (wrong) headers.error(origin, name, *wrong);
}

void read_headers(Fields& headers, const boost::json::value& all, WebOptions& options) {
  for (const auto& each : all.get_object()) {
    std::string origin = each.key();
    auto named = headers.string_map(origin).value_or(std::map<std::string, std::string>{});
    for (const auto& [name, value] : named) check_header(headers, origin, name, value);
    if (tools::configured_origin(origin).empty()) headers.error(origin, "'" + origin + "'" + kNoOrigin);
    options.headers.emplace(std::move(origin), std::move(named));
  }
}

}  // namespace

WebOptions read_web(Fields& web, const fs::path& folder) {
  WebOptions options;
  web.object("search", [&](Fields& search) { options.search = read_search(search, folder); });
  web.object("headers", [&](Fields& headers) { read_headers(headers, *web.raw("headers"), options); });
  options.private_origins = web.strings("private").value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < options.private_origins.size(); ++i)
    if (const auto& origin = options.private_origins[i]; tools::configured_origin(origin).empty())
      web.error("private", i, "'" + origin + "'" + kNoOrigin);
  using Robots = WebOptions::Robots;
  options.robots = web.choice<Robots>("robots", {{"ignored", Robots::ignored}, {"respected", Robots::respected}})
                       .value_or(Robots::ignored);
  return options;
}

}  // namespace executus

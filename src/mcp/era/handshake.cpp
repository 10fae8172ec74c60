#include "mcp/era/handshake.hpp"

#include <utility>
#include <vector>

#include "base/text.hpp"
#include "mcp/wire/codes.hpp"
#include "mcp/wire/fields.hpp"
#include "mcp/wire/request_meta.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;
using Next = Handshake::Next;

constexpr std::size_t kQuoted = 500;  // characters of what a server says

RpcId probe_id(int number) { return "executus-probe-" + std::to_string(number); }
RpcId initialize_id(int number) { return "executus-initialize-" + std::to_string(number); }

std::string as_said(std::string_view text) { return "'" + std::string(clip(trim(text), kQuoted)) + "'"; }

std::vector<std::string> texts(const json::array& array) {
  std::vector<std::string> texts;
  for (const auto& one : array)
    if (const auto* text = one.if_string()) texts.emplace_back(*text);
  return texts;
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

Error no_common_version(const std::vector<std::string>& theirs) {
  return failed("mcp.version", "it speaks MCP " + as_said(listed(theirs)) +
                                   ", none of which this version of executus does; use another version of the server");
}

Opened opened_from(const json::object& result, Version version) {
  const auto* capabilities = object_in(result, "capabilities");
  Opened opened{version, capabilities ? *capabilities : json::object(), {}, {}, {}, text_or(result, "instructions")};
  const auto* info = object_in(result, "serverInfo");
  if (const auto* meta = object_in(result, "_meta"); meta && !info)
    info = object_in(*meta, std::string(kMetaPrefix) + "serverInfo");
  if (!info) return opened;
  opened.name = text_or(*info, "name"), opened.title = text_or(*info, "title");
  opened.server_version = text_or(*info, "version");
  return opened;
}

// Of HTTP, whatever was asked. Nothing: the status says nothing of that kind.
std::optional<Error> refusal(int status, std::string_view body, std::string_view challenge) {
  auto said = body.empty() ? std::string() : ": " + as_said(body);
  auto with_status = "it answered with HTTP status " + std::to_string(status) + said;
  if (status == 401) return failed("mcp.login", "it needs a login (HTTP status 401)");
  if (status == 403 && challenge.find("insufficient_scope") != challenge.npos)
    return failed("mcp.login", "the login is not enough for it (HTTP status 403, insufficient_scope)");
  if (status == 403) return failed("mcp.forbidden", with_status);
  if (status >= 500) return Error(ErrorKind::disconnected, "mcp.unreachable", with_status);
  return std::nullopt;
}

// The error that a body of HTTP is.
std::optional<Response> error_in(std::string_view body) {
  auto read = read_messages(body);
  if (!read || read->messages.size() != 1) return std::nullopt;
  const auto* response = std::get_if<Response>(&read->messages.front());
  return response && response->error() ? std::optional(*response) : std::nullopt;
}

}  // namespace

Next Handshake::begin() {
  if (setup_.hint && !is_modern(*setup_.hint)) return initialize();
  return probe();
}

Next Handshake::probe() {
  stage_ = Stage::probing;
  auto params = with_meta({}, {kNewestModern, setup_.ours, {}, {}});
  return Send{{probe_id(++probes_), "server/discover", std::move(params)}, setup_.probe_time};
}

Next Handshake::initialize() {
  stage_ = Stage::initializing;
  json::object params{{"protocolVersion", to_string(kNewestLegacy)},
                      {"capabilities", to_json(setup_.ours, kNewestLegacy)},
                      {"clientInfo", client_info()}};
  return Send{{initialize_id(++initializes_), "initialize", std::move(params)}, setup_.startup_time};
}

Next Handshake::answered(const Response& response) {
  const bool to_probe = response.id ? *response.id == probe_id(probes_) : stage_ == Stage::probing;
  if (to_probe && stage_ == Stage::probing) return read_probe(response);
  if (to_probe) {  // late: the server is slow, but it may be modern
    const auto* result = response.result();
    const auto* versions = result ? array_in(*result, "supportedVersions") : nullptr;
    auto common = versions ? newest_common(texts(*versions)) : std::nullopt;
    return common && is_modern(*common) ? Next(opened_from(*result, *common)) : Next(Wait());
  }
  if (response.id && *response.id != initialize_id(initializes_)) return Wait();
  return read_initialize(response);
}

Next Handshake::read_probe(const Response& response) {
  if (const auto* result = response.result()) {
    const auto* versions = array_in(*result, "supportedVersions");
    return versions ? choose(*result, *versions) : initialize();
  }
  const auto& error = *response.error();
  if (error.code == kUnsupportedVersion) return unsupported(error);
  // Codes that only modern servers know.
  const bool modern = error.code == kHeaderMismatch || error.code == kMissingCapability;
  return modern && probes_ < 2 ? probe() : initialize();
}

Next Handshake::choose(const json::object& discovered, const json::array& versions) {
  auto theirs = texts(versions);
  auto common = newest_common(theirs);
  if (!common) return theirs.empty() ? initialize() : Next(no_common_version(theirs));
  return is_modern(*common) ? Next(opened_from(discovered, *common)) : initialize();
}

Next Handshake::unsupported(const RpcError& error) {
  const auto* data = error.data.if_object();
  const auto* supported = data ? array_in(*data, "supported") : nullptr;
  auto theirs = supported ? texts(*supported) : std::vector<std::string>();
  if (theirs.empty()) return initialize();
  auto common = newest_common(theirs);
  if (!common) return no_common_version(theirs);
  if (!is_modern(*common)) return initialize();
  if (probes_ < 2) return probe();
  return failed("mcp.version", "it refuses MCP " + std::string(to_string(*common)) + ", which it says it speaks");
}

Next Handshake::read_initialize(const Response& response) {
  if (const auto* error = response.error())
    return no_initialize(failed(
        "mcp.refused", "it refused initialize: " + as_said(error->message) + " (" + std::to_string(error->code) + ")"));
  const auto& result = *response.result();
  auto name = text_or(result, "protocolVersion");
  if (auto version = parse_version(name)) return opened_from(result, *version);
  if (name.empty()) return no_initialize(failed("mcp.refused", "its answer to initialize names no version of MCP"));
  return no_common_version({name});
}

// What was a server without the probe the last time may have become a modern one.
Next Handshake::no_initialize(Error why) {
  const bool unasked = setup_.hint && probes_ == 0;
  return unasked ? probe() : Next(std::move(why));
}

Next Handshake::refused(int status, std::string_view body, std::string_view challenge) {
  auto told = status == 401 || status == 403 ? std::nullopt : error_in(body);
  if (told) {
    told->id.reset();  // it can only be about what was sent
    return stage_ == Stage::probing ? read_probe(*told) : read_initialize(*told);
  }
  if (auto error = refusal(status, body, challenge)) return std::move(*error);
  if (stage_ == Stage::probing) return initialize();
  return no_initialize(failed("mcp.refused", "it answered initialize with HTTP status " + std::to_string(status) +
                                                 (body.empty() ? "" : ": " + as_said(body)) +
                                                 "; is this the address of an MCP server (streamable HTTP)?"));
}

Next Handshake::silence() {
  if (stage_ == Stage::probing) {
    silent_ = true;
    return initialize();
  }
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(setup_.startup_time).count();
  return Error(ErrorKind::disconnected, "mcp.unreachable",
               "it did not answer within " + std::to_string(seconds) + " seconds");
}

Next Handshake::closed(std::string_view why) {
  const bool of_the_probe = stage_ == Stage::probing || silent_;
  if (of_the_probe && !std::exchange(restarted_, true)) return Restart();
  return Error(ErrorKind::disconnected, "mcp.ended", std::string(why));
}

}  // namespace executus::mcp

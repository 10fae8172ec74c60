#include "mcp/tools/mcp_tool.hpp"

#include <utility>

#include <executus/async/timing.hpp>

#include "mcp/call/result_text.hpp"
#include "mcp/offer/header_parameters.hpp"
#include "mcp/offer/live_tool.hpp"
#include "mcp/wire/codes.hpp"
#include "mcp/wire/resources.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

constexpr std::string_view kKeyMeta = "dev.executus/idempotency_key";

tool::ToolInfo info_of(const ServerConfig& config, const StoredTool& stored) {
  tool::ToolInfo info;
  info.spec = {stored.name, stored.description, stored.parameters};
  info.effect = stored.effect;
  info.order = stored.order;
  info.begins = tool::Begins::in_turn;
  info.timeout = config.limits.total;
  info.kind = "mcp";
  return info;
}

std::string named(const ServerConfig& config) { return "MCP server '" + config.name + "'"; }

// What the server or its program says may have what it was given.
void mask(const Server& server, tool::Outcome& outcome) {
  if (auto* done = std::get_if<tool::Done>(&outcome)) done->text = server.masked(done->text);
  if (auto* failed = std::get_if<tool::Failed>(&outcome)) failed->message = server.masked(failed->message);
  if (auto* unknown = std::get_if<tool::Unknown>(&outcome)) unknown->reason = server.masked(unknown->reason);
}

std::string method_of(StoredTool::Does does) {
  switch (does) {
    case StoredTool::Does::call:
      return "tools/call";
    case StoredTool::Does::list_resources:
      return "resources/list";
    case StoredTool::Does::read_resource:
      return "resources/read";
  }
  return "";
}

std::string in_seconds(Milliseconds time) { return std::to_string(time.count() / 1000) + " s"; }

}  // namespace

McpTool::McpTool(ServerPool& pool, ServerConfig config, StoredTool stored)
    : pool_(pool), config_(std::move(config)), stored_(std::move(stored)), info_(info_of(config_, stored_)) {}

Task<tool::Outcome> McpTool::call(tool::Call call) {
  ServerUse use = pool_.use(config_, call.root, call.run.str());
  auto ready = co_await Server::ready(use.server());
  if (!ready)
    co_return tool::Failed{named(config_) + " cannot be used now: " + use.server()->masked(ready.error().message()),
                           true};
  auto outcome = co_await made(std::move(*ready), std::move(call));
  mask(*use.server(), outcome);
  co_return outcome;
}

Task<tool::Outcome> McpTool::made(ReadyServer server, tool::Call call) const {
  if (auto why = why_not_now(server); !why.empty()) co_return tool::Failed{std::move(why), true};
  auto permit = call.permit;
  const bool of_the_first_page = stored_.does == StoredTool::Does::list_resources && !call.arguments.contains("cursor");
  auto exchange = server.connection->ask(request_of(call));
  auto outcome = co_await heard_out(std::move(exchange), reading(server), std::move(permit));
  if (auto* done = std::get_if<tool::Done>(&outcome); done && of_the_first_page)
    done->text += co_await templates_of(server.connection);
  co_return outcome;
}

// What a list of resources ends with. Servers without templates need not know the question.
Task<std::string> McpTool::templates_of(std::shared_ptr<Connection> connection) const {
  auto context = co_await this_task();
  auto until = later(context.strand->loop().clock().mono(), config_.limits.idle);
  std::string method = "resources/templates/list";
  auto asked = connection->request(std::move(method), {});
  try {
    auto result = co_await with_deadline(until, std::move(asked), "the time of a list of an MCP server");
    CallResult templates{read_resource_templates(result), {}, false};
    co_return templates.content.empty() ? std::string() : "\n\n" + shown(templates, std::nullopt).text;
  } catch (const Error&) {
    if (context.scope->cancelled()) throw;
  }
  co_return std::string();
}

std::string McpTool::why_not_now(const ReadyServer& server) const {
  if (stored_.does != StoredTool::Does::call) return {};  // a server without resources refuses it
  const auto* now = server.find(stored_.remote);
  if (!now) return named(config_) + " does not offer '" + stored_.remote + "' any more";
  if (takes_arguments_of(now->input, stored_.parameters)) return {};
  return named(config_) + " has changed the parameters of '" + stored_.remote +
         "' since this run was given it; call it again as it is described now";
}

Connection::Ask McpTool::request_of(tool::Call& call) const {
  Connection::Ask ask;
  ask.method = method_of(stored_.does);
  ask.headers = header_parameters(stored_.parameters, call.arguments);
  if (stored_.does == StoredTool::Does::call)
    ask.params = {{"name", stored_.remote}, {"arguments", std::move(call.arguments)}};
  else
    ask.params = std::move(call.arguments);
  if (tool::is_gated(stored_.effect)) {
    ask.params["_meta"] = json::object{{kKeyMeta, call.idempotency_key}};
    ask.sends = Transport::Sends::once;
  }
  ask.log_level = config_.log_level;
  ask.permit = call.permit;
  return ask;
}

McpTool::Reading McpTool::reading(const ReadyServer& server) const {
  const auto* now = server.find(stored_.remote);
  bool checked = stored_.does == StoredTool::Does::call && (stored_.output || (now && !now->output.is_null()));
  return {server.opened.version, checked ? Results::checked : Results::unchecked};
}

Task<tool::Outcome> McpTool::heard_out(Exchange exchange, Reading reading, std::shared_ptr<StartPermit> permit) const {
  auto context = co_await this_task();
  const auto& now = context.strand->loop().clock();
  CallClock clock(config_.limits, now.mono());
  for (;;) {
    std::optional<Heard> heard;
    try {
      heard = co_await with_deadline(clock.rings(), exchange.next(), "the time of a call to an MCP server");
    } catch (const Cancelled&) {
      if (context.scope->cancelled()) throw;
    }
    if (!heard) co_return out_of_time(clock, *permit);
    if (const auto* response = std::get_if<Response>(&*heard)) co_return read(*response, reading);
    if (const auto* loss = std::get_if<Loss>(&*heard)) co_return outcome_of(*loss, config_.name);
    if (std::holds_alternative<Progress>(*heard)) clock.progressed(now.mono());
  }
}

tool::Outcome McpTool::read(const Response& response, Reading reading) const {
  if (const auto* error = response.error()) return outcome_of(*error, config_.name, reading.results);
  if (stored_.does != StoredTool::Does::call) {
    auto result = stored_.does == StoredTool::Does::list_resources ? read_resource_list(*response.result())
                                                                   : read_resource_contents(*response.result());
    if (!result) return outcome_of(RpcError{kUnreadableAnswer, result.error().message(), nullptr}, config_.name);
    return outcome_of(*result, std::nullopt);
  }
  auto answered = read_call_result(*response.result(), reading.version);
  if (!answered) return outcome_of(RpcError{kUnreadableAnswer, answered.error().message(), nullptr}, config_.name);
  if (const auto* result = std::get_if<CallResult>(&*answered)) return outcome_of(*result, stored_.output);
  if (const auto* task = std::get_if<ServerTask>(&*answered))
    return tool::Unknown{named(config_) + " has taken the call as its task '" + task->id +
                         "', which it was not told to do: this version of executus does not follow tasks"};
  return tool::Failed{named(config_) +
                      " asks for input, which it was not told to do: this version of executus gives none"};
}

tool::Outcome McpTool::out_of_time(const CallClock& clock, StartPermit& permit) const {
  if (permit.withdraw())
    return tool::Failed{named(config_) + " has not read the call within " + in_seconds(clock.limits().idle), true};
  auto how = clock.total_is_first() ? "within " + in_seconds(clock.limits().total)
                                    : "for " + in_seconds(clock.limits().idle) + ", nor told of progress";
  return tool::Unknown{named(config_) + " was sent the call and has not answered " + how};
}

}  // namespace executus::mcp

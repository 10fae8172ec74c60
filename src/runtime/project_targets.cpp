#include "runtime/project_targets.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/variable_references.hpp"
#include "net/client/request_check.hpp"
#include "tools/command/command_rules.hpp"
#include "tools/http/http_rules.hpp"
#include "tools/shared/variables.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;
using deliver::CommandTarget;
using deliver::FileTarget;
using deliver::TargetConfig;
using deliver::WebhookTarget;

constexpr std::array<std::string_view, 4> kKinds{"webhook", "file", "command", "stdout"};
constexpr std::size_t kLongestName = 64;
constexpr int kHighestPace = 60'000;

void check_name(Fields& fields, const std::string& name) {
  auto fits = [](char c) { return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '-'; };
  if (name.empty() || name.size() > kLongestName || !std::ranges::all_of(name, fits))
    fields.error("", "a target's name may hold at most 64 lower-case letters, digits and '-', got '" + name + "'");
}

void check_text(Fields& fields, std::string_view key, std::string_view text) {
  if (auto malformed = malformed_reference(text)) fields.error(key, malformed->message());
}

void check_texts(Fields& fields, std::string_view key, const std::map<std::string, std::string>& texts) {
  for (const auto& [name, text] : texts)
    if (auto malformed = malformed_reference(text)) fields.error(key, name, malformed->message());
}

Milliseconds read_timeout(Fields& fields) {
  auto timeout = fields.duration("timeout").value_or(deliver::kTargetTimeout);
  if (timeout <= Milliseconds(0) || timeout > deliver::kLongestTimeout)
    fields.error("timeout",
                 "'timeout' has to be above 0 and at most 9s: a delivery is tried again, and not waited for");
  return timeout;
}

std::string read_url(Fields& fields) {
  auto url = fields.required_string("webhook");
  bool may_be_one = url.starts_with("http://") || url.starts_with("https://") || url.starts_with("${");
  if (!url.empty() && !may_be_one) fields.error("webhook", "'webhook' has to begin with http:// or https://");
  if (!tools::is_url_text(url))
    fields.error("webhook", "'webhook' holds a blank or a control character; write %20 for a blank");
  if (may_be_one && url.find("${") == std::string::npos)
    if (auto wrong = net::url_fault(url)) fields.error("webhook", "'webhook': " + *wrong);
  check_text(fields, "webhook", url);
  return url;
}

bool is_ours(std::string_view header) {
  constexpr std::array<std::string_view, 3> ours{"webhook-id", "webhook-timestamp", "webhook-signature"};
  return std::ranges::any_of(ours, [&](auto each) { return equals_ignoring_case(each, header); });
}

std::map<std::string, std::string> read_headers(Fields& fields) {
  auto headers = fields.string_map("headers").value_or(std::map<std::string, std::string>{});
  for (const auto& [name, value] : headers) {
    if (auto wrong = tools::header_problem(name, value, "POST")) fields.error("headers", name, *wrong);
    if (is_ours(name)) fields.error("headers", name, "header '" + name + "' is the signature's own");
  }
  check_texts(fields, "headers", headers);
  return headers;
}

WebhookTarget read_webhook(Fields& fields) {
  WebhookTarget target;
  target.url = read_url(fields);
  target.secret = fields.required_string("secret");
  check_text(fields, "secret", target.secret);
  target.headers = read_headers(fields);
  if (fields.boolean("allow_private_network").value_or(false)) target.network = net::Network::any;
  target.timeout = read_timeout(fields);
  target.max_per_minute = static_cast<int>(
      fields.integer("max_per_minute", {.min = 1, .max = kHighestPace}).value_or(deliver::kMostPerMinute));
  return target;
}

FileTarget read_file(Fields& fields, const fs::path& folder) {
  return {(folder / fields.required_string("file")).lexically_normal().string()};
}

CommandTarget read_command(Fields& fields, const fs::path& folder) {
  CommandTarget target;
  target.command = fields.strings("command").value_or(std::vector<std::string>{"?"});
  if (target.command.empty() || target.command.front().empty())
    fields.error("command", "'command' has to name a program, as in [./send.sh, --quietly]");
  target.directory = folder.string();
  target.env = fields.string_map("env").value_or(std::map<std::string, std::string>{});
  for (const auto& [name, value] : target.env)
    if (auto wrong = tools::variable_problem(name)) fields.error("env", name, *wrong);
  check_texts(fields, "env", target.env);
  target.timeout = read_timeout(fields);
  return target;
}

TargetConfig read_stdout(Fields& fields) {
  if (!fields.boolean("stdout").value_or(true)) fields.error("stdout", "'stdout' can only be true");
  return deliver::StdoutTarget{};
}

std::optional<TargetConfig> read_target(Fields& fields, const fs::path& folder) {
  auto given = std::ranges::count_if(kKinds, [&](auto kind) { return fields.has(kind); });
  if (given != 1) {
    fields.error(fields.has("webhook") ? "webhook" : "",
                 "a target has one of 'webhook', 'file', 'command' and 'stdout', and this one has " +
                     std::string(given == 0 ? "none" : "several"));
    for (auto kind : kKinds) (void)fields.raw(kind);
    return std::nullopt;
  }
  if (fields.has("webhook")) return read_webhook(fields);
  if (fields.has("file")) return read_file(fields, folder);
  if (fields.has("command")) return read_command(fields, folder);
  return read_stdout(fields);
}

// Its keys are another reader's matter.
void pass_over(Fields& fields, const boost::json::value& map) {
  if (map.is_object())
    for (const auto& each : map.get_object()) (void)fields.raw(each.key());
}

}  // namespace

TargetsByName read_targets(Fields& fields, const fs::path& folder) {
  TargetsByName targets;
  fields.each_named("deliver", [&](const std::string& name, Fields& target) {
    check_name(target, name);
    if (auto read = read_target(target, folder)) targets.emplace(name, std::move(*read));
  });
  return targets;
}

std::optional<TargetConfig> read_target(Fields& root, const fs::path& folder, const std::string& name) {
  std::optional<TargetConfig> found;
  pass_over(root, root.document().root());
  const auto* all = root.raw("deliver");
  if (!all || all->is_null()) return found;
  root.object("deliver", [&](Fields& targets) {
    pass_over(targets, *all);
    targets.object(name, [&](Fields& target) { found = read_target(target, folder); });
  });
  return found;
}

std::vector<std::string> missing_for(const TargetConfig& target, const Environment& environment) {
  std::vector<std::string> missing;
  if (const auto* webhook = std::get_if<WebhookTarget>(&target)) {
    tools::add_missing(missing, {{"webhook", webhook->url}, {"secret", webhook->secret}}, environment);
    tools::add_missing(missing, webhook->headers, environment);
  }
  if (const auto* command = std::get_if<CommandTarget>(&target)) tools::add_missing(missing, command->env, environment);
  if (const auto* file = std::get_if<FileTarget>(&target)) {
    auto parent = fs::path(file->path).parent_path();
    std::error_code error;
    if (!fs::is_directory(parent, error)) missing.push_back("there is no folder '" + parent.string() + "'; make it");
  }
  return missing;
}

}  // namespace executus

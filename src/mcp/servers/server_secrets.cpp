#include "mcp/servers/server_secrets.hpp"

#include <utility>

namespace executus::mcp {
namespace {

Secrets declared_by(const ServerConfig& config, const Environment& environment) {
  Secrets secrets;
  secrets.add_text(config.url, environment);
  secrets.add_texts(config.environment, environment);
  secrets.add_texts(config.headers, environment);
  return secrets;
}

}  // namespace

ServerSecrets::ServerSecrets(const ServerConfig& config, const Environment& environment)
    : declared_(declared_by(config, environment)), all_(std::make_shared<const Secrets>(declared_)) {}

void ServerSecrets::add(const StoredToken& login) {
  std::lock_guard lock(mutex_);
  if (!logins_.empty() && logins_.back() == login) return;
  logins_.push_back(login);
  if (logins_.size() > kLogins) logins_.pop_front();
  auto secrets = declared_;
  for (const auto& each : logins_)
    for (const auto& value : {each.access_token, each.refresh_token, each.client.secret}) secrets.add(value);
  all_ = std::make_shared<const Secrets>(std::move(secrets));
}

std::string ServerSecrets::masked(std::string_view text, Cut cut) const {
  std::shared_ptr<const Secrets> secrets;
  {
    std::lock_guard lock(mutex_);
    secrets = all_;
  }
  return secrets->masked(text, cut);
}

}  // namespace executus::mcp

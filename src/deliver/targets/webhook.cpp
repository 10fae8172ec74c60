#include <utility>

#include <executus/deliver/webhook_signature.hpp>

#include "base/secrets/secrets.hpp"
#include "deliver/targets/answers.hpp"
#include "deliver/targets/senders.hpp"

namespace executus::deliver {
namespace {

Secrets secrets_of(const WebhookTarget& target, const Environment& environment) {
  Secrets secrets;
  secrets.add_text(target.url, environment);
  secrets.add_texts({{"secret", target.secret}}, environment);
  secrets.add_texts(target.headers, environment);
  return secrets;
}

std::string filled(const std::string& text, const Environment& environment) {
  return expand_variables(text, environment).value();
}

net::HttpRequest request_for(const WebhookTarget& target, const Message& message, const Environment& environment,
                             WallTime now) {
  auto secret = WebhookSecret::parse(filled(target.secret, environment)).value();
  auto headers = sign_webhook(secret, message.id, message.body, now);
  net::HttpRequest request;
  request.method = "POST";
  request.url = filled(target.url, environment);
  for (const auto& [name, value] : target.headers) request.headers.emplace_back(name, filled(value, environment));
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("webhook-id", std::move(headers.id));
  request.headers.emplace_back("webhook-timestamp", std::move(headers.timestamp));
  request.headers.emplace_back("webhook-signature", std::move(headers.signature));
  request.body = message.body;
  request.reuse = net::Reuse::fresh_connection;
  request.network = target.network;
  request.timeout = target.timeout;
  request.connect_timeout = std::min(request.connect_timeout, target.timeout);
  return request;
}

}  // namespace

Task<void> post_webhook(Services services, WebhookTarget target, Message message) {
  TaskContext context = co_await this_task();
  auto now = context.strand->loop().clock().wall();
  std::string problem;
  try {
    auto answer = co_await services.http.open(request_for(target, message, services.environment, now));
    if (answer.body) answer.body->discard();
    require_taken(answer.status, answer.headers, now);
  } catch (const net::HttpError& error) {
    problem = error.message();
  }
  if (!problem.empty()) throw not_delivered(secrets_of(target, services.environment).masked(problem));
}

}  // namespace executus::deliver

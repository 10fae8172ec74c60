#include "deliver/targets/named_targets.hpp"

#include <utility>

#include "deliver/targets/answers.hpp"

namespace executus::deliver {

Task<std::string> NamedTargets::deliver_end(DeliveryTarget target, const RunOutcome& outcome) {
  auto named = named_target(target).value();
  auto message = message_of(target.key, outcome);
  auto look = [find = find_, named] { return find(named); };
  auto config = co_await services_.pool.run(std::move(look));
  if (!config) throw missing(named, target.key);
  found(target.key);
  co_await send(std::move(named), std::move(*config), message);
  co_return message.id;
}

Error NamedTargets::missing(const NamedTarget& target, const std::string& key) {
  auto words = "'" + target.config + "' has no target '" + target.name + "' any more";
  std::lock_guard lock(mutex_);
  if (++missing_[key] < kTimesMissing) return not_delivered(words);
  missing_.erase(key);
  return refused(words);
}

void NamedTargets::found(const std::string& key) {
  std::lock_guard lock(mutex_);
  missing_.erase(key);
}

void NamedTargets::keep_pace(const NamedTarget& target, const TargetConfig& config, MonoTime now) {
  const auto* webhook = std::get_if<WebhookTarget>(&config);
  if (!webhook) return;
  auto wait = pace_.wait_for(delivery_to(target).id, webhook->max_per_minute, now);
  if (wait)
    throw DeliverLater("it has had its " + std::to_string(webhook->max_per_minute) + " of this minute (max_per_minute)",
                       *wait);
}

Task<void> NamedTargets::send(NamedTarget target, TargetConfig config, Message message) {
  TaskContext context = co_await this_task();
  keep_pace(target, config, context.strand->loop().clock().mono());
  if (auto* webhook = std::get_if<WebhookTarget>(&config))
    co_await post_webhook(services_, std::move(*webhook), std::move(message));
  else if (auto* command = std::get_if<CommandTarget>(&config))
    co_await run_command(services_, std::move(*command), std::move(message));
  else if (auto* file = std::get_if<FileTarget>(&config)) {
    auto append = [file = std::move(*file), message = std::move(message)] { append_line(file, message); };
    co_await services_.pool.run(std::move(append));
  } else if (output_ == StandardOutput::taken)
    throw not_delivered(
        "standard output is for the command's own answer, with --json or -q; a worker without prints it");
  else
    (void)co_await stdout_.deliver({}, std::move(message.body), {});
}

// What the kernel knows of an end comes through deliver_end(); a host that has less comes here.
Task<std::string> NamedTargets::deliver(DeliveryTarget target, std::string output, std::vector<Artifact> artifacts) {
  RunOutcome outcome;
  outcome.status = RunStatus::ok;
  outcome.output = std::move(output);
  outcome.artifacts = std::move(artifacts);
  co_return co_await deliver_end(std::move(target), outcome);
}

Task<void> NamedTargets::deliver_error(DeliveryTarget target, std::string error) {
  RunOutcome outcome;
  outcome.error = std::move(error);
  (void)co_await deliver_end(std::move(target), outcome);
}

}  // namespace executus::deliver

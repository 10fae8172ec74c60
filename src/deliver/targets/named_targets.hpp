// Delivers to the targets that executus.yaml files name.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <executus/deliver/deliveries.hpp>
#include <executus/deliver/named_target.hpp>
#include <executus/run/delivery.hpp>

#include "deliver/targets/pace.hpp"
#include "deliver/targets/senders.hpp"

namespace executus::deliver {

// What the target's configuration says of it now; nothing: it does not name it any more. Blocks. Throws Error where the
// configuration cannot be read: whether the target exists is not known then.
using FindTarget = std::function<std::optional<TargetConfig>(const NamedTarget& target)>;

// Takes named targets alone; other kinds are the host's own. One that its configuration no longer names is refused.
class NamedTargets final : public Delivery {
 public:
  NamedTargets(Services services, FindTarget find) : services_(services), find_(std::move(find)) {}

  [[nodiscard]] bool takes(const DeliveryTarget& target) const override { return named_target(target).has_value(); }
  [[nodiscard]] Task<std::string> deliver_end(DeliveryTarget target, const RunOutcome& outcome) override;
  [[nodiscard]] Task<std::string> deliver(DeliveryTarget target, std::string output,
                                          std::vector<Artifact> artifacts) override;
  [[nodiscard]] Task<void> deliver_error(DeliveryTarget target, std::string error) override;

 private:
  [[nodiscard]] Task<void> send(NamedTarget target, TargetConfig config, Message message);
  void keep_pace(const NamedTarget& target, const TargetConfig& config, MonoTime now);

  const Services services_;
  const FindTarget find_;
  Pace pace_;
  Stdout stdout_;
};

}  // namespace executus::deliver

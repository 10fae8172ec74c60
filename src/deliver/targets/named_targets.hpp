// Delivers to the targets that executus.yaml files name.
#pragma once

#include <functional>
#include <map>
#include <mutex>
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

// Whether standard output is for targets too. taken: it is the program's own, so that such a delivery fails for now.
enum class StandardOutput { shared, taken };

// How often a target has to be missing in its configuration, which may be being written, before it counts as deleted.
inline constexpr int kTimesMissing = 5;

// Takes named targets alone; other kinds are the host's own. One that its configuration no longer names is refused.
class NamedTargets final : public Delivery {
 public:
  NamedTargets(Services services, FindTarget find, StandardOutput output = StandardOutput::shared)
      : services_(services), find_(std::move(find)), output_(output) {}

  [[nodiscard]] bool takes(const DeliveryTarget& target) const override { return named_target(target).has_value(); }
  [[nodiscard]] Task<std::string> deliver_end(DeliveryTarget target, const RunOutcome& outcome) override;
  [[nodiscard]] Task<std::string> deliver(DeliveryTarget target, std::string output,
                                          std::vector<Artifact> artifacts) override;
  [[nodiscard]] Task<void> deliver_error(DeliveryTarget target, std::string error) override;

 private:
  [[nodiscard]] Task<void> send(NamedTarget target, TargetConfig config, Message message);
  [[nodiscard]] Error missing(const NamedTarget& target, const std::string& key);
  void found(const std::string& key);
  void keep_pace(const NamedTarget& target, const TargetConfig& config, MonoTime now);

  const Services services_;
  const FindTarget find_;
  const StandardOutput output_;
  std::mutex mutex_;
  std::map<std::string, int> missing_;  // by key: how often in a row
  Pace pace_;
  Stdout stdout_;
};

}  // namespace executus::deliver

// Targets that an executus.yaml names below `deliver:` (docs/guides/delivery.md). What is stored with a run is the name
// and the file, so that any process of this machine reads there how to deliver, at the time it does.
#pragma once

#include <optional>
#include <string>

#include <executus/run/delivery.hpp>

namespace executus::deliver {

struct NamedTarget {
  std::string name;
  std::string config;  // the absolute path of the executus.yaml

  bool operator==(const NamedTarget&) const = default;
};

// For Invocation::delivery.
[[nodiscard]] DeliveryTarget delivery_to(const NamedTarget& target);

// Nothing: it is none of these.
[[nodiscard]] std::optional<NamedTarget> named_target(const DeliveryTarget& target);

}  // namespace executus::deliver

#include <executus/deliver/named_target.hpp>

namespace executus::deliver {
namespace {

constexpr std::string_view kKind = "target";  // frozen, as is the form of the id: NAME@CONFIG

}  // namespace

DeliveryTarget delivery_to(const NamedTarget& target) {
  return {std::string(kKind), target.name + "@" + target.config, ""};
}

std::optional<NamedTarget> named_target(const DeliveryTarget& target) {
  auto at = target.id.find('@');
  bool is_one = target.kind == kKind && at != std::string::npos && target.id.substr(at + 1).starts_with('/');
  if (!is_one) return std::nullopt;
  return NamedTarget{target.id.substr(0, at), target.id.substr(at + 1)};
}

}  // namespace executus::deliver

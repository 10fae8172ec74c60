#include <utility>

#include <executus/llm/usage.hpp>

namespace executus::llm {
namespace {

Attribution attribution_of(const SharedAttribution& base) { return base ? *base : Attribution{}; }

SharedAttribution shared(Attribution attribution) {
  return std::make_shared<const Attribution>(std::move(attribution));
}

}  // namespace

SharedAttribution with_model(const SharedAttribution& base, std::string asked_for) {
  auto changed = attribution_of(base);
  changed.model = std::move(asked_for);
  return shared(std::move(changed));
}

SharedAttribution with_trace_id(const SharedAttribution& base, std::string trace_id) {
  auto changed = attribution_of(base);
  changed.trace_id = std::move(trace_id);
  return shared(std::move(changed));
}

SharedAttribution with_usage_tool(const SharedAttribution& base, std::string tool) {
  auto changed = attribution_of(base);
  changed.tool = std::move(tool);
  return shared(std::move(changed));
}

SharedAttribution with_usage_user(const SharedAttribution& base, std::string user) {
  auto changed = attribution_of(base);
  changed.user = std::move(user);
  return shared(std::move(changed));
}

}  // namespace executus::llm

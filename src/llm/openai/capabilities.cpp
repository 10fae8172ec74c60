#include "llm/openai/capabilities.hpp"

#include <array>

namespace executus::llm::openai {
namespace {

enum class Thinking { yes, no };
enum class CacheOptions { yes, no };

struct Family {
  std::string_view name;  // an id is of the family when it is this, or goes on with '-' or ':'
  int context_tokens;     // input and output
  Thinking thinking;
  CacheOptions cache_options = CacheOptions::no;
};

// developers.openai.com/api/docs/models, November 2026. The longest name that fits counts.
constexpr std::array kFamilies{
    Family{"gpt-6.1", 1'050'000, Thinking::yes, CacheOptions::yes},
    Family{"gpt-6", 1'050'000, Thinking::yes, CacheOptions::yes},
    Family{"gpt-5.6", 1'050'000, Thinking::yes, CacheOptions::yes},
    Family{"gpt-5.5", 1'050'000, Thinking::yes},
    Family{"gpt-5.4", 1'050'000, Thinking::yes},
    Family{"gpt-5.4-mini", 400'000, Thinking::yes},
    Family{"gpt-5.4-nano", 400'000, Thinking::yes},
    Family{"gpt-5.3-codex", 400'000, Thinking::yes},
    Family{"gpt-5.3-chat", 128'000, Thinking::no},
    Family{"gpt-5.2", 400'000, Thinking::yes},
    Family{"gpt-5.2-chat", 128'000, Thinking::no},
    Family{"gpt-5.1", 400'000, Thinking::yes},
    Family{"gpt-5.1-chat", 128'000, Thinking::no},
    Family{"gpt-5", 400'000, Thinking::yes},
    Family{"gpt-5-chat", 128'000, Thinking::no},
    Family{"gpt-4.1", 1'047'576, Thinking::no},
    Family{"gpt-4o", 128'000, Thinking::no},
    Family{"chatgpt-4o", 128'000, Thinking::no},
    Family{"gpt-4", 0, Thinking::no},
    Family{"gpt-3.5", 0, Thinking::no},
    Family{"o3", 200'000, Thinking::yes},
    Family{"o4-mini", 200'000, Thinking::yes},
};

bool is_of(std::string_view model, std::string_view family) {
  if (!model.starts_with(family)) return false;
  return model.size() == family.size() || model[family.size()] == '-' || model[family.size()] == ':';
}

// "openai/gpt-5" is how gateways name it, "ft:gpt-4.1:org::id" a model made of gpt-4.1.
std::string_view plain_id(std::string_view model) {
  if (model.starts_with("ft:")) return model.substr(3);
  auto slash = model.rfind('/');
  return slash == std::string_view::npos ? model : model.substr(slash + 1);
}

const Family* family_of(std::string_view model) {
  const Family* found = nullptr;
  for (const auto& family : kFamilies)
    if (is_of(plain_id(model), family.name) && (!found || found->name.size() < family.name.size())) found = &family;
  return found;
}

}  // namespace

// developers.openai.com/api/docs/guides/images-vision: 1500 images and 512 MB in a request, whatever each of them has;
// too many pixels are scaled down there.
Capabilities capabilities_of(std::string_view model) {
  Capabilities known;
  known.max_images = 1'500;
  known.image_types = {"image/png", "image/jpeg", "image/webp", "image/gif"};
  known.schemas = Capabilities::Schemas::native;
  if (const auto* family = family_of(model)) known.context_tokens = family->context_tokens;
  return known;
}

Capabilities compatible_capabilities() {
  auto all = any_images();
  all.schemas = Capabilities::Schemas::native;
  return all;
}

bool is_reasoning_model(std::string_view model) {
  const auto* family = family_of(model);
  return !family || family->thinking == Thinking::yes;
}

bool has_cache_options(std::string_view model) {
  const auto* family = family_of(model);
  return family && family->cache_options == CacheOptions::yes;
}

}  // namespace executus::llm::openai

#include "llm/ollama/capabilities.hpp"

#include <algorithm>
#include <array>

#include "llm/catalog/dsn.hpp"
#include "llm/ollama/preset.hpp"

namespace executus::llm::ollama {
namespace {

// Families of ollama.com/library that are not among those its search lists as "vision".
constexpr std::array<std::string_view, 33> kTextOnly{
    "codellama",   "codestral",  "command-r", "deepseek-coder", "deepseek-r1", "deepseek-v3",   "deepseek-v3.1",
    "gemma",       "gemma2",     "glm-4.6",   "gpt-oss",        "kimi-k2",     "llama2",        "llama3",
    "llama3.1",    "llama3.2",   "llama3.3",  "minimax-m2",     "mistral",     "mistral-nemo",  "mixtral",
    "phi3",        "phi4",       "phi4-mini", "qwen2",          "qwen2.5",     "qwen2.5-coder", "qwen3",
    "qwen3-coder", "qwen3-next", "qwq",       "smollm2",        "tinyllama"};

// Sizes that read no images, of families that do.
constexpr std::array<std::string_view, 2> kTextOnlySizes{"gemma3:1b", "gemma3:270m"};

// The cloud's variants, as LiteLLM's table of models (model_prices_and_context_window.json) has them.
struct Window {
  std::string_view name;
  int tokens;
};
constexpr std::array<Window, 3> kCloudWindows{
    {{"gpt-oss", 131'072}, {"deepseek-v3.1", 163'840}, {"qwen3-coder", 262'144}}};

std::string_view without_namespace(std::string_view id) {
  auto slash = id.rfind('/');
  return slash == std::string_view::npos ? id : id.substr(slash + 1);
}

std::string_view name_in(std::string_view id) { return id.substr(0, id.find(':')); }

bool is_text_only(std::string_view id) {
  if (std::find(kTextOnly.begin(), kTextOnly.end(), name_in(id)) != kTextOnly.end()) return true;
  return std::any_of(kTextOnlySizes.begin(), kTextOnlySizes.end(),
                     [&](std::string_view size) { return id == size || id.starts_with(std::string(size) + "-"); });
}

int cloud_window(std::string_view name) {
  for (const auto& each : kCloudWindows)
    if (each.name == name) return each.tokens;
  return 0;
}

}  // namespace

Place place_of(std::string_view base_url, std::string_view id) {
  auto colon = without_namespace(id).find(':');
  bool tagged = colon != std::string_view::npos && id.ends_with("cloud");
  return tagged || host_of(base_url) == host_of(kCloud.default_url) ? Place::cloud : Place::server;
}

// Formats: PNG and JPEG always, WebP since Ollama 0.7. Structured output: docs.ollama.com, "Structured Outputs": not in
// the cloud.
Capabilities capabilities_of(std::string_view id, Place place) {
  auto plain = without_namespace(id);
  auto known = any_images();
  known.image_types = {"image/png", "image/jpeg", "image/webp"};
  if (is_text_only(plain)) known.max_images = 0;
  known.schemas = place == Place::cloud ? Capabilities::Schemas::by_prompt : Capabilities::Schemas::native;
  if (place == Place::cloud) known.context_tokens = cloud_window(name_in(plain));
  return known;
}

}  // namespace executus::llm::ollama

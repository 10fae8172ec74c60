#include "llm/llamaswap/chat.hpp"

#include <string>

namespace executus::llm::llamaswap {
namespace {

constexpr std::string_view kVersion = "/v1";

}  // namespace

std::string_view root_url(std::string_view base_url) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  if (base_url.ends_with(kVersion)) base_url.remove_suffix(kVersion.size());
  return base_url;
}

Endpoint chat_endpoint(Endpoint endpoint) {
  endpoint.base_url = std::string(root_url(endpoint.base_url)) + std::string(kVersion);
  return endpoint;
}

}  // namespace executus::llm::llamaswap

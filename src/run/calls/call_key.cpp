#include "run/calls/call_key.hpp"

#include <executus/base/digest.hpp>

namespace executus::run {

std::string call_key(const RunId& run, llm::CallPosition position, std::string_view tool, std::string_view arguments) {
  std::string identity = run.str();
  identity += '\n' + std::to_string(position.response) + '\n' + std::to_string(position.index) + '\n';
  identity.append(tool) += '\n';
  identity += sha256_hex(arguments);
  return sha256_hex(identity).substr(0, 32);
}

}  // namespace executus::run

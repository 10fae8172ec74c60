#include "llm/openai/shared/parts.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/call_ids.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace executus::llm::openai {

std::string data_url(const Image& image) {
  return "data:" + repair_utf8(image.mime) + ";base64," + base64_encode(image.bytes);
}

std::string arguments_text(const std::string& arguments) {
  auto parsed = parse_json(arguments);
  return parsed && parsed->is_object() ? arguments : write_json(arguments_object(arguments));
}

std::string wire_call_id(std::string_view id, std::size_t longest) {
  std::string fit = repair_utf8(id);
  if (longest == 0 || (!fit.empty() && fit.size() <= longest)) return fit;
  auto hash = call_id_hash(id);
  return std::string(clip_bytes(fit, longest - hash.size() - 1)) + "_" + hash;
}

}  // namespace executus::llm::openai

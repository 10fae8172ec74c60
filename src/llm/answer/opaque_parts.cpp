#include <boost/json.hpp>

#include <executus/llm/kit/opaque_parts.hpp>

namespace executus::llm {

const boost::json::object* own_data(const Part& part, std::string_view provider) {
  const auto* opaque = std::get_if<Opaque>(&part);
  return opaque && opaque->provider == provider ? opaque->data.if_object() : nullptr;
}

}  // namespace executus::llm

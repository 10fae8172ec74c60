#include "llm/answer/foreign_parts.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/json.hpp>

namespace executus::llm {

void mark_opaque_parts(Message& answer, std::string_view model) {
  for (auto& part : answer.parts)
    if (auto* opaque = std::get_if<Opaque>(&part)) opaque->model = model;
}

void drop_parts_of_other_models(Transcript& messages, std::string_view provider, std::string_view model) {
  auto is_foreign = [&](const Part& part) {
    const auto* opaque = std::get_if<Opaque>(&part);
    return opaque && opaque->provider == provider && !opaque->model.empty() && opaque->model != model;
  };
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (std::ranges::none_of(messages[i].parts, is_foreign)) continue;
    Message rest = messages[i];
    std::erase_if(rest.parts, is_foreign);
    messages.replace(i, std::move(rest));
  }
}

}  // namespace executus::llm

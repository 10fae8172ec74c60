#include <utility>

#include <executus/llm/kit/aside.hpp>

namespace executus::llm {

void note_arguments(std::vector<Aside>& asides, CallAssembly& calls, const ToolNames& names) {
  for (auto& piece : calls.take_pieces())
    if (!piece.name.empty())
      asides.push_back({{}, std::move(piece.id), names.from_wire(piece.name), std::move(piece.arguments)});
}

void note_reasoning(std::vector<Aside>& asides, std::string piece) {
  if (!piece.empty()) asides.push_back({std::move(piece)});
}

}  // namespace executus::llm

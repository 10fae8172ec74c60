// Facts about models, by target ("provider/id"): shipped ones, and those of a user above them.
//
// A row names a target, or every dated or numbered version of it: "openai/gpt-5.4" is also what
// openai/gpt-5.4-2026-03-05 and anthropic's -latest are, but not openai/gpt-5.4-mini, which is another model. A row
// that ends in * names all that begin so. The row that says most counts.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace executus::llm {

// How much of `target` the row says; nothing when it does not name it. More is better.
[[nodiscard]] std::optional<std::size_t> fit(std::string_view row, std::string_view target);

// `target` with its provider replaced by the one that `like` says it is like; "" when it says none.
using ProviderLikeness = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] std::string likened(std::string_view target, const ProviderLikeness& like);

// A value once it is filled.
template <class T>
class ModelTable {
 public:
  struct Layer {
    std::map<std::string, T> rows = {};
    ProviderLikeness like = {};  // "work: openai": models of work without a row of their own have openai's
  };

  // Its rows come before all that are there.
  void put_above(Layer layer) { layers_.insert(layers_.begin(), std::move(layer)); }

  [[nodiscard]] const T* find(std::string_view target) const {
    if (const auto* own = find_own(target)) return own;
    for (const auto& layer : layers_)
      if (auto other = likened(target, layer.like); !other.empty()) return find_own(other);
    return nullptr;
  }

 private:
  [[nodiscard]] const T* find_own(std::string_view target) const {
    for (const auto& layer : layers_)
      if (const auto* found = find_in(layer, target)) return found;
    return nullptr;
  }
  [[nodiscard]] static const T* find_in(const Layer& layer, std::string_view target) {
    const T* best = nullptr;
    std::optional<std::size_t> most;
    for (const auto& [row, value] : layer.rows)
      if (auto said = fit(row, target); said && (!most || *said > *most)) {
        most = said;
        best = &value;
      }
    return best;
  }
  std::vector<Layer> layers_;
};

}  // namespace executus::llm

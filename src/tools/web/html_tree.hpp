// HTML as a tree, made by gumbo as browsers make it, in bounded memory: documents of others can be made to grow.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include <gumbo.h>

namespace executus::tools {

// Memory that is freed as a whole, so that no tree is too deep to be freed. Nothing beyond `most` bytes.
class Arena final {
 public:
  explicit Arena(std::size_t most) : left_(most) {}
  [[nodiscard]] void* take(std::size_t bytes);  // null: there is no more

 private:
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* at_ = nullptr;
  std::size_t room_ = 0;
  std::size_t left_;
};

class HtmlTree final {
 public:
  // `html`, in UTF-8, outlives the tree. Takes some seconds of processor time at most.
  HtmlTree(std::string_view html, std::size_t most_memory);
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;

  // Null: the document would take more.
  [[nodiscard]] const GumboNode* root() const noexcept { return output_ ? output_->document : nullptr; }

 private:
  Arena arena_;
  GumboOutput* output_ = nullptr;  // in the arena
};

}  // namespace executus::tools

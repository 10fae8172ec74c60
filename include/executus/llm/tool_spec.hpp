// A tool as the model sees it: a value, so that tools can be declared without knowing of models.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

namespace executus::llm {

struct ToolSpec {
  std::string name;
  std::string description;
  boost::json::object parameters;  // JSON Schema of the arguments
  bool operator==(const ToolSpec&) const = default;
};

// The tools of a request, in the order the model sees them. Copies share them: ten thousand runs may use the same.
class ToolSpecs {
 public:
  using Shared = std::vector<std::shared_ptr<const ToolSpec>>;

  ToolSpecs() = default;
  explicit ToolSpecs(Shared specs) : specs_(std::make_shared<const Shared>(std::move(specs))) {}
  ToolSpecs(std::vector<ToolSpec> specs) : ToolSpecs(shared(std::move(specs))) {}

  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return specs_ ? specs_->size() : 0; }
  [[nodiscard]] const ToolSpec& operator[](std::size_t i) const { return *(*specs_)[i]; }

  class Iterator {
   public:
    explicit Iterator(const std::shared_ptr<const ToolSpec>* at) : at_(at) {}
    const ToolSpec& operator*() const { return **at_; }
    const ToolSpec* operator->() const { return at_->get(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const std::shared_ptr<const ToolSpec>* at_;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(specs_ ? specs_->data() : nullptr); }
  [[nodiscard]] Iterator end() const { return Iterator(specs_ ? specs_->data() + specs_->size() : nullptr); }

  bool operator==(const ToolSpecs& other) const {
    bool same = size() == other.size();
    for (std::size_t i = 0; same && i < size(); ++i) same = (*this)[i] == other[i];
    return same;
  }

 private:
  static Shared shared(std::vector<ToolSpec> specs) {
    Shared list;
    for (auto& spec : specs) list.push_back(std::make_shared<const ToolSpec>(std::move(spec)));
    return list;
  }
  std::shared_ptr<const Shared> specs_;  // null: none
};

}  // namespace executus::llm

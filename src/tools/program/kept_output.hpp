// One output of a program: its beginning and its end, however long it was. More is kept than is passed on, since
// masking makes it shorter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus::tools {

class KeptOutput final {
 public:
  static constexpr std::size_t kBeginning = (std::size_t{1} << 20) + (std::size_t{64} << 10);
  static constexpr std::size_t kEnd = std::size_t{64} << 10;

  void append(std::string_view more);

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }  // of all of it
  [[nodiscard]] bool is_whole() const noexcept { return bytes_ == beginning_.size(); }
  [[nodiscard]] const std::string& beginning() const noexcept { return beginning_; }  // or all
  [[nodiscard]] std::string end() const;                                              // at least kEnd bytes, or all

 private:
  std::string beginning_;
  std::string end_;  // of what follows the beginning
  std::size_t bytes_ = 0;
};

}  // namespace executus::tools

#ifndef SHOP_SKU_HPP
#define SHOP_SKU_HPP

#include <compare>
#include <functional>
#include <ostream>

#include "shop/sku.hpp"

namespace shop {

inline bool operator==(const Sku& a, const Sku& b) { return a.article == b.article && a.size == b.size; }
inline bool operator<(const Sku& a, const Sku& b) {
  return a.article != b.article ? a.article < b.article : a.size < b.size;
}
inline std::ostream& operator<<(std::ostream& out, const Sku& sku) { return out << sku.article << '/' << sku.size; }

}  // namespace shop

template <>
struct std::hash<shop::Sku> {
  std::size_t operator()(const shop::Sku& sku) const noexcept {
    return std::hash<std::string>()(sku.article) * 31 + static_cast<std::size_t>(sku.size);
  }
};

#endif

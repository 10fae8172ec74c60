// Texts as OpenSSL takes them.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/error.hpp>

namespace executus::crypto {

inline const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

inline void check(bool done) {
  if (!done) throw failed("base.crypto", "OpenSSL could not compute: no memory, or no provider of the algorithm");
}

}  // namespace executus::crypto

// Against the published vectors of RFC 4231 and RFC 5869.
#include <gtest/gtest.h>

#include <executus/base/error.hpp>
#include <executus/base/hmac.hpp>

namespace executus {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (unsigned char byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string counting(int from, int to) {
  std::string bytes;
  for (int byte = from; byte <= to; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

TEST(Hmac, IsThatOfThePublishedVectors) {  // [TOOL-09]
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hkdf, IsThatOfThePublishedVectors) {  // [TOOL-10]
  EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), counting(0, 0x0c), counting(0xf0, 0xf9), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), "", "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, RefusesMoreThanItCanMake) {  // [TOOL-10]
  EXPECT_EQ(hkdf_sha256("key of some length", "", "", 8160).size(), 8160u);
  EXPECT_THROW((void)hkdf_sha256("key of some length", "", "", 8161), Error);
}

TEST(SameSecret, ComparesAllBytes) {  // [TOOL-09]
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "abcd"));
}

}  // namespace
}  // namespace executus

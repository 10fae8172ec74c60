#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace executus {
namespace {

TEST(Base64, GivesBackWhatWasEncoded) {
  for (std::string bytes : {"", "f", "fo", "foo", "\xff\xfe\xfd"})
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
}

TEST(Base64, ThatIsMalformedIsNothing) {
  for (const char* text : {"Zm8", "Zm8=Zm8=", "====", "Z===", "    Zm8=    ", "Zm9v\n\n\n\n", "Zm-_", "Zm8*"})
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
}

}  // namespace
}  // namespace executus

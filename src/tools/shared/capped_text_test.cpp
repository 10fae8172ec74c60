#include "tools/shared/capped_text.hpp"

#include <gtest/gtest.h>

namespace executus::tools {
namespace {

TEST(CappedText, SaysWhatIsMissing) {
  EXPECT_EQ(capped_text("abc", Part::whole, 3, "it has 3 bytes"), "abc");
  EXPECT_EQ(capped_text("abcd", Part::whole, 3, "it has 4 bytes"), "abc\n[cut: it has 4 bytes]");
  EXPECT_EQ(capped_text("abc", Part::beginning, 3, "it has 9 bytes"), "abc\n[cut: it has 9 bytes]");
}

TEST(CappedText, SaysWhatIsNoUtf8) {
  EXPECT_EQ(capped_text("caf\xe9 1", Part::whole, 99, ""),
            "caf\ufffd 1\n[bytes that are no UTF-8 are shown as \ufffd]");
  EXPECT_EQ(capped_text("grün", Part::whole, 3, "s"), "gr\n[cut: s]")
      << "a character that does not fit is no such byte";
  EXPECT_EQ(capped_text("gr\xc3", Part::beginning, 99, "s"), "gr\ufffd\n[cut: s]") << "nor one that was cut before";
}

TEST(CappedText, DoesNotShowBinaryData) {
  std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  EXPECT_EQ(capped_text(png, Part::whole, 99, "it has 16 bytes"), "[binary data, which is not shown: it has 16 bytes]");
  EXPECT_TRUE(is_binary(std::string(64, '\0')));
  EXPECT_TRUE(is_binary(std::string(64, '\xfe')));
  EXPECT_FALSE(is_binary(std::string("a.cpp\0b.cpp\0", 12))) << "names between NULs";
  EXPECT_FALSE(is_binary("caf\xe9, th\xe9, caf\xe9"));
  EXPECT_FALSE(is_binary(""));
}

}  // namespace
}  // namespace executus::tools

#include "tools/web/page.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace executus::tools {
namespace {

std::string text(std::string type, std::string body) {
  return text_of({"https://a.example/", std::move(type), std::move(body)}).value_or("(no text)");
}

TEST(Page, IsReadInTheCharsetThatItNames) {  // [TLS-16]
  EXPECT_EQ(text("text/plain; charset=ISO-8859-1", "caf\xe9"), "café");
  EXPECT_EQ(text("text/html", "<meta charset=windows-1252><p>10 \x80"), "10 €");
  EXPECT_EQ(text("text/html", "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>\xc1"), "а");
  EXPECT_EQ(text("text/html", "caf\xe9"), "café") << "no charset is named, and it is no UTF-8";
  EXPECT_EQ(text("text/html", "caf\xc3\xa9"), "café");
  EXPECT_EQ(text("text/plain; charset=koi8-r",
                 "\xef\xbb\xbf"
                 "caf\xc3\xa9"),
            "café")
      << "a byte order mark counts first";
  EXPECT_EQ(text("text/plain", std::string("\xff\xfe"
                                           "a\0b\0",
                                           6)),
            "ab");
  EXPECT_EQ(text("text/plain; charset=utf-8", "a\xff"), "a\xef\xbf\xbd");
}

TEST(Page, StaysUtf8WhateverCharsetIsNamed) {  // [TLS-16]
  for (const char* charset :
       {"utf-7", "iso-8859-1//TRANSLIT", "../../x", "utf-16", "utf-32be", "euc-kr", "\xff", "", "none"})
    for (const char* type : {"text/html", "text/plain"}) {
      auto shown = text(std::string(type) + "; charset=" + charset, "<p>a\xff\xfe\x81+AGE-\xed\xa0\x80");
      EXPECT_TRUE(is_valid_utf8(shown)) << charset;
    }
  EXPECT_EQ(text("text/html; charset=utf-7", "+ADw-script+AD4-"), "+ADw-script+AD4-") << "it is never decoded";
}

TEST(Page, IsShownByItsKind) {  // [TLS-16]
  EXPECT_EQ(text("application/json", "{\"a\": 1}"), "{\"a\": 1}");
  EXPECT_EQ(text("", "<!DOCTYPE html><p>x"), "x") << "no type is said";
  EXPECT_EQ(text("text/plain", "<p>x"), "<p>x");
  EXPECT_EQ(text("image/png", std::string("\x89PNG\r\n\x1a\n\0\0\0\r", 12)), "(no text)");
  EXPECT_TRUE(is_pdf({"", "", "%PDF-1.7"}));
}

}  // namespace
}  // namespace executus::tools

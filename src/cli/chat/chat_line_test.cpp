#include "cli/chat/chat_line.hpp"

#include <gtest/gtest.h>

namespace executus::cli {
namespace {

TEST(ChatLine, IsAMessageUnlessItBeginsWithASlash) {  // [API-12]
  EXPECT_EQ(chat_line("which?").what, ChatLine::say);
  EXPECT_EQ(chat_line("  a /quit inside").text, "  a /quit inside");
  EXPECT_EQ(chat_line("//etc/hosts").what, ChatLine::say);
  EXPECT_EQ(chat_line("//etc/hosts").text, "/etc/hosts");
}

TEST(ChatLine, IsACommandWithWhatFollows) {  // [API-12]
  EXPECT_EQ(chat_line("/steer look there").what, ChatLine::steer);
  EXPECT_EQ(chat_line("/steer look there").text, "look there");
  EXPECT_EQ(chat_line(" /reject  too much ").text, "too much");
  EXPECT_EQ(chat_line("/quit").what, ChatLine::quit);
  EXPECT_EQ(chat_line("/quitter").what, ChatLine::unknown);
  EXPECT_EQ(chat_line("/quitter").text, "/quitter");
}

}  // namespace
}  // namespace executus::cli

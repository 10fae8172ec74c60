#include "base/text.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace executus {
namespace {

TEST(Clip, CountsCharactersNotBytes) {
  EXPECT_EQ(clip("äöü", 2), "äö");
  EXPECT_EQ(clip("a\U0001f600b", 2), "a\U0001f600");
  EXPECT_EQ(clip("abc", 9), "abc");
  EXPECT_EQ(clip("abc", 0), "");
  EXPECT_EQ(clip_front("äöü", 2), "öü");
  EXPECT_EQ(clip_front("ab", 2), "ab");
}

TEST(ClipBytes, CutsBetweenCharacters) {
  EXPECT_EQ(clip_bytes("äö", 3), "ä");
  EXPECT_EQ(clip_bytes("äö", 4), "äö");
  EXPECT_EQ(clip_bytes("\U0001f600", 3), "");
  EXPECT_EQ(clip_bytes("abc", 2), "ab");
  EXPECT_EQ(clip_bytes("\xff\xff\xff", 2), "\xff\xff");
}

std::string random_utf8(std::mt19937& random) {
  static const char* characters[] = {"a", "Z", "\n", "ä", "ß", "€", "\uffff", "\U0001f600", "\U0010ffff"};
  std::string text;
  for (unsigned n = random() % 40; n > 0; --n) text += characters[random() % 9];
  return text;
}

TEST(ClipOfRandomText, NeverCutsACharacter) {
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    std::string text = random_utf8(random);
    std::size_t limit = random() % 45;
    for (std::string_view cut : {clip(text, limit), clip_front(text, limit), clip_bytes(text, limit)}) {
      ASSERT_TRUE(is_valid_utf8(cut)) << text << " at " << limit;
    }
    EXPECT_EQ(count_characters(clip(text, limit)), std::min(limit, count_characters(text)));
    EXPECT_LE(clip_bytes(text, limit).size(), limit);
    EXPECT_GT(clip_bytes(text, limit).size() + 4, std::min(limit, text.size()));
  }
}

TEST(RepairUtf8, MakesRandomBytesValidAndLeavesTextAlone) {
  std::mt19937 random(4);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes;
    for (unsigned n = random() % 40; n > 0; --n) bytes += static_cast<char>(random());
    ASSERT_TRUE(is_valid_utf8(repair_utf8(bytes)));
    std::string text = random_utf8(random);
    ASSERT_EQ(repair_utf8(text), text);
    (void)clip(bytes, 5), (void)clip_front(bytes, 5), (void)clip_bytes(bytes, 5);
  }
}

TEST(IsValidUtf8, RefusesOverlongSurrogatesAndTooHigh) {
  EXPECT_TRUE(is_valid_utf8(std::string_view("a\0\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", 12)));
  for (const char* bad : {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80",
                          "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xfe"})
    EXPECT_FALSE(is_valid_utf8(bad));
}

TEST(ValidUtf8Prefix, EndsBeforeTheFirstBadByteWhereverItStands) {
  for (std::string text : {std::string(20, 'a'), "\u00e4" + std::string(20, 'a')})
    for (std::size_t at = 2; at < text.size(); ++at) {
      std::string bad = text;
      bad[at] = '\xff';
      EXPECT_EQ(valid_utf8_prefix(bad), at);
    }
}

TEST(RepairUtf8, PutsOneMarkPerBadByte) {
  EXPECT_EQ(repair_utf8("a\xff\xfe"
                        "b\xc3"),
            "a\ufffd\ufffdb\ufffd");
}

TEST(Closest, FindsWhatWasMeant) {
  std::vector<std::string> keys{"name", "model", "tools"};
  EXPECT_EQ(closest("modle", keys), "model");
  EXPECT_EQ(closest("Name", keys), "name");
  EXPECT_EQ(closest("tool", keys), "tools");
  EXPECT_EQ(closest("schedule", keys), "");
  EXPECT_EQ(did_you_mean("modle", keys), "; did you mean 'model'?");
  EXPECT_EQ(did_you_mean("xyz", keys), "");
}

TEST(EditDistance, CountsEditsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("ab", "ba"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance(std::string(10'000, 'x'), std::string(10'000, 'x')), 0u);
}

TEST(MatchesGlob, FitsToolNames) {
  EXPECT_TRUE(matches_glob("fs.*", "fs.read"));
  EXPECT_TRUE(matches_glob("fs.write_*", "fs.write_file"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("a?c*e", "abcde"));
  EXPECT_TRUE(matches_glob("*a*b*", "xxaxxbxx"));
  EXPECT_FALSE(matches_glob("fs.*", "fsx"));
  EXPECT_FALSE(matches_glob("fs", "fs.read"));
  EXPECT_FALSE(matches_glob("", "a"));
}

TEST(MatchesGlob, TakesCharactersForWhatTheyAre) {
  EXPECT_TRUE(matches_glob("gr?ße", "grüße"));
  EXPECT_FALSE(matches_glob("gr??ße", "grüße"));
  EXPECT_FALSE(matches_glob("*??", "ü"));
  EXPECT_TRUE(matches_glob("*?b", "aüb"));
  EXPECT_FALSE(matches_glob("?*?b", "üb")) << "a star takes no part of a character";
  EXPECT_TRUE(matches_glob("?", "\xff")) << "what is no UTF-8 counts byte by byte";
}

TEST(MatchesGlob, EndsSoonOnPatternsThatBacktrack) {
  std::string stars;
  for (int i = 0; i < 100; ++i) stars += "*a";
  EXPECT_FALSE(matches_glob(stars + "b", std::string(5000, 'a')));
}

TEST(TrimAndSplit, TakeTextApart) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

}  // namespace
}  // namespace executus

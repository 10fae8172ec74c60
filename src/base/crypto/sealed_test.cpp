#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>
#include <executus/base/sealed.hpp>

#include "base/base64.hpp"

namespace executus {
namespace {

MasterKey key_of(char byte) { return MasterKey::parse(base64_encode(std::string(32, byte))).value(); }
Sealer sealer(char byte = 'k', std::string purpose = "kv") { return {{key_of(byte)}, std::move(purpose)}; }

// The code of what opening it throws.
std::string refusal(const Sealer& sealer, std::string_view sealed, std::string_view place = "row 1") {
  try {
    (void)sealer.open(sealed, place);
  } catch (const Error& error) {
    return error.code();
  }
  return "opened";
}

TEST(Sealed, OpensWhereItWasSealed) {  // [TOOL-10]
  for (const std::string& text : {std::string("the secret"), std::string(), std::string("\0\xff", 2)}) {
    auto sealed = sealer().seal(text, "row 1");
    EXPECT_EQ(sealer().open(sealed, "row 1"), text);
    EXPECT_EQ(sealed.size(), text.size() + 40);
    if (text.size() > 4) EXPECT_EQ(sealed.find(text), std::string::npos);
  }
}

TEST(Sealed, IsOtherBytesEachTime) {  // [TOOL-10]
  EXPECT_NE(sealer().seal("same", "row 1"), sealer().seal("same", "row 1"));
}

TEST(Sealed, DoesNotOpenInAnotherPlaceOrForAnotherPurpose) {  // [TOOL-10]
  auto sealed = sealer().seal("the secret", "row 1");
  EXPECT_EQ(refusal(sealer(), sealed, "row 2"), "crypto.changed");
  EXPECT_EQ(refusal(sealer('k', "files"), sealed), "crypto.changed");
}

TEST(Sealed, DoesNotOpenWithAChangedByte) {  // [TOOL-10]
  const auto sealed = sealer().seal("the secret", "row 1");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto changed = sealed;
    changed[at] ^= 1;
    auto expected = at < 3    ? "crypto.malformed"
                    : at == 3 ? "crypto.newer"
                    : at < 12 ? "crypto.unknown_key"
                              : "crypto.changed";
    EXPECT_EQ(refusal(sealer(), changed), expected) << at;
  }
}

TEST(Sealed, DoesNotOpenWhenCut) {  // [TOOL-10]
  const auto sealed = sealer().seal("the secret", "row 1");
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_EQ(refusal(sealer(), sealed.substr(0, size)), size < 40 ? "crypto.malformed" : "crypto.changed") << size;
}

TEST(Sealed, OpensWithAnyOfTheKeysAndSealsWithTheFirst) {  // [TOOL-10]
  auto old = sealer('a').seal("the secret", "row 1");
  EXPECT_EQ(refusal(sealer('b'), old), "crypto.unknown_key");
  Sealer both({key_of('b'), key_of('a')}, "kv");
  EXPECT_EQ(both.open(old, "row 1"), "the secret");
  EXPECT_EQ(sealer('b').open(both.seal("new", "row 1"), "row 1"), "new");
}

TEST(MasterKey, IsThirtyTwoBytesInBase64AndNeverShown) {  // [TOOL-10]
  for (const std::string& text : {std::string(), std::string("not base64 at all!"), base64_encode("short-key-bytes")}) {
    auto parsed = MasterKey::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code(), "crypto.key");
    if (!text.empty()) EXPECT_THAT(parsed.error().message(), ::testing::Not(::testing::HasSubstr(text)));
  }
  EXPECT_THROW(Sealer({}, "kv"), Error);
}

}  // namespace
}  // namespace executus

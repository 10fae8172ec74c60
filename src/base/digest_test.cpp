#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <executus/base/digest.hpp>

namespace executus {
namespace {

// The examples of FIPS 180-4.
constexpr char empty_digest[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char abc_digest[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256Hex, IsTheStandardsDigest) {
  EXPECT_EQ(sha256_hex(""), empty_digest);
  EXPECT_EQ(sha256_hex("abc"), abc_digest);
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256Pieces, AddUpToTheWhole) {
  Sha256 sha;
  sha.update("a");
  sha.update("");
  sha.update("bc");
  EXPECT_EQ(sha.finish_hex(), abc_digest);
}

TEST(Sha256Pieces, StartOverAfterFinish) {
  Sha256 sha;
  sha.update("abc");
  (void)sha.finish_hex();
  EXPECT_EQ(sha.finish_hex(), empty_digest);
}

TEST(Sha256Pieces, MoveWithTheirOwner) {
  Sha256 first;
  first.update("ab");
  Sha256 second = std::move(first);
  second.update("c");
  EXPECT_EQ(second.finish_hex(), abc_digest);
}

}  // namespace
}  // namespace executus

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <executus/base/error.hpp>
#include <executus/base/result.hpp>

namespace executus {
namespace {

Error caught_from(const auto& thrower) {
  try {
    thrower();
  } catch (...) {
    return current_error();
  }
  return failed("test", "nothing was thrown");
}

TEST(CurrentError, KeepsAnErrorAsItIs) {
  Error error = caught_from([] { throw Error(ErrorKind::overloaded, "llm.rate_limit", "asked too often"); });

  EXPECT_EQ(error.kind(), ErrorKind::overloaded);
  EXPECT_EQ(error.code(), "llm.rate_limit");
  EXPECT_EQ(error.message(), "asked too often");
  EXPECT_STREQ(error.what(), "asked too often");
}

TEST(CurrentError, TakesTheTextOfAStandardException) {
  Error error = caught_from([] { throw std::runtime_error("no such thing"); });

  EXPECT_EQ(error.kind(), ErrorKind::failed);
  EXPECT_EQ(error.code(), "internal");
  EXPECT_EQ(error.message(), "no such thing");
}

TEST(CurrentError, NamesWhatIsNoException) {
  Error error = caught_from([] { throw 42; });

  EXPECT_EQ(error.code(), "internal");
  EXPECT_FALSE(error.message().empty());
}

TEST(ErrorKindNames, AreTheOnesOfTheDocumentation) {
  EXPECT_EQ(to_string(ErrorKind::failed), "failed");
  EXPECT_EQ(to_string(ErrorKind::overloaded), "overloaded");
  EXPECT_EQ(to_string(ErrorKind::disconnected), "disconnected");
  EXPECT_EQ(to_string(ErrorKind::unimplemented), "unimplemented");
}

TEST(ResultOfAValue, ThrowsItsErrorWhenAskedForTheValue) {
  Result<std::string> good = std::string("yes");
  Result<std::string> bad = failed("test.code", "no");

  EXPECT_EQ(good.value(), "yes");
  EXPECT_FALSE(bad);
  EXPECT_THROW((void)bad.value(), Error);
  EXPECT_EQ(bad.error().code(), "test.code");
}

}  // namespace
}  // namespace executus

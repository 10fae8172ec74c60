#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include <executus/base/ids.hpp>

namespace executus {
namespace {

class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::int64_t ms) : now_(Milliseconds(ms)) {}
  WallTime wall() const override { return now_; }
  MonoTime mono() const override { return {}; }

 private:
  WallTime now_;
};

TEST(RunIdParse, TakesTheLettersOfATokenUpTo64) {
  EXPECT_EQ(RunId::parse("A-z_0.9")->str(), "A-z_0.9");
  EXPECT_TRUE(RunId::parse(std::string(64, 'x')));
}

TEST(RunIdParse, RefusesEverythingElse) {
  for (std::string bad : {"", "a b", "a/b", "ä", "a\n", "a:b"}) EXPECT_FALSE(RunId::parse(bad)) << bad;
  EXPECT_FALSE(RunId::parse(std::string(65, 'x')));
  EXPECT_FALSE(RunId::parse(std::string("a\0b", 3)));
}

TEST(RunIdGenerate, IsAUuidOfVersion7AndVariant10) {
  std::string id = RunId::generate(FixedClock(0x0123456789ab)).str();

  ASSERT_EQ(id.size(), 36u);
  EXPECT_EQ(id.substr(0, 13), "01234567-89ab");
  EXPECT_EQ(id[14], '7');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
  EXPECT_TRUE(RunId::parse(id));
}

TEST(RunIdGenerate, SortsByCreation) {
  EXPECT_LT(RunId::generate(FixedClock(1'700'000'000'000)), RunId::generate(FixedClock(1'700'000'000'001)));
}

TEST(RunIdGenerate, NeverRepeatsItself) {
  FixedClock clock(1);
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(RunId::generate(clock).str());
  EXPECT_EQ(ids.size(), 1000u);
}

TEST(RunIdEmpty, MeansNoRun) {
  EXPECT_TRUE(RunId().empty());
  EXPECT_EQ(RunId(), RunId());
}

TEST(RunId, IsPrintedAsItsText) {
  std::ostringstream out;
  out << *RunId::parse("order-7") << RunId();
  EXPECT_EQ(out.str(), "order-7");
}

}  // namespace
}  // namespace executus

#include <sstream>

#include <gtest/gtest.h>

#include <executus/deliver/deliveries.hpp>
#include <executus/testing/manual_loop.hpp>

#include "deliver/manifest.hpp"

namespace executus::deliver {
namespace {

const DeliveryTarget kTarget{"channel", "42"};

struct Printed {
  std::string text;
  std::string id;
};

Printed print(std::string output, std::vector<Artifact> artifacts = {}) {
  testing::ManualLoop loop;
  std::ostringstream stream;
  Stdout delivery(stream);
  std::string id = loop.run(delivery.deliver(kTarget, std::move(output), std::move(artifacts)));
  return {stream.str(), id};
}

TEST(Stdout, PrintsTheOutputAndAManifestOfTheArtifacts) {  // [IO-11] [IO-12]
  auto printed = print("the answer", {{"plot.png", "image/png", "secret bytes"}, {"", "", "x"}});
  EXPECT_EQ(printed.text,
            "the answer\n"
            "artifact: plot.png (image/png, 12 bytes)\n"
            "artifact: (unnamed) (1 byte)\n");
}

TEST(Stdout, KeepsNothingOfTheCallers) {  // [IO-13]
  testing::ManualLoop loop;
  std::ostringstream stream;
  Stdout delivery(stream);
  std::vector<Artifact> mine{{"a.txt", "", "bytes"}};
  auto posting = delivery.deliver(kTarget, "out", mine);
  mine[0] = {"changed", "", ""};  // after the call, before it is carried out
  (void)loop.run(std::move(posting));
  EXPECT_EQ(stream.str(), "out\nartifact: a.txt (5 bytes)\n");
}

TEST(Stdout, PrintsAnOutputWithoutArtifactsAsItIs) {  // [IO-12]
  EXPECT_EQ(print("two\nlines\n").text, "two\nlines\n");
  EXPECT_EQ(print("").text, "");
}

TEST(Stdout, AnswersWithTheIdOfThePost) {  // [IO-11]
  testing::ManualLoop loop;
  std::ostringstream stream;
  Stdout delivery(stream);
  EXPECT_EQ(loop.run(delivery.deliver(kTarget, "a", {})), "1");
  EXPECT_EQ(loop.run(delivery.deliver(kTarget, "b", {})), "2");
}

TEST(Stdout, NeutralisesControlCharactersInNames) {  // [IO-12]
  auto text = print("", {{"a\x1b[2J\nartifact: b\xc2\x9b\xe2\x80\xae\xff", "text/\rplain", ""}}).text;
  EXPECT_EQ(text, "artifact: a\uFFFD[2J\uFFFDartifact: b\uFFFD\uFFFD\uFFFD (text/\uFFFDplain, 0 bytes)\n");
}

TEST(Stdout, KeepsNamesInOtherAlphabets) {  // [IO-12]
  EXPECT_EQ(harmless("Bericht für Ωmega – 報告.pdf"), "Bericht für Ωmega – 報告.pdf");
}

TEST(Stdout, PrintsErrorsOnOneLine) {  // [IO-12]
  testing::ManualLoop loop;
  std::ostringstream stream;
  Stdout delivery(stream);
  loop.run(delivery.deliver_error(kTarget, "no answer\nwithin 3 steps"));
  EXPECT_EQ(stream.str(), "error: no answer\uFFFDwithin 3 steps\n");
}

TEST(Stdout, ReportsAStreamThatRefuses) {  // [IO-12]
  testing::ManualLoop loop;
  std::ostringstream stream;
  stream.setstate(std::ios::badbit);
  Stdout delivery(stream);
  EXPECT_THROW((void)loop.run(delivery.deliver(kTarget, "a", {})), Error);
}

TEST(Discard, DeliversNothing) {  // [IO-12]
  testing::ManualLoop loop;
  Discard delivery;
  EXPECT_EQ(loop.run(delivery.deliver(kTarget, "a", {{"name", "mime", "bytes"}})), "");
  EXPECT_NO_THROW(loop.run(delivery.deliver_error(kTarget, "b")));
}

}  // namespace
}  // namespace executus::deliver

#include "interop.hpp"

namespace executus::interop {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Each provider in turn is the first of a chain; the one after it in the list is the second.
class Chains : public Interop {
 protected:
  [[nodiscard]] static const Peer& next_peer() {
    const auto& peers = all_peers();
    for (std::size_t i = 0; i + 1 < peers.size(); ++i)
      if (peers[i].name == GetParam().name) return peers[i + 1];
    return peers.front();
  }
  [[nodiscard]] static std::string second() { return spec(next_peer()); }
  [[nodiscard]] static std::string first(const std::string& model) { return GetParam().name + "/" + model; }
};
INSTANTIATE_TEST_SUITE_P(Interop, Chains, ::testing::ValuesIn(all_peers()),
                         [](const auto& peer) { return case_name(peer.param); });

TEST_P(Chains, GoOnWithTheNextProvider) {  // [LLM-18] [LLM-20]
  auto broken = first("model-that-fails");
  auto chain = resolve(broken + "," + second());

  auto response = ask(*chain, question("somebody has to answer"));

  EXPECT_EQ(response.message.text(), "The second one answers.");
  EXPECT_EQ(response.target, second());
  EXPECT_THAT(chain_events_,
              ElementsAre("attempt " + broken, "failed " + broken, "attempt " + broken, "failed " + broken,
                          "suspended " + broken, "attempt " + second(), "served " + second()));
}

TEST_P(Chains, TakeBackWhatABrokenStreamHasShown) {  // [LLM-05] [LLM-18]
  auto broken = first("model-that-breaks-off");
  auto chain = resolve(broken + "," + second());
  Screen screen;

  auto response = ask(*chain, question("somebody has to answer"), &screen);

  EXPECT_THAT(screen.taken_back, ElementsAre(StartsWith("I "), StartsWith("I ")));
  EXPECT_EQ(screen.shown, "The second one answers.");
  EXPECT_EQ(response.message.text(), screen.shown);
  EXPECT_EQ(response.target, second());
}

TEST_P(Chains, AskAgainWhenTheProviderSaidSo) {  // [LLM-18]
  auto patient = spec(GetParam());
  auto chain = resolve(patient + "," + second());

  auto response = ask(*chain, question("once too often"));

  EXPECT_EQ(response.message.text(), "Now it is your turn.");
  EXPECT_EQ(response.target, patient);
  EXPECT_THAT(chain_events_,
              ElementsAre("attempt " + patient, "failed " + patient, "attempt " + patient, "served " + patient));
}

TEST_P(Chains, SayWhyNobodyAnswered) {  // [LLM-19]
  auto chain = resolve(spec(GetParam()) + "," + second());

  auto error = failure_of(*chain, question("I ask too much"));

  EXPECT_EQ(error.code(), "model.exhausted");
  EXPECT_EQ(error.retry_after(), Milliseconds(37'000));
  EXPECT_THAT(error.message(), AllOf(HasSubstr(spec(GetParam()) + ": "), HasSubstr(second() + ": ")));
}

}  // namespace
}  // namespace executus::interop

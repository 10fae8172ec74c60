#include "run/compaction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Compaction, IsDueOverTheThresholdOfAKnownContext) {  // [CMP-02] [RUN-09]
  EXPECT_TRUE(compaction_due(701, 1'000, 0.7));
  EXPECT_FALSE(compaction_due(700, 1'000, 0.7));
  EXPECT_FALSE(compaction_due(1'000'000, 0, 0.7));
  EXPECT_EQ(Defaults().compaction_threshold_ratio, 0.7);
}

TEST(Compaction, EstimatesEveryKindOfContent) {  // [CMP-10]
  auto tokens = [](llm::Part part) {
    llm::Message message;
    message.parts.push_back(std::move(part));
    return estimated_tokens({message});
  };
  EXPECT_GE(tokens(llm::Text{std::string(400, 'x')}), 100);
  EXPECT_GE(tokens(llm::Image{"tiny", "image/png"}), 1'000);
  EXPECT_GE(tokens(llm::Opaque{"anthropic", boost::json::string(400, 'x')}), 100);
}

TEST(Compaction, TheViewKeepsSystemMessagesSummaryAndRest) {  // [CMP-03] [CMP-06]
  llm::Message system = llm::user_message("rules");
  system.role = llm::Role::system;
  llm::Transcript all{system, llm::user_message("a"), llm::assistant_message("b"), llm::user_message("c")};
  auto view = compacted_view(all, 3, "what was said");
  ASSERT_EQ(view.size(), 3u);
  EXPECT_EQ(view[0].text(), "rules");
  EXPECT_EQ(view[1].role, llm::Role::user);
  EXPECT_THAT(view[1].text(), HasSubstr("what was said"));
  EXPECT_EQ(view[2].text(), "c");
}

// --- in a run

struct TestCompactor final : Compactor {
  Task<Compaction> compact(CompactionRequest request) override {
    requests.push_back(request);
    if (throws) throw std::runtime_error("the summariser is away");
    Compaction answer;
    answer.upto = upto ? *upto : static_cast<std::uint32_t>(request.messages.size() - 2);
    answer.summary = "summary " + std::to_string(requests.size());
    answer.usage = {100, 10, 0, 0, 0};
    co_return answer;
  }
  std::vector<CompactionRequest> requests;
  std::optional<std::uint32_t> upto;
  bool throws = false;
};

// Each step's tool returns 1,000 characters: the third request is over the threshold.
struct Long : Harness {
  explicit Long(int steps = 3) : Harness([](std::size_t) { return says("unused"); }) {
    look = &add_tool("look", tool::Effect::pure);
    look->act = [] { return tool::Done{std::string(1'000, 'x'), {}}; };
    stepping = std::make_shared<Stepping>(steps);
    resolver = std::make_unique<OneModelResolver>(stepping);
    reconfigure([this](ExecutorConfig& config) {
      config.models = resolver.get();
      config.compactor = with_compactor ? &compactor : nullptr;
      config.context_tokens = [this](std::string_view) { return context; };
    });
  }
  // Counts its answers itself: compaction changes how many messages a request has.
  struct Stepping final : llm::Model {
    explicit Stepping(int steps) : left(steps) {}
    Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
      requests.push_back(request);
      std::string arguments = R"({"n":)" + std::to_string(left) + "}";
      llm::Response response = left-- > 0 ? calls({{"c" + std::to_string(left), "look", arguments}}) : says("done");
      response.usage = {10, 5, 0, 0, 0};
      co_return response;
    }
    const std::string& target() const override { return name; }
    std::string name = "test/model";
    int left;
    std::vector<llm::Request> requests;
  };
  TestCompactor compactor;
  std::shared_ptr<Stepping> stepping;
  std::unique_ptr<OneModelResolver> resolver;
  EffectTool* look;
  int context = 1'000;
  bool with_compactor = true;
};

TEST(Compaction, ShortensWhatIsSentAndNothingElse) {  // [CMP-01] [CMP-07] [CMP-11] [CK-06] [AGT-09]
  Long run;
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(run.kinds(), Contains("compacted"));
  EXPECT_THAT(run.stepping->requests.back().messages[0].text(), HasSubstr("summary 1"));
  EXPECT_LT(run.stepping->requests.back().messages.size(), outcome.messages.size());
  EXPECT_EQ(outcome.messages.size(), 8u) << "the transcript stays whole";
  EXPECT_EQ(outcome.usage.input, 140) << "what summarising cost is told";
}

TEST(Compaction, IsOffWithoutACompactorOrAContextSize) {  // [CMP-02]
  for (bool without_size : {true, false}) {
    Long run;
    run.context = without_size ? 0 : 1'000;
    run.with_compactor = without_size;
    run.new_process();
    EXPECT_TRUE(run.run().ok());
    EXPECT_THAT(run.kinds(), Not(Contains("compacted")));
  }
}

TEST(Compaction, AFailureSendsTheWholeAndIsNotRepeatedAtOnce) {  // [CMP-08] [AGT-09]
  Long run;
  run.compactor.throws = true;
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.stepping->requests.back().messages.size(), 7u);
  EXPECT_THAT(run.kinds(), Contains("compacted"));
}

TEST(Compaction, WorksInPhasesWhichStartAfresh) {  // [CMP-12]
  Long run(3);
  run.agent.phases = {{"one", "one"}, {"two", "two"}};
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.kinds(), Contains("compacted"));
  EXPECT_EQ(run.stepping->requests.back().messages.size(), 1u);
}

// The bytes of the last request: after a crash anywhere they are what the uninterrupted run sends.
TEST(Compaction, IsJournaledSoThatAResumedRunSendsTheSame) {  // [DUR-34] [DUR-09] [CMP-07]
  Long calm;
  ASSERT_TRUE(calm.run().ok());
  for (int writes = 1;; ++writes) {
    Long run;
    run.store->writes_left = writes;
    if (run.run().ok()) break;
    // The model in flight is asked again; it must not count the lost answer.
    run.stepping->left = 3 - static_cast<int>(journal::fold(run.entries()).conversation.responses());
    run.new_process();
    ASSERT_TRUE(run.recover()->ok()) << writes;
    const auto& last = run.stepping->requests.back().messages;
    const auto& expected = calm.stepping->requests.back().messages;
    ASSERT_EQ(last.size(), expected.size()) << writes;
    for (std::size_t i = 1; i < last.size(); ++i) EXPECT_EQ(last[i], expected[i]) << writes;
    EXPECT_LE(run.compactor.requests.size(), calm.compactor.requests.size() + 1) << writes;
    ASSERT_LT(writes, 40);
  }
}

TEST(Compaction, AJournaledFailureIsNotTriedAgainAfterACrash) {  // [CMP-08] [DUR-34]
  Long run;
  run.compactor.throws = true;
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::Compacted>(entry.payload)) run.store->dead = true;
  });
  run.new_process(&observer);
  (void)run.run();
  auto tried = run.compactor.requests.size();
  run.stepping->left = 3 - static_cast<int>(journal::fold(run.entries()).conversation.responses());
  run.new_process();
  auto before = run.stepping->requests.size();
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.stepping->requests[before].messages.size(), run.stepping->requests[before - 1].messages.size());
  EXPECT_LE(run.compactor.requests.size(), tried + 1) << "only where the calm run would try again";
}

}  // namespace
}  // namespace executus::run

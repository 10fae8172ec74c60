#include "run/step/compaction.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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

// What it answers follows from what it is asked alone, as after a crash it may have to be asked again.
struct TestCompactor final : Compactor {
  Task<Compaction> compact(CompactionRequest request) override {
    requests.push_back(request);
    if (throws) throw std::runtime_error("the summariser is away");
    Compaction answer;
    answer.upto = upto ? *upto : static_cast<std::uint32_t>(request.messages.size() - 2);
    answer.summary = "summary of " + std::to_string(answer.upto) + " over [" + request.summary + "]";
    answer.usage = {100, 10, 0, 0, 0};
    summaries.push_back(answer.summary);
    co_return answer;
  }
  std::vector<CompactionRequest> requests;
  std::vector<std::string> summaries;
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

TEST(Compaction, ShortensWhatIsSentAndNothingElse) {  // [CMP-07] [CK-06] [AGT-09]
  Long run;
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(run.kinds(), Contains("compacted"));
  EXPECT_THAT(run.stepping->requests.back().messages[0].text(), HasSubstr("summary of 5"));
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

// Its results are long until the conversation is over the threshold, and then short: it grows by a tenth in some steps.
struct FailingLong : Long {
  explicit FailingLong(int steps) : Long(steps) {
    compactor.throws = true;
    agent.max_iterations = 30;
    look->act = [this] { return tool::Done{std::string(results++ < 3 ? 1'000 : 40, 'x'), {}}; };
  }
  int results = 0;
};

TEST(Compaction, AFailureIsRepeatedWhenTheConversationHasGrownByATenth) {  // [CMP-08]
  FailingLong run(20);
  EXPECT_TRUE(run.run().ok());
  std::vector<std::int64_t> tokens;
  for (const auto& request : run.compactor.requests) tokens.push_back(estimated_tokens(request.messages));
  ASSERT_GE(tokens.size(), 3u);
  for (std::size_t i = 1; i < tokens.size(); ++i) EXPECT_GE(tokens[i] * 10, tokens[i - 1] * 11);
  EXPECT_LT(tokens.size(), 8u) << "of seventeen requests over the threshold";
}

TEST(Compaction, AFailureIsNotRepeatedAfterACrashEither) {  // [CMP-08] [DUR-34]
  FailingLong calm(7);
  EXPECT_TRUE(calm.run().ok());
  for (int writes = 1;; ++writes) {
    FailingLong run(7);
    run.store->writes_left = writes;
    bool whole = run.run().ok();
    if (whole) break;
    auto replayed = journal::fold(run.entries());
    run.stepping->left = 7 - static_cast<int>(replayed.conversation.responses());
    run.results = 0;
    for (const auto& message : replayed.conversation.transcript()) run.results += message.role == llm::Role::tool;
    auto kinds = run.kinds();
    auto journaled = static_cast<std::size_t>(std::ranges::count(kinds, "compacted"));
    bool lost = run.compactor.requests.size() > journaled;
    run.new_process();
    EXPECT_TRUE(run.recover()->ok());
    EXPECT_LE(run.compactor.requests.size(), calm.compactor.requests.size() + (lost ? 1 : 0)) << writes;
  }
}

TEST(Compaction, WorksInPhasesWhichStartAfresh) {  // [CMP-12]
  Long run(3);
  run.agent.phases = {{"one", "one"}, {"two", "two"}};
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.kinds(), Contains("compacted"));
  EXPECT_EQ(run.stepping->requests.back().messages.size(), 1u);
}

// Asked before each call that is over the threshold, with everything there is; and it is told what it said before.
TEST(Compaction, HandsOverTheWholeListAndWhatWasFoldedBefore) {  // [CMP-01] [CMP-07]
  Long run(6);
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  const auto& asked = run.compactor.requests;
  ASSERT_GE(asked.size(), 2u);
  EXPECT_EQ(asked[0].compacted, 0u);
  EXPECT_EQ(asked[0].summary, "");
  std::uint32_t compacted = 0;
  for (std::size_t n = 0; n < asked.size(); ++n) {
    const auto& messages = asked[n].messages;
    ASSERT_LE(messages.size(), outcome.messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) EXPECT_EQ(messages[i], outcome.messages[i]) << n;
    EXPECT_EQ(messages.back().role, llm::Role::tool) << "up to the call that is about to be made";
    EXPECT_EQ(asked[n].compacted, compacted);
    if (n > 0) EXPECT_THAT(asked[n].summary, StartsWith("summary of " + std::to_string(compacted) + " over ["));
    compacted = static_cast<std::uint32_t>(messages.size() - 2);
  }
}

// Every request, whether shortened before or not, is measured against the same threshold.
TEST(Compaction, AsksNobodyUnderTheThreshold) {  // [CMP-01] [CMP-02]
  Long run(6);
  ASSERT_TRUE(run.run().ok());
  auto most = static_cast<std::int64_t>(run.context * Defaults().compaction_threshold_ratio);
  for (const auto& request : run.stepping->requests) EXPECT_LE(estimated_tokens(request.messages), most);
  EXPECT_LT(run.compactor.requests.size(), run.stepping->requests.size() - 1);
  Long roomy(6);
  roomy.context = 100'000;
  ASSERT_TRUE(roomy.run().ok());
  EXPECT_TRUE(roomy.compactor.requests.empty());
}

struct EventAudit final : Audit {
  struct Record final : AuditRecord {
    explicit Record(EventAudit& a) : audit(a) {}
    void log_event(std::string_view kind, const boost::json::object& detail) override {
      audit.events.emplace_back(kind, detail);
    }
    Task<void> close(RunStats) override { co_return; }
    EventAudit& audit;
  };
  std::unique_ptr<AuditRecord> start_run(const RunInfo&) override { return std::make_unique<Record>(*this); }
  std::vector<std::pair<std::string, boost::json::object>> events;
};

TEST(Compaction, IsToldToTheAuditWhenItFiresAndOnlyThen) {  // [CMP-11]
  for (bool fails : {false, true}) {
    EventAudit audit;
    Long run;
    run.compactor.throws = fails;
    auto before = run.configure;
    run.reconfigure([&](ExecutorConfig& config) {
      before(config);
      config.ports.audit = &audit;
    });
    ASSERT_TRUE(run.run().ok());
    ASSERT_EQ(audit.events.size(), fails ? 0u : 1u);
    if (fails) continue;
    const auto& [kind, detail] = audit.events[0];
    EXPECT_EQ(kind, "compaction_fired");
    EXPECT_EQ(detail.at("messages").to_number<int>(), 5);
    EXPECT_GT(detail.at("tokens_before").to_number<int>(), 700);
    EXPECT_LT(detail.at("tokens_after").to_number<int>(), 700);
  }
}

// A request as a provider would get it: what its prompt cache compares.
std::string bytes_of(const llm::Request& request) {
  std::string bytes = request.system;
  for (const auto& message : request.messages) bytes += "\n" + boost::json::serialize(llm::to_json(message));
  for (const auto& tool : request.tools) bytes += "\n" + tool.name + boost::json::serialize(tool.parameters);
  return bytes;
}

// The requests, one that was repeated because its answer was lost counted once.
std::vector<std::string> distinct_bytes(const std::vector<llm::Request>& requests) {
  std::vector<std::string> bytes;
  for (const auto& request : requests) bytes.push_back(bytes_of(request));
  bytes.erase(std::unique(bytes.begin(), bytes.end()), bytes.end());
  return bytes;
}

// Every byte of every request, summaries included: after a crash anywhere it is what the uninterrupted run sends.
TEST(Compaction, IsJournaledSoThatAResumedRunSendsTheSame) {  // [DUR-34] [DUR-09] [CMP-07]
  constexpr int kSteps = 6;
  Long calm(kSteps);
  ASSERT_TRUE(calm.run().ok());
  ASSERT_GE(calm.compactor.requests.size(), 2u);
  auto expected = distinct_bytes(calm.stepping->requests);
  EXPECT_THAT(expected.back(), HasSubstr("over [summary of")) << "a summary of a summary";
  int crashes = 0;
  for (int writes = 1;; ++writes) {
    Long run(kSteps);
    run.store->writes_left = writes;
    if (run.run().ok()) break;
    ++crashes;
    auto asked = run.compactor.requests.size();
    auto compacted = journal::fold(run.entries()).compacted.summary;
    // The model in flight is asked again; it must not count the lost answer.
    run.stepping->left = kSteps - static_cast<int>(journal::fold(run.entries()).conversation.responses());
    run.new_process();
    ASSERT_TRUE(run.recover()->ok()) << writes;
    EXPECT_EQ(distinct_bytes(run.stepping->requests), expected) << writes;
    // What was journaled is not bought again; what was not, is, by the same question.
    bool lost = asked > 0 && compacted != run.compactor.summaries[asked - 1];
    EXPECT_EQ(run.compactor.requests.size(), calm.compactor.requests.size() + (lost ? 1 : 0)) << writes;
  }
  EXPECT_GT(crashes, kSteps);
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

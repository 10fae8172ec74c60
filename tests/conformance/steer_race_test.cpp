// Steering in the moment of the final answer, for real: runs end on one connection to an SQLite journal while threads
// of their own post commands on another, as other processes do. Which side wins is chance; that nothing is lost is not.
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <semaphore>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus {
namespace {

using journal::PostVerdict;

constexpr int kLanes = 4, kRuns = 250;  // a thousand races
constexpr int kMessages = 4;            // at most, to each run

// What a run was told from outside.
struct Told {
  std::set<std::string> accepted, refused;
};

// Answers at once, and keeps what it was asked.
class AttentiveModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    for (const auto& message : request.messages)
      if (message.role == llm::Role::user) heard.insert(message.text());
    if (on_ask) on_ask();
    co_return run::says("the answer");
  }
  const std::string& target() const override { return target_; }

  std::function<void()> on_ask;
  std::set<std::string> heard;

 private:
  std::string target_ = "test/attentive";
};

// When the first message to a run is posted, and what the run can still do about it.
struct Moment {
  enum class At { asked, answered } at;  // the model is asked; its answer is in the journal
  int steps;                             // with one, nothing can be heard after the answer
  bool heeded;                           // the run stands still until the first message is acknowledged
};
constexpr Moment kMoments[] = {{Moment::At::answered, 3, false}, {Moment::At::answered, 1, false},
                               {Moment::At::asked, 3, false},    {Moment::At::answered, 3, true},
                               {Moment::At::answered, 3, false}, {Moment::At::answered, 1, true}};

// Drives one run after the other on a loop of its own; beside it, a thread posts messages to each run from just before
// its end until it is over.
class Lane {
 public:
  Lane(int number, journal::JournalStore& drivers, journal::JournalStore& others)
      : name_("lane" + std::to_string(number)), drivers_(drivers), others_(others) {}

  void race() {
    for (int i = 0; i < kRuns; ++i)
      race_once(*RunId::parse(name_ + "-" + std::to_string(i)), kMoments[i % std::size(kMoments)]);
  }

  int heard = 0, undelivered = 0, refused = 0;

 private:
  void race_once(RunId run, Moment moment) {
    Told told;
    std::binary_semaphore about_to_end{0}, acknowledged{0};
    std::thread speaker([&] {
      about_to_end.acquire();
      speak_to(run, told, acknowledged);
    });
    auto fire = [&, once = std::make_shared<bool>(false)] {
      if (std::exchange(*once, true)) return;
      about_to_end.release();
      if (moment.heeded) acknowledged.acquire();
    };
    model_->heard.clear();
    model_->on_ask = moment.at == Moment::At::asked ? std::function<void()>(fire) : nullptr;
    run::EntryObserver observer([&](const journal::Entry& entry) {
      if (std::holds_alternative<journal::Responded>(entry.payload)) fire();
    });
    auto outcome = drive(run, moment.steps, observer);
    speaker.join();
    EXPECT_TRUE(outcome.ok()) << outcome.error;
    account_for(run, told);
  }

  RunOutcome drive(const RunId& run, int steps, RunObserver& observer) {
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = &drivers_;
    config.ports.observer = &observer;
    Executor executor(std::move(config));
    Agent agent;
    agent.name = "test";
    agent.root = "/";
    agent.max_iterations = steps;
    Invocation invocation;
    invocation.run_id = run;
    invocation.prompt = "please";
    return block_on(*loop_, executor.run(std::move(agent), std::move(invocation)));
  }

  void speak_to(const RunId& run, Told& told, std::binary_semaphore& acknowledged) {
    for (int i = 0; i < kMessages && told.refused.empty(); ++i) {
      auto text = run.str() + ": message " + std::to_string(i);
      auto verdict = block_on(*others_loop_, others_.post(run, run::commands::steer(text)));
      EXPECT_NE(verdict, PostVerdict::no_such_run);
      (verdict == PostVerdict::accepted ? told.accepted : told.refused).insert(text);
      if (i == 0) acknowledged.release();
    }
  }

  // Every message that was accepted is in the journal, once; it was heard by the model, or it says that it was not.
  void account_for(const RunId& run, const Told& told) {
    std::map<std::string, bool> undelivered_by_text;
    for (const auto& entry : block_on(*loop_, others_.read(run, 0, 1'000))) {
      const auto* steered = std::get_if<journal::Steered>(&entry.payload);
      if (!steered) continue;
      bool first = undelivered_by_text.emplace(steered->message.text(), steered->undelivered).second;
      EXPECT_TRUE(first) << "twice: " << steered->message.text();
    }
    EXPECT_EQ(undelivered_by_text.size(), told.accepted.size()) << run.str();
    for (const auto& text : told.accepted) {
      auto found = undelivered_by_text.find(text);
      ASSERT_NE(found, undelivered_by_text.end()) << "lost: " << text;
      EXPECT_NE(found->second, model_->heard.contains(text)) << text;
      ++(found->second ? undelivered : heard);
    }
    for (const auto& text : told.refused) EXPECT_FALSE(model_->heard.contains(text)) << "refused, and yet: " << text;
    refused += static_cast<int>(told.refused.size());
    EXPECT_EQ(block_on(*loop_, others_.inbox(run)).size(), 0u);
    if (!told.refused.empty()) EXPECT_TRUE(is_terminal(block_on(*loop_, others_.find(run))->status));
  }

  const std::string name_;
  journal::JournalStore& drivers_;
  journal::JournalStore& others_;
  std::unique_ptr<Loop> loop_ = make_loop(1), others_loop_ = make_loop(1);
  std::shared_ptr<AttentiveModel> model_ = std::make_shared<AttentiveModel>();
  run::OneModelResolver models_{model_};
  tool::Registry registry_;
};

TEST(SteerRace, InTheMomentOfTheFinalAnswerNothingIsLost) {  // [DUR-38] [DUR-13]
  const testing::TemporaryFolder folder;
  {
    auto drivers = sqlite::open_store({folder / "j.db"});
    auto others = sqlite::open_store({folder / "j.db"});
    std::vector<std::unique_ptr<Lane>> lanes;
    std::vector<std::thread> threads;
    for (int i = 0; i < kLanes; ++i) lanes.push_back(std::make_unique<Lane>(i, *drivers, *others));
    for (auto& lane : lanes) threads.emplace_back([&lane] { lane->race(); });
    for (auto& thread : threads) thread.join();
    int heard = 0, undelivered = 0, refused = 0;
    for (const auto& lane : lanes) heard += lane->heard, undelivered += lane->undelivered, refused += lane->refused;
    EXPECT_GE(heard + undelivered + refused, kLanes * kRuns);
    EXPECT_GT(heard, 0);
    EXPECT_GT(undelivered, 0);
    RecordProperty("heard", heard);
    RecordProperty("undelivered", undelivered);
    RecordProperty("refused", refused);
  }
}

}  // namespace
}  // namespace executus

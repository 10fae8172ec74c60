#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/speaking.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Every text a user said, as the last request had it.
std::vector<std::string> user_texts(const llm::Request& request) {
  std::vector<std::string> texts;
  for (const auto& message : request.messages)
    if (message.role == llm::Role::user) texts.push_back(message.text());
  return texts;
}

auto act_then_answer() {
  return [](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); };
}

TEST(Steer, IsHeardAfterTheResultsOfTheStepInProgress) {  // [DUR-13] [SES-01] [CR-10]
  Harness run(act_then_answer());
  auto& act = run.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&] { run.post(commands::steer("hurry")); };
  EXPECT_TRUE(run.run().ok());
  const auto& last = run.model->requests.back();
  EXPECT_THAT(user_texts(last), ElementsAre("please", "hurry"));
  EXPECT_EQ(last.messages.back().text(), "hurry") << "after the results, so that every call has its own";
  EXPECT_TRUE(run.loop.run(run.store->inbox(*RunId::parse("run"))).empty()) << "consumed with its entry";
}

TEST(Steer, ShowsImagesAfterItsWords) {  // [DUR-13] [API-03]
  Harness run(act_then_answer());
  auto& act = run.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&] {
    (void)run.loop.run(steer_run(*run.store, *RunId::parse("run"), "look", {{"pixels", "image/png"}}));
    (void)run.loop.run(steer_run(*run.store, *RunId::parse("run"), "", {{"more", "image/gif"}}));
  };
  EXPECT_TRUE(run.run().ok());

  const auto& messages = run.model->requests.back().messages;
  ASSERT_GE(messages.size(), 2u);
  const auto &look = messages[messages.size() - 2], &more = messages.back();
  ASSERT_EQ(look.parts.size(), 2u);
  EXPECT_EQ(look.text(), "look");
  EXPECT_EQ(std::get<llm::Image>(look.parts[1]).bytes, "pixels");
  ASSERT_EQ(more.parts.size(), 1u) << "no empty text beside it";
  EXPECT_EQ(std::get<llm::Image>(more.parts[0]).mime, "image/gif");
}

TEST(Steer, TakesNoImagesThatWouldSpoilTheTranscript) {  // [DUR-13] [API-03]
  Harness run(act_then_answer());
  auto& act = run.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&] {
    auto steer = [&](std::vector<llm::Image> images) {
      (void)run.loop.run(steer_run(*run.store, *RunId::parse("run"), "look", std::move(images)));
    };
    EXPECT_THROW(steer({{"", "image/png"}}), Error);
    EXPECT_THROW(steer({{"pixels", ""}}), Error);
    std::string half(kMostSteeredBytes / 2 + 1, 'x');
    EXPECT_THROW(steer({{half, "image/png"}, {half, "image/png"}}), Error);
  };
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(user_texts(run.model->requests.back()), ElementsAre("please"));
}

TEST(Steer, DropsAMessageWhoseImagesCannotBeRead) {  // [DUR-13]
  auto spoilt = commands::steer("look", {{"pixels", "image/png"}});
  EXPECT_TRUE(commands::steer_message(spoilt));
  spoilt.payload["images"] = boost::json::array{boost::json::object{{"image", "no base64!"}, {"mime", "image/png"}}};
  EXPECT_FALSE(commands::steer_message(spoilt));
  spoilt.payload["images"] = "none";
  EXPECT_FALSE(commands::steer_message(spoilt));
}

// The moment of the final answer: after the model was asked, before the run is closed.
TEST(Steer, InTheMomentOfTheFinalAnswerIsNeverLost) {  // [DUR-38] [DUR-10]
  for (int round = 0; round < 1'000; ++round) {
    Harness run([](std::size_t turn) { return says(turn == 0 ? "first answer" : "second answer"); });
    EntryObserver observer([&](const journal::Entry& entry) {
      if (entry.seq == 3) run.post(commands::steer("one more thing " + std::to_string(round)));
    });
    run.new_process(&observer);
    auto outcome = run.run();
    ASSERT_EQ(outcome.output, "second answer") << round;
    ASSERT_THAT(user_texts(run.model->requests.back()), Contains("one more thing " + std::to_string(round)));
  }
}

TEST(Steer, AfterTheAnswerAndBeforeACrashIsHeardByTheNextProcess) {  // [DUR-10] [DUR-13]
  Harness run([](std::size_t turn) { return says(turn == 0 ? "first answer" : "second answer"); });
  run.store->writes_left = 1;  // dies when it closes the run
  (void)run.run();
  run.post(commands::steer("one more thing"));
  run.new_process();
  EXPECT_EQ(run.recover()->output, "second answer");
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded", "opened", "steered", "responded", "ended"))
      << "that somebody took the run up is said before what it did, though its first write was refused";
}

// Nothing that is awaited lies between the message and the next request.
TEST(Steer, BeforeARecoveryIsHeardAfterThePureCallsThatItRepeats) {  // [DUR-13] [DUR-34]
  Harness run([](std::size_t turn) {
    return turn < 2 ? calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}) : says("done");
  });
  auto& look = run.add_tool("look", tool::Effect::pure);
  look.before_effect = [&] { run.store->dead = true; };
  (void)run.run();
  look.before_effect = nullptr;
  run.post(commands::steer("hurry"));
  run.new_process();
  auto asked = run.model->requests.size();

  EXPECT_TRUE(run.recover()->ok());

  EXPECT_THAT(user_texts(run.model->requests.at(asked)), ElementsAre("please", "hurry"));
}

TEST(Steer, AfterTheLastStepAndBeforeACrashIsMarkedByTheNextProcess) {  // [DUR-10] [DUR-38]
  Harness run([](std::size_t) { return says("the answer"); });
  run.agent.max_iterations = 1;
  run.store->writes_left = 1;
  (void)run.run();
  run.post(commands::steer("too late"));
  run.new_process();
  EXPECT_EQ(run.recover()->output, "the answer");
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded", "opened", "steered", "ended"));
}

TEST(Steer, IsMarkedUndeliveredWhenNoStepIsLeft) {  // [DUR-38]
  Harness run([](std::size_t) { return says("the answer"); });
  run.agent.max_iterations = 1;
  EntryObserver observer([&](const journal::Entry& entry) {
    if (entry.seq == 3) run.post(commands::steer("too late"));
  });
  run.new_process(&observer);
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output, "the answer");
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded", "steered", "ended"));
  EXPECT_TRUE(std::get<journal::Steered>(run.entries()[3].payload).undelivered);
}

TEST(Steer, AThousandMessagesAtOnceAreAllHeardInOrder) {  // [DUR-13]
  Harness run(act_then_answer());
  auto& act = run.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&] {
    for (int i = 0; i < 1'000; ++i) run.post(commands::steer(std::to_string(i)));
  };
  EXPECT_TRUE(run.run().ok());
  auto texts = user_texts(run.model->requests.back());
  ASSERT_EQ(texts.size(), 1'001u);
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(texts[static_cast<std::size_t>(i) + 1], std::to_string(i));
}

TEST(Steer, ReachesThePhaseThatRuns) {  // [PH-17]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); });
  auto& act = run.add_tool("act", tool::Effect::keyed);
  run.agent.phases = {{"one", "one"}, {"two", "two"}};
  act.before_effect = [&, first = true]() mutable {
    if (std::exchange(first, false)) run.post(commands::steer("hurry"));
  };
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(user_texts(run.model->requests[1]), Contains("hurry"));
  EXPECT_THAT(user_texts(run.model->requests.back()), ElementsAre("please")) << "the next phase starts afresh";
}

TEST(Steer, InTheLastMomentOfAPipelineIsHeardInItsLastPhase) {  // [DUR-38] [PH-17]
  Harness run([](std::size_t turn) { return says(turn == 0 ? "first answer" : "second answer"); });
  run.agent.phases = {{"one", "one"}, {"two", "two"}};
  EntryObserver observer([&, responses = 0](const journal::Entry& entry) mutable {
    if (std::holds_alternative<journal::Responded>(entry.payload) && ++responses == 2)
      run.post(commands::steer("one more thing"));
  });
  run.new_process(&observer);
  EXPECT_EQ(run.run().output, "second answer");
}

TEST(Cancel, CommandsEndARunThatWaitsForItsModel) {  // [DUR-38]
  Harness run([](std::size_t) { return says("never"); });
  run.model->wait.emplace();
  ManualGroup group(run.loop);
  RunOutcome outcome;
  auto drive = [](Harness& h, RunOutcome& out) -> Task<void> {
    out = co_await h.executor->run(h.agent, h.invocation("run"));
  };
  group.spawn(drive(run, outcome));
  run.loop.run_ready();
  run.post(commands::cancel());
  run.executor->look_at_inbox(*RunId::parse("run"));
  run.loop.run_ready();
  group.join();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
}

// A crash at every write of a run that is steered: the message is applied exactly once, and the request bytes agree.
TEST(Steer, IsAppliedExactlyOnceAcrossCrashes) {  // [DUR-13] [DUR-34]
  auto steered_run = [](std::optional<int> writes) {
    auto run = std::make_unique<Harness>(act_then_answer());
    auto& act = run->add_tool("act", tool::Effect::keyed);
    act.before_effect = [h = run.get(), posted = false]() mutable {
      if (!std::exchange(posted, true)) h->post(commands::steer("hurry"));
    };
    run->store->writes_left = writes;
    if (run->run().ok()) return run;
    run->new_process();
    EXPECT_TRUE(run->recover()->ok());
    return run;
  };
  auto calm = steered_run(std::nullopt);
  for (int writes = 1; writes < 6; ++writes) {
    auto run = steered_run(writes);
    EXPECT_EQ(run->model->requests.back().messages.size(), calm->model->requests.back().messages.size()) << writes;
    EXPECT_THAT(user_texts(run->model->requests.back()), ElementsAre("please", "hurry")) << writes;
  }
}

}  // namespace
}  // namespace executus::run

// A run that is followed: a model that shows what it writes, processes that come and go, and a reader beside them, all
// on one loop with a clock of its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"
#include "runtime/events/event_reader.hpp"

namespace executus {

// Answers as its turns say, in words; `before` is awaited with the number of the turn.
class TalkingModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    std::size_t turn = 0;
    for (const auto& message : request.messages) turn += message.role == llm::Role::assistant;
    llm::Response response = answer(turn);
    response.target = target_;
    if (observer && shows_asides) show_asides(response, *observer);
    show(response, observer);
    if (before_the_end) co_await before_the_end(turn);
    if (failures > 0) {
      --failures;
      throw llm::ModelError(llm::Failure::transient, "model.unreachable", "it is away");
    }
    co_return response;
  }
  const std::string& target() const override { return target_; }

  std::function<llm::Response(std::size_t turn)> answer;
  std::function<Task<void>(std::size_t turn)> before_the_end;  // all is shown, and the response is not there
  int failures = 0;
  bool shows_asides = false;  // what it thinks, and the arguments of its calls

 private:
  static void show_asides(const llm::Response& response, llm::StreamObserver& observer) {
    observer.on_reasoning("hm");
    for (const auto& call : response.message.tool_calls) observer.on_arguments(call.id, call.name, call.arguments);
  }
  static void show(const llm::Response& response, llm::StreamObserver* observer) {
    if (!observer) return;
    auto text = response.message.text();
    for (std::size_t at = 0; at < text.size();) {
      auto end = std::min(text.find(' ', at), text.size() - 1) + 1;
      observer->on_text(std::string_view(text).substr(at, end - at));
      at = end;
    }
  }
  std::string target_ = "test/talking";
};

inline llm::Response talks(std::string text, std::vector<llm::ToolCall> calls = {}) {
  llm::Response response;
  response.finish = calls.empty() ? llm::FinishReason::stop : llm::FinishReason::tool_calls;
  response.message = llm::assistant_message(std::move(text), std::move(calls));
  return response;
}

// "3 responded", "text 0.1 word": seq or what is provisional.
inline std::string in_words(const Event& event) {
  if (event.entry) {
    EXPECT_EQ(event.entry->seq, event.seq);
    return std::to_string(event.seq) + " " + std::string(journal::kind_name(kind_of(event.entry->payload)));
  }
  if (const auto* text = event.as<TextDelta>())
    return "text " + std::to_string(text->ordinal) + "." + std::to_string(text->attempt) + " " + text->text;
  if (const auto* thought = event.as<ReasoningDelta>())
    return "thinks " + std::to_string(thought->ordinal) + "." + std::to_string(thought->attempt) + " " + thought->text;
  if (const auto* written = event.as<ArgumentsDelta>())
    return "writes " + std::to_string(written->ordinal) + "." + std::to_string(written->attempt) + " " +
           written->call_id + " " + written->tool + " " + written->text;
  if (const auto* reset = event.as<AttemptReset>())
    return "reset " + std::to_string(reset->ordinal) + "." + std::to_string(reset->attempt);
  if (const auto* changed = event.as<ActivityChanged>())
    return changed->activity.tool + " " + std::string(to_string(changed->activity.state));
  if (const auto* lagged = event.as<Lagged>()) return "lost " + std::to_string(lagged->lost);
  return event.as<Delayed>() ? "delayed" : "?";
}

struct FollowedRun : run::Harness {
  FollowedRun() : Harness([](std::size_t) { return run::says("unused"); }), readers(loop) {
    model = nullptr;
    agent.max_runtime = Milliseconds(100'000'000);
    agent.max_iterations = 1'000;
    talking->answer = [](std::size_t turn) {
      return turn == 0 ? talks("I look.", {{"c", "look", "{}"}}) : talks("All is well.");
    };
    reconfigure([this](ExecutorConfig& config) {
      config.models = &models;
      config.ports.observer = hub.get();
    });
    add_tool("look", tool::Effect::pure);
  }
  ~FollowedRun() {
    readers.cancel_all({Cause::shutdown, "the test is over"});
    loop.run_ready();
  }

  EventStream follow(EventOptions options = {}) { return open_events(source(), id, options); }
  EventStream follow_from_afar(EventOptions options = {}) {
    auto elsewhere = source();
    elsewhere.hub = nullptr;
    return open_events(std::move(elsewhere), id, options);
  }
  EventSource source() { return {readers, reading, hub, questions}; }

  // The next event; the clock moves when it does not come by itself. Throws what next() throws.
  std::optional<Event> next(EventStream& stream) {
    auto told = pending(stream);
    for (int timers = 0; !*told && timers < 1'000 && loop.advance_to_next_timer(); ++timers) {
    }
    if (!*told) throw std::runtime_error("no event comes");
    return (*told)->value();
  }
  using Pending = std::shared_ptr<std::optional<Result<std::optional<Event>>>>;
  Pending pending(EventStream& stream) {
    auto told = std::make_shared<std::optional<Result<std::optional<Event>>>>();
    stream.next().then([told](Result<std::optional<Event>> event) { told->emplace(std::move(event)); });
    loop.run_ready();
    return told;
  }
  std::vector<std::string> rest(EventStream& stream) {
    std::vector<std::string> events;
    while (auto event = next(stream)) events.push_back(in_words(*event));
    return events;
  }
  std::vector<std::uint64_t> numbers(EventStream& stream) {
    std::vector<std::uint64_t> numbers;
    while (auto event = next(stream))
      if (event->committed()) numbers.push_back(event->seq);
    return numbers;
  }

  // The run goes on while the test reads.
  void start() {
    readers.spawn(drive(executor->run(agent, invocation("run"))));
    loop.run_ready();
  }
  static Task<void> drive(Task<RunOutcome> run) { (void)co_await std::move(run); }
  static Task<void> until(OneShot<> done) { co_await done.wait(); }

  const RunId id = *RunId::parse("run");
  std::shared_ptr<TalkingModel> talking = std::make_shared<TalkingModel>();
  run::OneModelResolver models{talking};
  std::shared_ptr<EventHub> hub = std::make_shared<EventHub>(std::vector<RunObserver*>());
  run::MortalStore reading{journal.open_worker()};  // the readers' own worker
  OpenQuestions questions;
  RootGroup readers;
};

}  // namespace executus

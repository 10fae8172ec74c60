// A run whose calls park, in a box.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <executus/tool/typed_tool.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {

struct ParkingArgs {
  std::string id = "";
};
BOOST_DESCRIBE_STRUCT(ParkingArgs, (), (id))

// What a parking tool was told at one of its calls.
struct Made {
  std::string id;
  std::string key;
  std::string how;  // "first", "time", or the signal's payload
};

struct Parking : Harness {
  using Wait = std::function<tool::Outcome(const std::string& id, const tool::Call&)>;

  // The model makes these calls at once, then says "done".
  explicit Parking(std::vector<llm::ToolCall> batch)
      : Harness([batch](std::size_t turn) { return turn == 0 ? calls(batch) : says("done"); }) {
    agent.max_runtime = std::chrono::hours(1);
  }
  template <class Answer>
  explicit Parking(Answer answer) : Harness(answer) {}

  // Waits as `wait` says, then tells how it was woken.
  void add_parking(std::string name, tool::Effect effect, Wait wait, tool::Order order = tool::Order::sequential) {
    auto function = [this, wait = std::move(wait)](const ParkingArgs& args, const tool::Call& call) {
      note(args.id, call);
      tool::Outcome outcome = tool::Done{args.id + " after " + made.back().how, {}};
      if (!call.woken()) outcome = wait(args.id, call);
      return outcome;
    };
    ToolOptions options{std::move(name)};
    options.effect = effect;
    options.order = order;
    if (effect == tool::Effect::probeable)
      add(make_tool<ParkingArgs>(std::move(options), std::move(function),
                                 [](const ParkingArgs&) -> tool::Probe { return tool::DidNotHappen{}; }));
    else
      add(make_tool<ParkingArgs>(std::move(options), std::move(function)));
  }
  void note(const std::string& id, const tool::Call& call) {
    const auto* signal = call.signal();
    made.push_back({id, call.idempotency_key,
                    !call.woken() ? "first"
                    : signal      ? boost::json::serialize(*signal)
                                  : std::string("time")});
  }
  std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (const auto& each : made) all.push_back(each.id + " " + each.how);
    return all;
  }

  bool is_claimable(std::string id = "run") {
    journal::RunFilter filter;
    filter.only = *RunId::parse(id);
    return !loop.run(store->inner().claimable(filter)).empty();
  }
  journal::RunRow row(std::string id = "run") { return *loop.run(store->inner().find(*RunId::parse(id))); }
  void signal(std::string name, boost::json::value payload = nullptr) {
    post(commands::signal(std::move(name), std::move(payload)));
  }
  // Another process takes the run up, when it is due.
  RunOutcome go_on() {
    new_process();
    EXPECT_TRUE(is_claimable());
    return *recover();
  }
  WallTime now() { return loop.clock().wall(); }
  // What the model read of its calls.
  std::vector<std::string> results() {
    std::vector<std::string> texts;
    for (const auto& message : model->requests.back().messages)
      for (const auto& result : message.tool_results) texts.push_back(result.text);
    return texts;
  }

  std::vector<Made> made;
};

inline llm::ToolCall call_of(std::string tool, std::string id) {
  return {id, std::move(tool), R"({"id":")" + id + R"("})"};
}

}  // namespace executus::run

// For tests: a model that gives the answers it is told to, in order, and keeps what it was asked.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/describe.hpp>

#include <executus/async/timing.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

class ToldModel final : public Model {
 public:
  explicit ToldModel(std::vector<std::string> answers, std::string target = "lab/m") : target_(std::move(target)) {
    for (auto& answer : answers) will_say(std::move(answer));
  }
  void will_say(std::string text, FinishReason finish = FinishReason::stop) {
    Response response;
    response.message = assistant_message(std::move(text));
    response.finish = finish;
    response.usage = {.input = 10, .output = 3};
    will_answer(std::move(response));
  }
  void will_answer(Response response) { answers_.push_back(std::move(response)); }

  // Busy when it has nothing more to say.
  Task<Response> generate(Request request, StreamObserver*) override {
    requests.push_back(std::move(request));
    if (delay.count() > 0) co_await sleep_for(delay);
    if (answers_.empty()) throw ModelError(Failure::transient, "model.overloaded", target_ + " is busy", 429);
    Response answer = answers_.front();
    answers_.pop_front();
    co_return answer;
  }
  const std::string& target() const override { return target_; }
  Capabilities capabilities() const override {
    Capabilities known;
    known.schemas = schemas;
    return known;
  }

  Capabilities::Schemas schemas = Capabilities::Schemas::by_prompt;
  Milliseconds delay{0};
  std::vector<Request> requests;

 private:
  std::string target_;
  std::deque<Response> answers_;
};

// What is asked for in tests.
enum class Mood { calm, angry };
BOOST_DESCRIBE_ENUM(Mood, calm, angry)

struct TicketItem {
  std::string name;
  std::int8_t count = 0;
  bool operator==(const TicketItem&) const = default;
};
BOOST_DESCRIBE_STRUCT(TicketItem, (), (name, count))

struct Ticket {
  std::string title;
  Mood mood = Mood::calm;
  std::optional<std::string> note;
  std::vector<TicketItem> items;
  bool operator==(const Ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(Ticket, (), (title, mood, note, items))

}  // namespace executus::llm

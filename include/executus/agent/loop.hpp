// The agent loop: model + tools -> transcript. What happens next is decided by a pure function of the conversation; the
// coroutine only carries it out. A fresh run and a resumed one enter the loop the same way: with a conversation.
#pragma once

#include <cstddef>
#include <string>

#include <executus/async/task.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/llm/model.hpp>

namespace executus::agent {

class AnswerForm;

struct Limits {
  int max_steps = 10;                   // model responses, over all attempts
  int max_consecutive_tool_errors = 3;  // steps in a row in which every call failed
  int max_same_call_repeats = 3;        // the same calls with the same arguments, step after step
  const AnswerForm* form = nullptr;     // of the answer, which is a value; null: it is text
  std::size_t guarded_from = 0;         // the guards and the count of failed answers look at messages from here on
};

// cut, refused: the model's last word asks for no tool, and is no answer either. Of an answer that is a value: repair -
// it was said as text and does not fit, and the model is to be told; unfit - it does not fit, and the model has had its
// chances, or has no step left.
enum class Next { call_model, run_batch, answered, cut, refused, max_steps, tool_loop, repair, unfit };

// What follows from the conversation as it stands. Pure.
[[nodiscard]] Next decide(const llm::Conversation& conversation, const Limits& limits);

// Whether a message that is added now would be sent in another request: not when the steps are used up, nor when the
// same calls come again and again. Pure.
[[nodiscard]] bool can_hear(const llm::Conversation& conversation, const Limits& limits);

// How many steps at the end of the transcript had only failed calls; how many steps before the last one had the same
// calls, in a row. Messages before `from` do not count. Derived, so that a resumed run guards as the uninterrupted one.
[[nodiscard]] int failed_steps_in_a_row(const llm::Transcript& transcript, std::size_t from = 0);
[[nodiscard]] int repeats_of_last_calls(const llm::Transcript& transcript, std::size_t from = 0);

// Port: what the loop acts through. Every method is awaited before the loop goes on; a throwing one ends the loop.
class LoopHost {
 public:
  virtual ~LoopHost() = default;

  [[nodiscard]] virtual const llm::Conversation& conversation() const = 0;

  // Asked before every decision: the ceiling may move while the loop runs.
  [[nodiscard]] virtual Limits limits() const = 0;

  // Applies what arrived meanwhile, composes the request and asks the model.
  [[nodiscard]] virtual Task<llm::Response> ask() = 0;

  // Takes the response in (durably, where there is a journal) before anything acts on it.
  [[nodiscard]] virtual Task<void> record(llm::Response response) = 0;

  // Decides every call of the open batch before any of them runs (the gate), runs them, and takes their outcomes in.
  // stopped, of the batch of a map alone: a call failed, and those that had not begun by then are not to.
  enum class Batch { settled, parked, stopped };
  [[nodiscard]] virtual Task<Batch> run_batch() = 0;

  // Tells the model, as the next message of the conversation, why its answer cannot be taken.
  [[nodiscard]] virtual Task<void> repair() = 0;
};

// map_failed: of a map, which no loop runs for: there is no list to map over, or a run of an item failed.
enum class LoopEnd { answered, cut, refused, max_steps, tool_loop, unfit, parked, map_failed };

[[nodiscard]] Task<LoopEnd> run_loop(LoopHost& host);

// What the run says in the end: the text of the last assistant message from message `from` on.
[[nodiscard]] std::string final_text(const llm::Transcript& transcript, std::size_t from = 0);

}  // namespace executus::agent

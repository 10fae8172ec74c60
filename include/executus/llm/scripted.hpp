// A model that answers from a script: for tests, for trying things out without a key, for benchmarks.
//
//   turns:
//     - text: I will look for the first error.
//       calls: [{tool: grep, arguments: {pattern: "error:", path: build.log}}]
//       delay: 300ms                    # how long it thinks
//       usage: {input: 10, output: 5}   # default: counted from the texts, four bytes a token
//       finish: length                  # or refusal; default: stop, tool_calls where there are calls
//     - error: {status: 429, message: slow down, retry_after: 1s, times: 2}   # before the turn that follows
//     - text: The final answer.
//
// Which turn answers depends on the request alone: turn number n (errors do not count) answers a request that holds n
// assistant messages. So a run that another process continues gets the same answers, and one model serves many runs.
// Errors are the exception, they leave no trace in the request: each model object fails the first `times` requests it
// gets for the turn that follows the error, whichever run they are of, and then answers. Errors after the last turn
// never end.
//
// Call ids are "call_<turn>_<index>". A turn that is not there is a permanent ModelError, model.script.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

struct ScriptedCall {
  std::string tool;
  std::string arguments = "{}";  // JSON, or something malformed on purpose
};

// Thrown instead of an answer; classified by `status` like an HTTP answer, 0 is a server that cannot be reached.
struct ScriptedError {
  int status = 0;
  std::string message = {};
  std::optional<Milliseconds> retry_after = {};
  int times = 1;
};

struct ScriptedTurn {
  std::string text = {};
  std::vector<ScriptedCall> calls = {};
  Milliseconds delay{0};
  std::optional<Usage> usage = {};
  std::optional<FinishReason> finish = {};
  std::optional<ScriptedError> error = {};  // then nothing else counts but `delay`
};
using Script = std::vector<ScriptedTurn>;

class ScriptedModel final : public Model {
 public:
  // May throw; called on the strand of the run that asks, by several at once. An empty target is filled in.
  using Answer = std::function<Response(const Request&)>;

  explicit ScriptedModel(Script script, std::string target = "scripted/script");
  explicit ScriptedModel(Answer answer, std::string target = "scripted/function");

  // Waits for the turn's delay, then tells `observer` the text word by word, and the arguments of the calls.
  [[nodiscard]] Task<Response> generate(Request request, StreamObserver* observer) override;
  [[nodiscard]] const std::string& target() const override { return target_; }

 private:
  struct Point {
    std::vector<ScriptedTurn> errors;  // before the turn, in order
    std::optional<ScriptedTurn> turn;  // nothing: after the last one
  };
  [[nodiscard]] ScriptedTurn turn_for(std::size_t number);

  Answer answer_;  // empty: `points_`
  std::vector<Point> points_;
  std::string target_;
  std::mutex mutex_;
  std::map<std::size_t, int> failed_;  // by point: how often it has failed already
};

// A script as YAML, strictly: unknown keys are errors. `file` is for messages. Error config.invalid or yaml.malformed.
[[nodiscard]] Result<Script> read_script(std::string_view yaml, std::string file);

// The provider "scripted": ids are paths of YAML files. A relative path counts from the working directory at this time;
// the model's target has it absolute. The file is read here (blocking); what is wrong with it shows when the model is
// asked.
[[nodiscard]] std::shared_ptr<Provider> make_scripted_provider();

}  // namespace executus::llm

// Ports: a model that answers requests, and a provider that has models.
//
// Threads: called on the asking task's strand; one object serves many runs at once. Cancellation: a cancelled
// generate() ends with Cancelled and stops the request. Errors: ModelError; anything else is a defect of the model: a
// chain asks its next one, and a run that has none ends with it.
#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/async/task.hpp>
#include <executus/base/clock.hpp>
#include <executus/llm/message.hpp>
#include <executus/llm/tool_spec.hpp>
#include <executus/llm/transcript.hpp>

namespace executus::llm {

// Who pays for a model call, and its trace. The resolver fills it in once for a run, the run adds its id, and every
// call carries it. Without a user of the resolver the run's caller counts, without a trace the run's id.
struct Attribution {
  std::string user = {};
  std::string tool = {};
  std::string trace_id = {};
  std::string model = {};  // as it was asked for: a tier, an alias, a spec
  std::string run = {};    // these three: empty outside a run
  std::string agent = {};
  std::string channel = {};
};

// Whether the model may, must or must not call tools. `named`: the one of that name.
struct ToolChoice {
  enum class Kind { automatic, none, required, named };
  Kind kind = Kind::automatic;
  std::string name = {};
};

// What the text of the answer has to be: JSON that fits a schema (closed objects, all fields required: LLM-28).
struct AnswerSchema {
  std::string name;  // [a-zA-Z0-9_-]{1,64}
  boost::json::object schema;
};

// An answer that is a value. Any model can be asked for it: `tool` is among the tools of the request, its arguments are
// the value (below a member, where the schema is none of an object), and calling it hands the answer in. Where no other
// tool is offered and the provider takes `answer.schema` whole, it is asked for the value as text instead, without the
// tool. Which of both it is depends on the request and the model alone.
struct WantedValue {
  AnswerSchema answer;
  std::string tool;
};

// `automatic`: where the provider caches only what it is told to, mark what will come again.
enum class PromptCache { automatic, off };

// Port: is told of the usage of calls that gave no response, because they were cancelled or broke off, as far as the
// server had reported it. Called on the asking task's strand, before the call ends; must not throw.
class SpentSink {
 public:
  virtual ~SpentSink() = default;
  virtual void spent(const std::string& target, const Usage& usage) noexcept = 0;
};

struct Request {
  std::string system;
  Transcript messages;
  ToolSpecs tools;
  ToolChoice tool_choice = {};
  std::shared_ptr<const AnswerSchema> schema = {};  // null: any text
  std::shared_ptr<const WantedValue> wanted = {};   // null: the answer is text
  std::optional<int> max_output_tokens;
  std::optional<double> temperature;
  std::string effort;  // reasoning effort; empty: the model's default
  PromptCache cache = PromptCache::automatic;
  bool keep_raw = false;  // Response::raw is wanted
  std::shared_ptr<const Attribution> attribution = {};
  std::string begin_with = {};  // target that a chain asks first; empty, or none of its own: its first
  SpentSink* spent = nullptr;   // null: not told; outlives the call
};

// What a model takes. Declared by providers and tables, never asked of a server: what is not declared is allowed.
struct Capabilities {
  enum class Schemas { native, by_prompt };

  int max_images = 0;                         // in one request; 0: it takes none
  std::size_t max_image_bytes = 0;            // of each; 0: no limit
  int max_image_edge = 0;                     // pixels; 0: no limit
  std::vector<std::string> image_types = {};  // MIME; empty: any
  Schemas schemas = Schemas::by_prompt;       // whether `Request::schema` reaches the provider
  int context_tokens = 0;                     // 0: unknown
};

[[nodiscard]] inline Capabilities any_images() {
  Capabilities all;
  all.max_images = std::numeric_limits<int>::max();
  return all;
}

// What a person may watch while a response is made. Provisional: it may be dropped (reset) until the response is
// returned.
class StreamObserver {
 public:
  virtual ~StreamObserver() = default;
  virtual void on_text(std::string_view delta) = 0;
  virtual void on_reset() = 0;

  // What the model thinks before it answers, where its server shows that.
  virtual void on_reasoning(std::string_view /*delta*/) {}

  // A piece of the arguments of a call that the model is writing. `call_id` is the server's: "" where it gives none.
  virtual void on_arguments(std::string_view /*call_id*/, std::string_view /*tool*/, std::string_view /*delta*/) {}
};

// Whether repeating the request can help: LLM-15.
enum class Failure { transient, permanent, unknown };

class ModelError : public Error {
 public:
  ModelError(Failure failure, std::string code, std::string message, int http_status = 0,
             std::optional<Milliseconds> retry_after = std::nullopt)
      : Error(kind_of(failure), std::move(code), std::move(message)),
        failure_(failure),
        http_status_(http_status),
        retry_after_(retry_after) {}

  [[nodiscard]] Failure failure() const noexcept { return failure_; }
  [[nodiscard]] int http_status() const noexcept { return http_status_; }  // 0: no HTTP answer
  [[nodiscard]] std::optional<Milliseconds> retry_after() const noexcept { return retry_after_; }

 private:
  static ErrorKind kind_of(Failure failure) {
    return failure == Failure::permanent ? ErrorKind::failed : ErrorKind::overloaded;
  }
  Failure failure_;
  int http_status_;
  std::optional<Milliseconds> retry_after_;
};

// Stable codes of a request that was refused for its size, as a whole or for an image: a smaller one may be taken.
inline constexpr std::string_view kRequestTooLarge = "model.request_too_large";
inline constexpr std::string_view kImageTooLarge = "model.image_too_large";

[[nodiscard]] inline bool refused_for_size(const ModelError& error) {
  return error.code() == kRequestTooLarge || error.code() == kImageTooLarge;
}

// Of one that was refused since the server cannot read an image in it: without that it may be taken.
inline constexpr std::string_view kImageRefused = "model.image_refused";

// Whether the request may be taken with less in it.
[[nodiscard]] inline bool less_may_do(const ModelError& error) {
  return refused_for_size(error) || error.code() == kImageRefused;
}

class Model {
 public:
  virtual ~Model() = default;

  // One answer to one request: one provider call, no retries; what a server refuses to give as a stream is asked for in
  // one piece. `observer` may be null; it outlives the call.
  [[nodiscard]] virtual Task<Response> generate(Request request, StreamObserver* observer) = 0;

  // "provider/model".
  [[nodiscard]] virtual const std::string& target() const = 0;

  [[nodiscard]] virtual Capabilities capabilities() const { return any_images(); }
};

class ImageModel;

class Provider {
 public:
  virtual ~Provider() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;

  // Any id is accepted; what is wrong with it, or with the credentials, shows when the model is asked.
  [[nodiscard]] virtual std::shared_ptr<Model> model(std::string id) = 0;

  // The same for models that paint (executus/llm/image_model.hpp); null: it has none.
  [[nodiscard]] virtual std::shared_ptr<ImageModel> image_model(std::string id) { return (void)id, nullptr; }
};

}  // namespace executus::llm

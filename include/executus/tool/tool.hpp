// Port: a tool an agent may call. What repeating a call would do (its effect class) decides how a call whose outcome is
// unknown is settled: docs/concepts/durability.md.
//
// Threads: called on the run's strand; one object serves many runs at once. Cancellation: a cancelled call() ends with
// Cancelled. Exceptions: contained; the model sees an error result, unless the exception is a MayHaveActed
// (base/may_have_acted.hpp) that says so: then the outcome is unknown.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/async/start_permit.hpp>
#include <executus/async/task.hpp>
#include <executus/base/artifact.hpp>
#include <executus/base/boxed.hpp>
#include <executus/base/clock.hpp>
#include <executus/base/ids.hpp>
#include <executus/llm/call_wait.hpp>
#include <executus/llm/message.hpp>
#include <executus/llm/tool_spec.hpp>
#include <executus/llm/transcript.hpp>
#include <executus/tool/access.hpp>

namespace executus {
class BlockingPool;
}

namespace executus::tool {

// Frozen names (stored): pure - no effect; idempotent - repeating is harmless; keyed - the target dedupes by our key;
// probeable - a probe tells whether it happened; irreversible - none of these, the default.
enum class Effect { pure, idempotent, keyed, probeable, irreversible };

[[nodiscard]] std::string_view to_string(Effect effect);
[[nodiscard]] std::optional<Effect> parse_effect(std::string_view name);

// Calls of these classes get a durable intent before dispatch and a durable outcome before the model sees it.
[[nodiscard]] constexpr bool is_gated(Effect effect) { return effect >= Effect::keyed; }

enum class Order { sequential, parallel };

// From when on a call can have had an effect, and its time runs. `at_call`: as soon as the tool is called. `in_turn`:
// calls may have to wait for their turn (a thread, a connection). Such a tool asks `Call::permit` just before it acts,
// does not act when that was withdrawn, and ends the call itself when `timeout` has passed since it began. A call that
// is given up before it began is settled as not sent.
enum class Begins { at_call, in_turn };

// How many calls of these tools a run may make, all together. One more is refused, and the model is told so.
struct CallLimit {
  int calls = 0;
  std::vector<std::string> tools;
  bool operator==(const CallLimit&) const = default;
};

struct ToolInfo {
  llm::ToolSpec spec;
  Effect effect = Effect::irreversible;
  Order order = Order::sequential;  // `pure` tools may always run in parallel
  Begins begins = Begins::at_call;
  Milliseconds timeout{60'000};  // of a call, from when it begins
  // How long after the intent a probe's "did not happen" is not yet believed; default: the timeout.
  std::optional<Milliseconds> settle;
  std::string kind = "tool";                 // what people see: an open vocabulary
  Access access = {};                        // who may use it
  std::vector<std::string> categories = {};  // for lists of tools: an open vocabulary
  std::optional<CallLimit> limit = {};
  // Not empty: why a person approves a call of it before others are made, whatever the permissions allow. For tools of
  // a source (run/tool_sources.hpp).
  std::string asks_because = {};
};

// A call of a model that is not the run's, such as one that paints.
struct PaidCall {
  std::string target;                           // "provider/model", whose price counts
  llm::Usage at_most = {};                      // by estimate
  std::function<Task<llm::Usage>()> make = {};  // makes it, and says what it used; all 0: its server did not say
};

// One call, as the tool gets it.
struct Call {
  RunId run;
  std::string call_id;
  std::string idempotency_key;  // the same across all recoveries of this call
  boost::json::object arguments;
  std::string root;  // absolute path of the run's root directory

  // Who asks: the run's agent by name, and its invocation. Of a delegated run it is its own: `parent` is the run that
  // started it.
  std::string agent = {};
  std::string caller = {};
  std::string channel = {};
  RunId parent = {};
  std::map<std::string, std::string> attributes = {};

  // Of the host, for what blocks (executus/async/blocking_pool.hpp). Null: it has none.
  BlockingPool* pool = nullptr;

  // Asks the run's model on the tool's behalf. Journaled with its place in the call: when the call is repeated after a
  // crash, the same question gets the same answer and is not paid twice. Empty outside a run.
  std::function<Task<llm::Response>(std::string system, llm::Transcript messages)> generate = {};

  // Makes a call of another model on the tool's behalf, once the run's budget has room for it: what it used counts as
  // the run's, and `at_most` as an estimate when its server did not say, or did not answer. Not journaled: a tool that
  // is called again makes it again. Throws budget.exceeded, budget.unpriced, and what `make` throws.
  // executus/run/painting.hpp does it for models that paint. Empty outside a run; on the run's strand only.
  std::function<Task<void>(PaidCall)> pay = {};

  // For tools whose repetition depends on what was there before: journals what the call is about to do, and is durable
  // when it returns; then the tool does it. Only the first such plan of a call counts: when the call is repeated after
  // a crash, `planned` is that one, and the tool finds out how much of it has happened. Empty outside a run; on the
  // run's strand only.
  std::function<Task<void>(boost::json::object plan)> intend = {};
  Boxed<boost::json::object> planned = {};

  // What calls of this run noted last under a name (Done::notes). Empty outside a run; on the run's strand only.
  std::function<std::optional<std::string>(std::string_view name)> noted = {};

  // Of this attempt; for tools whose calls begin in turn.
  std::shared_ptr<StartPermit> permit = std::make_shared<StartPermit>();

  // What woke it, when an earlier attempt at it parked; see ParkUntil.
  Boxed<llm::CallWake> wake = {};

  [[nodiscard]] bool woken() const noexcept { return wake.has_value(); }
  // The payload of the signal that woke it. Null: no signal did, its time came.
  [[nodiscard]] const boost::json::value* signal() const noexcept {
    return wake && wake->by == llm::CallWake::By::signal ? &wake->payload : nullptr;
  }
};

// What came of a call. `Done` and `Failed` are known outcomes and go to the model; `Unknown` is settled by effect
// class. With the others the call parks: it has had no effect so far, and waits for a time or a signal; then the tool
// is called again, with the same key, and `Call::woken()` says so. It may park again. Meanwhile the run leaves memory
// and goes on in any process that takes it up (run/recovery.hpp); a run that is not durable cannot wait, and ends as
// `run.cannot_wait`. Calls behind it in the same response wait too, unless they may run in parallel; those that run
// beside it are finished first. What is attached to a call (Session::attach) before it parks is dropped.
struct Done {
  std::string text;
  std::vector<llm::Image> images = {};
  std::vector<llm::Message> attached = {};        // user messages that are to follow the step's results
  std::optional<std::string> submitted = {};      // the run's answer, handed in
  std::vector<Artifact> artifacts = {};           // files that go out with the answer; kept with the outcome
  std::map<std::string, std::string> notes = {};  // for later calls of the run; kept with the outcome
};
struct Failed {
  std::string message;
  bool unsent = false;  // this attempt did nothing at all: it says nothing of attempts before it
  std::map<std::string, std::string> notes = {};  // as those of Done, of what was done before it failed
};
struct Unknown {
  std::string reason;
};
struct ParkUntil {  // by the calendar; a time that has passed wakes it at once
  WallTime when;
};
struct ParkFor {  // whatever the calendar says meanwhile, as far as the machine can tell
  Milliseconds time;
};
// The first signal of that name that no call has taken yet, also one that came before (Runs::signal); or the end of
// `timeout`, when one is given. Names: [A-Za-z0-9._-]{1,64}; with another one the call fails.
struct ParkForSignal {
  std::string name;
  std::optional<Milliseconds> timeout = {};
};
using Outcome = std::variant<Done, Failed, Unknown, ParkUntil, ParkFor, ParkForSignal>;

// What a probe found out. `Unclear` is asked again, then in doubt.
struct DidNotHappen {};
struct Unclear {
  std::string reason;
};
using Probe = std::variant<Done, DidNotHappen, Unclear>;

class Tool {
 public:
  virtual ~Tool() = default;
  [[nodiscard]] virtual const ToolInfo& info() const = 0;  // the same object as long as the tool lives
  [[nodiscard]] virtual Task<Outcome> call(Call call) = 0;

  // What this process lacks to make the calls, such as a variable that is not set: each in words for people, never a
  // value. A run is neither started nor taken up where one of its tools lacks something. Cheap: asked at every opening.
  [[nodiscard]] virtual std::vector<std::string> missing() const { return {}; }

  // Only for Effect::probeable. Must not cause the effect.
  [[nodiscard]] virtual Task<Probe> probe(Call call);
};

}  // namespace executus::tool

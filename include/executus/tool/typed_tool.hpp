// Typed tools: a described argument struct and a function become a Tool. The JSON Schema is derived from the struct;
// arguments that do not fit become an error result that names the field.
//
//   struct Sum { int a; int b; };
//   BOOST_DESCRIBE_STRUCT(Sum, (), (a, b))
//   auto sum = executus::make_tool<Sum>({.name = "sum", .description = "Adds two numbers.", .effect = Effect::pure},
//                                       [](Sum args) { return std::to_string(args.a + args.b); });
//
// The function: R(Args) or R(Args, const tool::Call&). R is a text, a value that to_json() knows (a described struct;
// the model reads its JSON), tool::Outcome or one of its alternatives, or a Task of one of these. Arguments and call
// live until that Task is done. What it throws becomes an error result, unless it says that it may have acted
// (base/may_have_acted.hpp). It is called for several runs at once.
//
// The probe, of tools of Effect::probeable: the same arguments; R is tool::Probe or one of its alternatives, an
// std::optional (nothing: it did not happen) of one of these, of a text or of a value that to_json() knows, or a Task
// of one of these. Its time runs from when it is asked.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <executus/base/described.hpp>
#include <executus/tool/tool.hpp>
#include <executus/tool/typed_result.hpp>

namespace executus {

// Where a tool's function runs. strand: on the run's, which it must not block. pool: it blocks, so it gets a thread of
// the host's BlockingPool (tool::Call::pool). Calls may have to wait for one, and count as begun when they have it
// (tool::Begins::in_turn); one whose time is up, or that is cancelled, runs to its end there, unheard. A function in
// the pool returns no Task, and its Call has no `generate`; a probe may, it is asked on the strand then.
enum class RunsOn { strand, pool };

// What is said of a tool; what is left out is the careful choice.
struct ToolOptions {
  std::string name;
  std::string description = {};
  tool::Effect effect = tool::Effect::irreversible;
  tool::Order order = tool::Order::sequential;  // `pure` tools may always run in parallel
  RunsOn runs_on = RunsOn::strand;
  Milliseconds timeout{60'000};              // of a call, from when it begins
  std::optional<Milliseconds> settle = {};   // tool::ToolInfo::settle; default: the timeout
  std::string kind = "tool";                 // what people see: an open vocabulary
  tool::Access access = {};                  // who may use it
  std::vector<std::string> categories = {};  // for lists of tools: an open vocabulary
};

namespace tool::detail {

struct NoProbe {};

enum class Returns { value, task };
enum class Probing { none, by_function };

[[nodiscard]] ToolInfo info_of(ToolOptions options);

// Throws Error tool.options.
void check_options(const ToolInfo& info, RunsOn runs_on, Returns returns, Probing probing);

template <class F, class Args>
decltype(auto) ask(F& function, Args& args, const Call& call) {
  if constexpr (std::is_invocable_v<F&, Args, const Call&>) {
    return function(std::move(args), call);
  } else {
    static_assert(std::is_invocable_v<F&, Args>, "the function of a tool takes (Args) or (Args, const tool::Call&)");
    return function(std::move(args));
  }
}

template <class F, class Args>
using Answer =
    std::remove_cvref_t<decltype(ask(std::declval<F&>(), std::declval<Args&>(), std::declval<const Call&>()))>;

template <class F, class Args>
inline constexpr Returns returns_of = TaskOf<Answer<F, Args>>::value ? Returns::task : Returns::value;

// A call that is to have a thread of the pool.
struct PoolTurn {
  BlockingPool* pool = nullptr;  // null: `work` is refused, by the tool's name
  std::shared_ptr<StartPermit> permit = {};
  Milliseconds limit{0};  // from when a thread begins it
  std::string tool = {};
};

// Said: Outcome or Probe. `work` owns all it touches: tool and run may be gone before its end. (A std::function: of a
// type of the caller's own, g++ 12 would warn that the frame has it.)
template <class Said>
[[nodiscard]] Task<Said> in_pool(PoolTurn turn, std::function<Said()> work);

template <class Args, class F, class P>
class TypedTool final : public Tool {
 public:
  TypedTool(ToolInfo info, RunsOn runs_on, F function, P probe)
      : info_(std::move(info)),
        runs_on_(runs_on),
        function_(std::make_shared<F>(std::move(function))),
        probe_(std::make_shared<P>(std::move(probe))) {}

  const ToolInfo& info() const override { return info_; }

  Task<Outcome> call(Call call) override { return answer<Outcome>(function_, std::move(call)); }

  Task<Probe> probe(Call call) override {
    if constexpr (std::same_as<P, NoProbe>) {
      return Tool::probe(std::move(call));
    } else {
      call.permit = std::make_shared<StartPermit>();  // of this asking: the call's own says whether the call began
      return answer<Probe>(probe_, std::move(call));
    }
  }

 private:
  // What it makes, `args` and `call` too, lives until the function's Task is done.
  template <class Said, class Function>
  Task<Said> answer(std::shared_ptr<Function> function, Call call) {
    Result<Args> args = from_json<Args>(call.arguments);
    if (!args.ok()) {
      (void)call.permit->begin();  // all is done that such a call ever does, also where it would wait for a thread
      Said wrong = not_asked<Said>(args.error().message());
      co_return wrong;
    }
    if constexpr (returns_of<Function, Args> == Returns::task) {
      auto task = ask(*function, *args, call);
      auto value = co_await std::move(task);
      co_return said<Said>(std::move(value));
    } else if (runs_on_ == RunsOn::strand) {
      co_return said<Said>(ask(*function, *args, call));
    } else {
      PoolTurn turn{call.pool, call.permit, info_.timeout, info_.spec.name};
      auto task = in_pool(std::move(turn), work_of<Said>(std::move(function), std::move(*args), std::move(call)));
      co_return co_await std::move(task);
    }
  }

  template <class Said, class Function>
  static std::function<Said()> work_of(std::shared_ptr<Function> function, Args args, Call call) {
    call.generate = {}, call.intend = {}, call.noted = {};  // on the run's strand only
    auto shared_args = std::make_shared<Args>(std::move(args));
    return [function = std::move(function), args = std::move(shared_args), call = std::move(call)] {
      return said<Said>(ask(*function, *args, call));
    };
  }

  const ToolInfo info_;
  const RunsOn runs_on_;
  const std::shared_ptr<F> function_;
  const std::shared_ptr<P> probe_;
};

template <class Args, class F, class P>
[[nodiscard]] std::shared_ptr<Tool> make_typed(ToolInfo info, RunsOn runs_on, F function, P probe) {
  constexpr Probing probing = std::same_as<P, NoProbe> ? Probing::none : Probing::by_function;
  check_options(info, runs_on, returns_of<F, Args>, probing);
  info.spec.parameters = json_schema_of<Args>();
  return std::make_shared<TypedTool<Args, F, P>>(std::move(info), runs_on, std::move(function), std::move(probe));
}

}  // namespace tool::detail

// Throws Error tool.options for what cannot be: Effect::probeable without a probe, a probe of another class, a Task
// from a function that is to run in the pool.
template <class Args, class F, class P>
[[nodiscard]] std::shared_ptr<tool::Tool> make_tool(ToolOptions options, F function, P probe) {
  RunsOn runs_on = options.runs_on;
  return tool::detail::make_typed<Args>(tool::detail::info_of(std::move(options)), runs_on, std::move(function),
                                        std::move(probe));
}
template <class Args, class F>
[[nodiscard]] std::shared_ptr<tool::Tool> make_tool(ToolOptions options, F function) {
  return make_tool<Args>(std::move(options), std::move(function), tool::detail::NoProbe{});
}

// The same with all that a tool can say of itself; its parameters are those of Args. Runs on the strand.
template <class Args, class F, class P>
[[nodiscard]] std::shared_ptr<tool::Tool> make_tool(tool::ToolInfo info, F function, P probe) {
  return tool::detail::make_typed<Args>(std::move(info), RunsOn::strand, std::move(function), std::move(probe));
}
template <class Args, class F>
[[nodiscard]] std::shared_ptr<tool::Tool> make_tool(tool::ToolInfo info, F function) {
  return make_tool<Args>(std::move(info), std::move(function), tool::detail::NoProbe{});
}

}  // namespace executus

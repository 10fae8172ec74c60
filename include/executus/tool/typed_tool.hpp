// Typed tools: a described argument struct and a function become a Tool. The JSON Schema is derived from the struct;
// arguments that do not fit become an error result that names the field.
//
//   struct Sum { int a; int b; };
//   BOOST_DESCRIBE_STRUCT(Sum, (), (a, b))
//   auto sum = executus::make_tool<Sum>("sum", "Adds two numbers.", executus::tool::Effect::pure,
//                                       [](Sum args) { return std::to_string(args.a + args.b); });
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <executus/base/described.hpp>
#include <executus/tool/tool.hpp>

namespace executus {
namespace tool::detail {

template <class T>
struct IsTask : std::false_type {};
template <class T>
struct IsTask<Task<T>> : std::true_type {};

[[nodiscard]] inline Outcome as_outcome(std::string text) { return Done{std::move(text), {}}; }
[[nodiscard]] inline Outcome as_outcome(Outcome outcome) { return outcome; }

// F: R(Args) or R(Args, Call), where R is std::string, Outcome, or a Task of one of them.
template <class Args, class F>
class TypedTool final : public Tool {
 public:
  TypedTool(ToolInfo info, F function) : info_(std::move(info)), function_(std::move(function)) {}

  const ToolInfo& info() const override { return info_; }

  Task<Outcome> call(Call call) override {
    Result<Args> args = from_json<Args>(call.arguments);
    if (!args.ok()) {
      Outcome wrong = Failed{args.error().message()};
      co_return wrong;
    }
    if constexpr (std::is_invocable_v<F&, Args, Call>) {
      using R = std::invoke_result_t<F&, Args, Call>;
      if constexpr (IsTask<R>::value)
        co_return as_outcome(co_await function_(std::move(*args), std::move(call)));
      else
        co_return as_outcome(function_(std::move(*args), std::move(call)));
    } else {
      using R = std::invoke_result_t<F&, Args>;
      if constexpr (IsTask<R>::value)
        co_return as_outcome(co_await function_(std::move(*args)));
      else
        co_return as_outcome(function_(std::move(*args)));
    }
  }

 private:
  ToolInfo info_;
  F function_;
};

}  // namespace tool::detail

// With all that can be said of a tool; its parameters are those of Args.
template <class Args, class F>
[[nodiscard]] std::shared_ptr<tool::Tool> make_tool(tool::ToolInfo info, F function) {
  info.spec.parameters = json_schema_of<Args>();
  return std::make_shared<tool::detail::TypedTool<Args, F>>(std::move(info), std::move(function));
}

// Runs on the run's strand: a function that blocks belongs in a BlockingPool. Throwing gives the model an error result.
template <class Args, class F>
[[nodiscard]] std::shared_ptr<tool::Tool> make_tool(std::string name, std::string description, tool::Effect effect,
                                                    F function) {
  tool::ToolInfo info;
  info.spec.name = std::move(name);
  info.spec.description = std::move(description);
  info.effect = effect;
  return make_tool<Args>(std::move(info), std::move(function));
}

}  // namespace executus

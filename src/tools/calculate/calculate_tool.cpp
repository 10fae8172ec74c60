#include "tools/calculate/calculate_tool.hpp"

#include <string>
#include <utility>

#include <boost/describe/class.hpp>

#include <executus/tool/typed_tool.hpp>

#include "tools/calculate/expression.hpp"

namespace executus::tools {
namespace {

struct CalculateArgs {
  std::string expression;
};
BOOST_DESCRIBE_STRUCT(CalculateArgs, (), (expression))

}  // namespace

std::shared_ptr<tool::Tool> calculate_tool() {
  return make_tool<CalculateArgs>(
      {.name = "calculate",
       .description =
           "Calculate exactly, with decimals of any length: + - * / ^, brackets, abs, ceil, floor, max, min, "
           "mod(a, b), round(a, places). Numbers without units and separators.",
       .effect = tool::Effect::pure,
       .categories = {"arithmetic"}},
      [](const CalculateArgs& args) {
        auto value = calculate(args.expression);
        return value.ok() ? tool::Outcome(tool::Done{std::move(*value)})
                          : tool::Outcome(tool::Failed{value.error().message()});
      });
}

}  // namespace executus::tools
